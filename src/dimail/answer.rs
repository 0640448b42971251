//! Interprets an answer: its class by status and body, its JSON, dimail's error text.
//!
//! Bodies may contain passwords: no text here quotes one, except for `detail`, and of a validation
//! error neither `input` nor `ctx`.

use std::fmt;
use std::time::Duration;

use reqwest::{StatusCode, Url};
use serde::Deserializer;
use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde_json::Value;

use super::error::{CallError, FaultKind};

/// A received answer.
pub struct Answer {
    /// Method and path, for messages.
    pub what: String,
    /// The URL that answered.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// The target of a redirect.
    pub target: Option<Url>,
    /// The server's date, in seconds since 1970.
    pub given_at: Option<i64>,
    /// The time from sending the request until the whole answer was received.
    pub took: Duration,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the credentials were not accepted.
    pub fn is_denied(&self) -> bool {
        matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    }

    /// The target of a 307 or 308 with the same scheme, host and port. Only these two keep method and
    /// body; another origin must not get the credentials.
    pub fn same_origin_target(&self) -> Option<&Url> {
        let kept = matches!(self.status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        self.target.as_ref().filter(|target| kept && target.origin() == self.url.origin())
    }

    /// Returns the answer if it is a success, otherwise its class of failure.
    pub fn judged(self) -> Result<Self, CallError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let json: Option<Value> = serde_json::from_slice(&self.body).ok().filter(Value::is_object);
        let said = json.as_ref().and_then(detail);
        Err(self.failure(json.is_some(), said.as_deref()))
    }

    fn failure(&self, is_json: bool, said: Option<&str>) -> CallError {
        let status = self.status.as_u16();
        let text = |why: &str| format!("{} was answered by {}{why}", self.what, self.status);
        let words = said.map(|words| format!(": {words}")).unwrap_or_default();
        match status {
            401 | 403 if is_json => CallError::fault(FaultKind::Denied, &text(&words)),
            401 | 403 => CallError::fault(FaultKind::Blocked, &text(" without dimail's JSON")),
            404 if said == Some("Not Found") => {
                CallError::fault(FaultKind::RouteMissing, &text(": this dimail has no such route"))
            }
            404 if said.is_some() => CallError::refused(status, said.unwrap_or_default()),
            405 => CallError::fault(FaultKind::RouteMissing, &text(": this dimail has no such route")),
            400 | 409 | 422 if is_json => CallError::refused(status, said.unwrap_or("no reason given")),
            300..=399 => CallError::fault(FaultKind::Redirected, &text(&self.redirected())),
            _ => CallError::no_answer(&text(&words), Some(status), true),
        }
    }

    fn redirected(&self) -> String {
        match &self.target {
            // Only the origin: the rest of a foreign URL may contain secrets.
            Some(target) => format!(": a redirect to {}, not followed", target.origin().ascii_serialization()),
            None => ": a redirect to nowhere".to_owned(),
        }
    }

    /// Parses the body of a success.
    ///
    /// # Errors
    /// [`CallError::NoAnswer`] if the body is not as expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body).map_err(|error| self.not_json(&error))
    }

    fn not_json(&self, error: &serde_json::Error) -> CallError {
        // serde's message may quote the unexpected value: only the position is reported.
        let place = format!("line {}, column {}", error.line(), error.column());
        self.unreadable(&format!("{:?} error at {place}", error.classify()))
    }

    /// Parses a list one entry at a time, so that of a long one only what `read` keeps is in memory.
    ///
    /// # Errors
    /// [`CallError::NoAnswer`] if the body is no list.
    pub fn entries<T>(&self, read: impl FnMut(&Value) -> Option<T>) -> Result<Vec<T>, CallError> {
        let mut json = serde_json::Deserializer::from_slice(&self.body);
        let entries = json.deserialize_seq(Entries(read)).and_then(|entries| json.end().map(|()| entries));
        entries.map_err(|error| self.not_json(&error))
    }

    /// Accepts a success whose content does not matter: an empty body or any JSON. An HTML page with
    /// status 200 comes from a proxy.
    pub fn done(&self) -> Result<(), CallError> {
        if self.body.is_empty() { Ok(()) } else { self.json::<serde::de::IgnoredAny>().map(|_| ()) }
    }

    /// The failure for a success with an unexpected content.
    pub fn unreadable(&self, why: &str) -> CallError {
        let detail = format!("the answer to {} ({}) is unreadable: {why}", self.what, self.status.as_u16());
        CallError::no_answer(&detail, Some(self.status.as_u16()), true)
    }
}

/// Keeps of each entry of a list what its function returns.
struct Entries<F>(F);

impl<'de, T, F: FnMut(&Value) -> Option<T>> Visitor<'de> for Entries<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut kept = Vec::new();
        while let Some(entry) = list.next_element::<Value>()? {
            kept.extend((self.0)(&entry));
        }
        Ok(kept)
    }
}

/// dimail's error text: `detail` is a string or a list of validation errors.
fn detail(body: &Value) -> Option<String> {
    let words = match body.get("detail")? {
        Value::String(text) => text.clone(),
        Value::Array(errors) => errors.iter().filter_map(validation_error).collect::<Vec<_>>().join("; "),
        _ => return None,
    };
    (!words.trim().is_empty()).then_some(words)
}

