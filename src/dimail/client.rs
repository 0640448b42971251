//! The client itself: settings, deadline, credentials, and the one repeat with a fresh token.
//!
//! Must not know: routes and their JSON (`domains`, `mailboxes`, `aliases`, `accounts`).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::answer::Answer;
use super::error::{Failure, SettingsError};
use super::http::{Family, Http, Request};
use super::path::pattern;
use super::token::{Issued, Tokens, life};
use super::wire;
use crate::telemetry;

/// Where dimail is, and as whom it is asked.
#[derive(Clone, Debug)]
pub struct DimailSettings {
    /// Its address, such as `https://api.example.dimail1.numerique.gouv.fr`.
    pub url: String,
    /// The account's name.
    pub username: String,
    /// The account's password.
    pub password: SecretString,
    /// How long a whole call may take: connection, token and answer.
    pub timeout: Duration,
}

/// A client of dimail. Clones share connections and the token.
#[derive(Clone)]
pub struct Dimail(Arc<Inner>);

struct Inner {
    http: Http,
    tokens: Tokens,
    timeout: Duration,
}

/// Whether a call made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is new.
    New,
    /// The same was there already (409); nothing changed.
    AlreadyThere,
}

impl Dimail {
    /// A client with these settings. It asks nothing of dimail yet. The TLS provider must have
    /// been installed.
    ///
    /// # Errors
    /// What is wrong with the settings, in a sentence.
    pub fn new(settings: &DimailSettings) -> Result<Self, SettingsError> {
        let http = Http::new(settings)?;
        Ok(Self(Arc::new(Inner { http, tokens: Tokens::default(), timeout: settings.timeout })))
    }

    /// Asks for a fresh token: whether dimail is there and takes our credentials.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn sign_in(&self) -> Result<(), Failure> {
        let sent = AtomicBool::new(false);
        self.within(self.deadline(), &sent, self.0.tokens.renew(|| self.ask_token())).await
    }

    /// When a call that begins now must have ended.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.0.timeout
    }

    /// Makes a call in the time that all calls have.
    pub(super) async fn call(&self, request: Request) -> Result<Answer, Failure> {
        self.call_until(self.deadline(), request).await
    }

    /// Makes a call: a success, or the class of the failure.
    pub(super) async fn call_until(&self, deadline: Instant, request: Request) -> Result<Answer, Failure> {
        let sent = AtomicBool::new(false);
        let began = Instant::now();
        let answer = self.within(deadline, &sent, self.exchange(&request, &sent)).await;
        let result = answer.and_then(Answer::judged);
        let outcome = result.as_ref().map_or_else(Failure::word, |_| "done");
        telemetry::dimail_called(request.method.as_str(), &pattern(&request.path), outcome, began.elapsed());
        result
    }

    async fn within<T>(
        &self,
        deadline: Instant,
        sent: &AtomicBool,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        timeout_at(deadline, work).await.unwrap_or_else(|_| {
            let detail = format!("no answer within {:?}", self.0.timeout);
            Err(Failure::no_answer(&detail, None, sent.load(Ordering::SeqCst)))
        })
    }

    async fn exchange(&self, request: &Request, sent: &AtomicBool) -> Result<Answer, Failure> {
        let Inner { http, tokens, .. } = &*self.0;
        if request.family == Family::Basic {
            return http.send(request, None, sent).await;
        }
        let token = tokens.current(|| self.ask_token()).await?;
        let answer = http.send(request, Some(token.value()), sent).await?;
        if !answer.is_denied() {
            return Ok(answer);
        }
        // A token that ended and a forbidden domain are the same answer (dimail contract, 2024).
        // Either way dimail did nothing.
        sent.store(false, Ordering::SeqCst);
        let token = tokens.newer_than(Some(&token), || self.ask_token()).await?;
        http.send(request, Some(token.value()), sent).await
    }

    async fn ask_token(&self) -> Result<Issued, Failure> {
        self.issue().await.map_err(Failure::of_sign_in)
    }

    async fn issue(&self) -> Result<Issued, Failure> {
        let request = Request::get(Family::Basic, "/token/".to_owned());
        let answer = self.0.http.send(&request, None, &AtomicBool::new(false)).await?.judged()?;
        let value = answer.json::<wire::Token>()?.access_token;
        let text = value.expose_secret();
        if text.is_empty() || HeaderValue::from_str(text).is_err() {
            return Err(answer.unreadable("a token that no header can carry"));
        }
        let life = answer.given_at.and_then(|at| life(&value, at));
        Ok(Issued { value, life })
    }
}

impl Request {
    pub(super) fn get(family: Family, path: String) -> Self {
        Self { family, method: Method::GET, path, query: Vec::new(), body: None }
    }

    pub(super) fn post(family: Family, path: String, body: Option<Value>) -> Self {
        Self { family, method: Method::POST, path, query: Vec::new(), body }
    }

    pub(super) fn patch(path: String, body: Value) -> Self {
        Self { family: Family::Bearer, method: Method::PATCH, path, query: Vec::new(), body: Some(body) }
    }

    pub(super) fn delete(path: String) -> Self {
        Self { family: Family::Bearer, method: Method::DELETE, path, query: Vec::new(), body: None }
    }
}

/// Takes the result of a call that makes something: 409 means that it is there already.
pub(super) fn made(result: Result<Answer, Failure>) -> Result<Made, Failure> {
    match result {
        Ok(answer) => answer.done().map(|()| Made::New),
        Err(failure) if failure.is_conflict() => Ok(Made::AlreadyThere),
        Err(failure) => Err(failure),
    }
}

impl fmt::Debug for Dimail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (url, username) = self.0.http.who();
        f.debug_struct("Dimail").field("url", &url).field("username", &username).finish_non_exhaustive()
    }
}
