//! A request with its complete body, its path decoded as dimail does.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Request};
use hyper::body::Incoming;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::closed::Closed;

const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// A request.
#[derive(Clone)]
pub(crate) struct Call {
    /// When it arrived; from the start of its processing on, when that was.
    pub at: Timestamp,
    pub method: Method,
    /// The decoded path, without the query.
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The content of a body.
pub(crate) enum Content {
    Absent,
    Json(Value),
    /// Its content type is not JSON, so it is not parsed.
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

    /// Sets the time to now: after waiting in the queue, lifetimes begin at the processing.
    pub fn is_acted_on(&mut self) {
        self.at = now();
    }

    /// The segments of the path, and whether it ends with a slash. The path is split after decoding, so
    /// that `%2F` separates segments like a slash (dimail of August 2024).
    pub fn segments(&self) -> (Vec<&str>, bool) {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        match path.strip_suffix('/') {
            Some(path) => (path.split('/').collect(), true),
            None => (path.split('/').collect(), false),
        }
    }

    /// Whether the call is for the fake's control interface.
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

    /// A query parameter; if repeated, the last one counts.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.as_deref()?.split('&');
        pairs.rev().find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&key.replace('+', " ")) == name).then(|| decode(&value.replace('+', " ")))
        })
    }

    /// The body. JSON that cannot be parsed is refused before all other checks.
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

    /// A missing content type counts as JSON (dimail of August 2024).
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