fn validation_error(error: &Value) -> Option<String> {
    let message = error.get("msg").unwrap_or(error).as_str()?;
    let place = error.get("loc").and_then(Value::as_array).map(|loc| loc.iter().map(place_part).collect::<Vec<_>>());
    Some(match place {
        Some(place) if !place.is_empty() => format!("{}: {message}", place.join(".")),
        _ => message.to_owned(),
    })
}

fn place_part(part: &Value) -> String {
    part.as_str().map_or_else(|| part.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::{StatusCode, Url};

    use super::Answer;
    use crate::dimail::error::{CallError, FaultKind};

    fn answer(status: u16, body: &str, target: &str) -> Answer {
        let url = Url::parse("https://dimail.fr/domains/a.fr/check").expect("a URL");
        Answer {
            what: "GET /domains/a.fr/check".into(),
            target: url.join(target).ok().filter(|_| !target.is_empty()),
            url,
            status: StatusCode::from_u16(status).expect("a status"),
            given_at: None,
            took: Duration::ZERO,
            body: body.into(),
        }
    }

    fn failure(status: u16, body: &str) -> CallError {
        answer(status, body, "").judged().err().expect("a failure")
    }

    fn kind(failure: &CallError) -> Option<FaultKind> {
        match failure {
            CallError::Installation(fault) => Some(fault.kind),
            _ => None,
        }
    }

    #[test]
    fn refusals() {
        for status in [400, 404, 409, 422] {
            assert_eq!(failure(status, r#"{"detail":"No such"}"#), CallError::refused(status, "No such"));
        }
        // The route is missing only if the text has exactly this case.
        assert_eq!(failure(404, r#"{"detail":"Not found"}"#), CallError::refused(404, "Not found"));
        assert_eq!(failure(409, r#"{"error":1}"#), CallError::refused(409, "no reason given"));
        assert_eq!(failure(422, r#"{"detail":null}"#), CallError::refused(422, "no reason given"));
    }

    #[test]
    fn validation_errors_become_a_sentence_without_what_was_sent() {
        let body = r#"{"detail":[{"type":"missing","loc":["body","surName",0],"msg":"Field required","input":"hunter2"},
            {"msg":"Bad","ctx":{"error":"hunter2"}},{"loc":[]},"plain",7]}"#;
        assert_eq!(failure(422, body), CallError::refused(422, "body.surName.0: Field required; Bad; plain"));
    }

    #[test]
    fn faults_of_the_installation() {
        let denied = r#"{"detail":"Permission denied"}"#;
        assert_eq!(kind(&failure(403, denied)), Some(FaultKind::Denied));
        assert_eq!(kind(&failure(401, denied)), Some(FaultKind::Denied));
        assert_eq!(kind(&failure(403, "<html>")), Some(FaultKind::Blocked));
        assert_eq!(kind(&failure(404, r#"{"detail":"Not Found"}"#)), Some(FaultKind::RouteMissing));
        assert_eq!(kind(&failure(405, "")), Some(FaultKind::RouteMissing));
        assert_eq!(kind(&failure(304, "")), Some(FaultKind::Redirected));
    }

    #[test]
    fn the_rest_is_no_answer() {
        let html = "<html>hunter2</html>";
        for (status, body) in [(404, html), (404, "{}"), (404, r#"{"detail":""}"#), (409, html), (400, ""), (422, "[]")]
        {
            assert!(failure(status, body).may_have_acted(), "{status} {body}");
        }
        for status in [402, 408, 410, 412, 429, 500, 502, 503, 504] {
            let failure = failure(status, html);
            assert!(failure.may_have_acted(), "{status}");
            assert!(!failure.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn only_redirects_within_the_origin_that_keep_the_method_are_followed() {
        let target = |status, to| answer(status, "", to).same_origin_target().map(Url::to_string);
        assert_eq!(target(307, "/x/"), Some("https://dimail.fr/x/".into()));
        assert_eq!(target(308, "https://dimail.fr:443/x/"), Some("https://dimail.fr/x/".into()));
        for to in ["http://dimail.fr/x/", "https://dimail.fr:8443/", "//evil.fr/", "data:x", ""] {
            assert_eq!(target(307, to), None, "{to}");
        }
        for status in [301, 302, 303, 200] {
            assert_eq!(target(status, "/x/"), None, "{status}");
        }
        let fault = answer(307, "", "http://u:p@evil.fr:81/x?secret").judged().err().expect("a fault");
        assert_eq!(kind(&fault), Some(FaultKind::Redirected));
        let text = fault.to_string();
        assert!(text.contains("http://evil.fr:81,") && !text.contains("secret") && !text.contains("u:p"), "{text}");
    }

    #[test]
    fn unreadable_answers_are_not_quoted() {
        let unreadable = answer(200, r#"{"password":["hunter2"]"#, "").json::<u8>().expect_err("no number");
        assert!(unreadable.may_have_acted() && !unreadable.to_string().contains("hunter2"));
        assert!(answer(200, "<html>", "").done().is_err());
        let list = |body| answer(200, body, "").entries(|entry| entry.as_u64().filter(|number| *number > 1));
        assert_eq!(list("[1,2,3]").expect("a list"), [2, 3]);
        for body in [r#"{"detail":["hunter2"]}"#, "[1,2", "[1] x", ""] {
            let unreadable = list(body).expect_err(body);
            assert!(unreadable.may_have_acted() && !unreadable.to_string().contains("hunter2"), "{body}");
        }
        assert!(answer(200, "null", "").done().is_ok() && answer(204, "", "").done().is_ok());
    }
}
