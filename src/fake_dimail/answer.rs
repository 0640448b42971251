//! An answer before its conversion to HTTP, and the answers that many routes share.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

/// The answer of a route.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Vec<u8>,
}

/// A route's answer; the error is a refusal, so that `?` ends a route early.
pub(crate) type Reply = Result<Answer, Answer>;

impl Answer {
    pub fn json(status: StatusCode, body: &Value) -> Answer {
        Answer { status, content_type: "application/json", headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    pub fn ok(body: &Value) -> Answer {
        Answer::json(StatusCode::OK, body)
    }

    pub fn created(body: &Value) -> Answer {
        Answer::json(StatusCode::CREATED, body)
    }

    /// 204: without a body, but with a content type (dimail of August 2024).
    pub fn no_content() -> Answer {
        let mut answer = Answer::ok(&Value::Null);
        answer.status = StatusCode::NO_CONTENT;
        answer.body.clear();
        answer
    }

    pub fn refusal(status: StatusCode, detail: &str) -> Answer {
        Answer::json(status, &json!({ "detail": detail }))
    }

    pub fn not_found(detail: &str) -> Answer {
        Answer::refusal(StatusCode::NOT_FOUND, detail)
    }

    pub fn conflict(detail: &str) -> Answer {
        Answer::refusal(StatusCode::CONFLICT, detail)
    }

    pub fn unprocessable(detail: &str) -> Answer {
        Answer::refusal(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    pub fn denied() -> Answer {
        Answer::refusal(StatusCode::FORBIDDEN, "Permission denied")
    }

    /// The route does not exist. Its capital F distinguishes it from a missing object.
    pub fn no_route() -> Answer {
        Answer::not_found("Not Found")
    }

    /// 422 of the validation: `detail` is a list, not a text.
    pub fn invalid(errors: Vec<Value>) -> Answer {
        let body = json!({ "detail": Value::Array(errors) });
        Answer::json(StatusCode::UNPROCESSABLE_ENTITY, &body)
    }

    /// The answer to every unexpected failure; never JSON (dimail of August 2024).
    pub fn crash() -> Answer {
        Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", "Internal Server Error")
    }

    pub fn text(status: StatusCode, content_type: &'static str, text: &str) -> Answer {
        Answer { status, content_type, headers: Vec::new(), body: text.as_bytes().to_vec() }
    }

    pub fn redirect(location: String) -> Answer {
        let mut answer = Answer::text(StatusCode::TEMPORARY_REDIRECT, "", "");
        answer.put(axum::http::header::LOCATION, location);
        answer
    }

    pub fn put(&mut self, name: HeaderName, value: String) {
        self.headers.push((name, value));
    }

    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !self.content_type.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
