//! One request, read whole, with its path decoded as dimail does.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Request};
use hyper::body::Incoming;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::server::Closed;

const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// A request.
pub(crate) struct Call {
    /// When it came; once it is acted on, when that was.
    pub at: Timestamp,
    pub method: Method,
    /// Decoded, without query.
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What a body turned out to be.
pub(crate) enum Content {
    Absent,
    Json(Value),
    /// Announced as something else than JSON, hence not read as such.
    Other(String),
}

impl Call {
    pub async fn read(request: Request<Incoming>) -> Result<Call, Closed> {
        let (head, body) = request.into_parts();
        let body = to_bytes(Body::new(body), LARGEST_BODY).await;
        Ok(Call {
            at: now(),
            path: decode(head.uri.path()),
            query: head.uri.query().map(str::to_owned),
            method: head.method,
            headers: head.headers,
            body: body.map_err(|_| Closed)?,
        })
    }

    /// It may have waited long for its turn: what it makes begins now.
    pub fn is_acted_on(&mut self) {
        self.at = now();
    }

    /// The segments of the path, and whether it ends with a slash. It is split after decoding,
    /// so that `%2F` separates like a slash (dimail contract: as run in 2024).
    pub fn segments(&self) -> (Vec<&str>, bool) {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        match path.strip_suffix('/') {
            Some(path) => (path.split('/').collect(), true),
            None => (path.split('/').collect(), false),
        }
    }

    /// Is it for the fake itself, not for dimail?
    pub fn is_control(&self) -> bool {
        self.path.starts_with("/_fake/")
    }

    pub fn header(&self, name: impl axum::http::header::AsHeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    pub fn host(&self) -> String {
        self.header(HOST).unwrap_or_else(|| "localhost".to_owned())
    }

    /// A parameter of the query; the last one counts.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.as_deref()?.split('&');
        pairs.rev().find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&key.replace('+', " ")) == name).then(|| decode(&value.replace('+', " ")))
        })
    }

    /// The body; JSON that cannot be read is refused before anything else is looked at.
    pub fn content(&self) -> Result<Content, Answer> {
        if self.body.is_empty() {
            return Ok(Content::Absent);
        }
        if !self.announces_json() {
            let text = String::from_utf8_lossy(&self.body).into_owned();
            return Ok(Content::Other(text));
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Null) => Ok(Content::Absent),
            Ok(value) => Ok(Content::Json(value)),
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// No type counts as JSON (dimail contract: as run in 2024).
    fn announces_json(&self) -> bool {
        let announced = self.header(CONTENT_TYPE).unwrap_or_default();
        let kind = announced.split(';').next().unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        let json = kind == "application/json";
        kind.is_empty() || json || (kind.starts_with("application/") && kind.ends_with("+json"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the fake takes the time")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn unreadable(error: &serde_json::Error) -> Answer {
    Answer::invalid(vec![json!({
        "type": "json_invalid",
        "loc": ["body", error.column()],
        "msg": "JSON decode error",
        "input": {},
        "ctx": { "error": error.to_string() },
    })])
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
