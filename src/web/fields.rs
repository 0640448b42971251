//! The fields of a form or a query. An absent field counts as empty.

use std::future::Future;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;

use super::Web;
use super::once::{self, Done, Key, once};
use super::typed::READ_WITHIN;
use crate::actions::{App, Error};
use crate::store::Allowed;

/// The button that takes a proposal: its value are the fields that it corrects, form-encoded.
const TAKE: &str = "take";

/// The fields of a form-encoded body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    values: Vec<(String, String)>,
    key: Option<Key>,
}

impl Fields {
    fn parse(encoded: &[u8]) -> Self {
        Self { values: form_urlencoded::parse(encoded).into_owned().collect(), key: None }
    }

    /// The same with the values of the pressed proposal in place of the typed ones.
    fn with_taken(mut self) -> Self {
        let taken = self.text(TAKE);
        for (name, value) in form_urlencoded::parse(taken.as_bytes()).into_owned() {
            self.values.retain(|(field, _)| *field != name);
            self.values.push((name, value));
        }
        self
    }

    /// What is the same when the same form is sent again.
    pub(crate) fn request(&self) -> Option<String> {
        self.key.map(|key| key.to_string())
    }

    /// Carries out the action of the form, once for each time that it is filled in.
    pub(crate) fn once<'a, T, A>(&self, web: &'a Web, action: A) -> BoxFuture<'a, Result<Done<T>, Error>>
    where
        T: Clone + Send + Sync + 'static,
        A: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Box::pin(once(web, self.key, action))
    }

    /// Carries out an action that a person may do, once for each time that its form is filled in. Whether they
    /// still may was read for this request.
    pub(crate) async fn act_once<R, T, A>(
        &self,
        web: &Web,
        by: &Arc<Allowed<R>>,
        act: impl FnOnce(App, Arc<Allowed<R>>) -> A,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
        A: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.once(web, act(web.app().clone(), Arc::clone(by))).await.map(|done| done.result)
    }

    /// The first value of a field, empty when it is absent.
    pub(crate) fn text(&self, name: &str) -> String {
        let found = self.values.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// All values of a field that may be repeated, without the empty ones.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let values = self.values.iter().filter(|(field, value)| field == name && !value.trim().is_empty());
        values.map(|(_, value)| value.clone()).collect()
    }

    /// All values of a field, in the order of the form.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.values.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }
}

impl FromRequest<Web> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        let body = tokio::time::timeout(READ_WITHIN, Bytes::from_request(request, web)).await;
        let body = body.map_err(|_| StatusCode::REQUEST_TIMEOUT.into_response())?;
        let body = body.map_err(IntoResponse::into_response)?;
        let fields = Self::parse(&body).with_taken();
        let key = Key::new(&parts, &fields.text(once::FIELD), &body);
        Ok(Self { key, ..fields })
    }
}

/// The fields of the query in the address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(pub(super) Fields);

impl FromRequestParts<Web> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}
