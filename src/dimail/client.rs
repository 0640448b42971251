//! The client: settings, concurrency limit, deadline, credentials, and one repeat with a new token.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::answer::Answer;
use super::error::{CallError, DimailSettingsError};
use super::http::{Family, Http, Request};
use super::limiter::{Caller, Ending, Limiter, Permit};
use super::missing::{MissingRoutes, OptionalRoute};
use super::path::{domain_of, pattern};
use super::settings::DimailSettings;
use super::token::{Issued, Tokens, life};
use super::wire;
use crate::model::address::DomainName;
use crate::telemetry;

/// A client of dimail. Clones share connections, the token and the limiter.
#[derive(Clone)]
pub struct Dimail {
    inner: Arc<Inner>,
    purpose: Purpose,
}

/// The priority class of a call.
#[derive(Clone)]
enum Purpose {
    /// For a person who waits for the answer, identified by a key.
    Person(String),
    /// For the worker.
    Background,
}

/// The permission to have one call in flight.
pub struct CallPlace {
    permit: Permit,
    /// When the caller began to wait for it.
    arrived: Instant,
}

struct Inner {
    http: Http,
    tokens: Tokens,
    missing: Arc<MissingRoutes>,
    /// When the last call ended that dimail carried out or refused for its content.
    taken_at: Mutex<Option<Instant>>,
    timeout: Duration,
    limiter: Limiter,
    /// Limits calls during which dimail queries the name servers of a domain. They have their own
    /// limit, because name servers that do not answer would delay all other calls, too.
    name_server_calls: Limiter,
}

/// Whether a call created something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It was created.
    New,
    /// It existed already (409); nothing changed.
    AlreadyThere,
}

impl Dimail {
    /// A client with these settings. Makes no call yet. The TLS provider must have been installed.
    pub fn new(settings: &DimailSettings) -> Result<Self, DimailSettingsError> {
        let inner = Inner {
            http: Http::new(settings)?,
            tokens: Tokens::default(),
            missing: Arc::default(),
            taken_at: Mutex::default(),
            timeout: settings.timeout,
            limiter: Limiter::adaptive(settings.concurrency, settings.timeout),
            name_server_calls: Limiter::one_at_a_time(),
        };
        Ok(Self { inner: Arc::new(inner), purpose: Purpose::Background })
    }

    /// A client of the same dimail for another account. It has its own token and shares the limiter,
    /// which protects the server from the calls of all accounts.
    ///
    /// # Errors
    /// What is wrong with the account's name, as a sentence.
    pub fn with_account(&self, username: &str, password: &SecretString) -> Result<Self, DimailSettingsError> {
        let inner = Inner {
            http: self.inner.http.with_account(username, password)?,
            tokens: Tokens::default(),
            missing: Arc::clone(&self.inner.missing),
            taken_at: Mutex::default(),
            timeout: self.inner.timeout,
            limiter: self.inner.limiter.clone(),
            name_server_calls: self.inner.name_server_calls.clone(),
        };
        Ok(Self { inner: Arc::new(inner), purpose: self.purpose.clone() })
    }

    /// The same client with the priority of a waiting person: its calls go before background work, and
    /// alternate with those of other persons. `key` identifies the person.
    pub fn for_person(&self, key: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), purpose: Purpose::Person(key.to_owned()) }
    }

    /// The limiter, which decides how many calls are in flight at once.
    pub fn limiter(&self) -> &Limiter {
        &self.inner.limiter
    }

    /// What is known about the optional routes.
    pub(super) fn missing(&self) -> &MissingRoutes {
        &self.inner.missing
    }

    /// Whether this dimail was found to lack a route within the last ten minutes. Makes no call.
    pub fn lacks(&self, route: OptionalRoute) -> bool {
        self.missing().is_there(route) == Some(false)
    }

    /// Makes a call on an optional route, or fails at once if the route is known to be missing.
    pub(super) async fn optional<T>(
        &self,
        route: OptionalRoute,
        call: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        if self.lacks(route) {
            return Err(route.missing());
        }
        let result = call.await;
        match &result {
            Ok(_) => self.missing().note_there(route),
            Err(failure) if failure.is_route_missing() => self.missing().note(route),
            Err(_) => {}
        }
        result
    }

    /// Requests a new token: tests that dimail answers and accepts our credentials.
    pub async fn sign_in(&self) -> Result<(), CallError> {
        let caller = self.caller("");
        let token = async { self.inner.tokens.renew(|| self.ask_token()).await.map(|()| ((), Ending::OtherAnswer)) };
        let never_sent = AtomicBool::new(false);
        let permit = self.inner.limiter.acquire(&caller).await;
        self.within_timeout(permit, "GET /token/", &never_sent, token).await
    }

    /// Waits until a call about a domain may be sent, which the caller then sends at once. Dropping the
    /// returned place releases it.
    pub async fn place(&self, domain: &DomainName) -> CallPlace {
        let arrived = Instant::now();
        CallPlace { permit: self.inner.limiter.acquire(&self.caller(domain.as_str())).await, arrived }
    }

    /// Makes a call when it is admitted. Returns the success, or the class of failure.
    pub(super) async fn call(&self, request: Request) -> Result<Answer, CallError> {
        let arrived = Instant::now();
        let limiter = if request.asks_name_servers { &self.inner.name_server_calls } else { &self.inner.limiter };
        let permit = limiter.acquire(&self.caller(domain_of(&request.path))).await;
        self.call_in(CallPlace { permit, arrived }, request).await
    }

    /// Makes a call with a place that was acquired before.
    pub(super) async fn call_in(&self, place: CallPlace, request: Request) -> Result<Answer, CallError> {
        let CallPlace { permit, arrived } = place;
        let (began, sent, route) = (Instant::now(), AtomicBool::new(false), pattern(&request.path));
        let exchange = async {
            let answer = self.exchange(&request, arrived, &sent).await?;
            let ending = ending_of(answer.status, answer.took);
            Ok((answer, ending))
        };
        let name = expected_alike(&request, &route);
        let result = self.within_timeout(permit, &name, &sent, exchange).await.and_then(Answer::judged);
        let outcome = result.as_ref().map_or_else(CallError::as_str, |_| "done");
        let is_taken = matches!(result, Ok(_) | Err(CallError::Refused(_)));
        *self.taken_at() = is_taken.then(Instant::now);
        telemetry::dimail_called(request.method.as_str(), &route, outcome, began.elapsed());
        result
    }

    /// Whether dimail carried out or understood the last call of this account, and that call ended
    /// within this time: it is available and accepts our credentials.
    pub fn has_taken_calls_within(&self, age: Duration) -> bool {
        self.taken_at().is_some_and(|at| at.elapsed() < age)
    }

    fn taken_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.inner.taken_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn caller(&self, domain: &str) -> Caller {
        match &self.purpose {
            Purpose::Person(key) => Caller::Person(key.clone()),
            Purpose::Background => Caller::Background(domain.to_owned()),
        }
    }

    /// Runs `work` within the time limit of a call, and reports its ending to the limiter.
    async fn within_timeout<T>(
        &self,
        mut permit: Permit,
        route: &str,
        sent: &AtomicBool,
        work: impl Future<Output = Result<(T, Ending), CallError>>,
    ) -> Result<T, CallError> {
        permit.sent();
        let result = timeout(self.inner.timeout, work).await.unwrap_or_else(|_| {
            let detail = format!("no answer within {:?}", self.inner.timeout);
            Err(CallError::time_out(&detail, sent.load(Ordering::SeqCst)))
        });
        let ending = match &result {
            Ok((_, ending)) => *ending,
            Err(CallError::NoAnswer(silence)) if silence.timed_out => Ending::TimedOut,
            // The status came with the answer to the token request, or before the call's own answer was
            // cut off.
            Err(failure) if failure.has_status() => Ending::OtherAnswer,
            Err(CallError::NoAnswer(silence)) if !silence.sent => Ending::Unreachable,
            Err(_) => Ending::Broken,
        };
        permit.ended(route, ending);
        result.map(|(answer, _)| answer)
    }

    async fn exchange(&self, request: &Request, arrived: Instant, sent: &AtomicBool) -> Result<Answer, CallError> {
        let Inner { http, tokens, .. } = &*self.inner;
        if request.family == Family::Basic {
            return http.send(request, None, sent).await;
        }
        let token = tokens.current(arrived, || self.ask_token()).await.map_err(CallError::for_want_of_token)?;
        let answer = http.send(request, Some(token.value()), sent).await?;
        if !answer.is_denied() {
            return Ok(answer);
        }
        // An expired token and a forbidden domain get the same answer (dimail of August 2024). In both
        // cases dimail did nothing.
        sent.store(false, Ordering::SeqCst);
        let token = tokens
            .newer_than(Some(&token), Instant::now(), || self.ask_token())
            .await
            .map_err(CallError::for_want_of_token)?;
        http.send(request, Some(token.value()), sent).await
    }

    async fn ask_token(&self) -> Result<Issued, CallError> {
        self.issue().await.map_err(CallError::of_sign_in)
    }

    async fn issue(&self) -> Result<Issued, CallError> {
        let request = Request::get(Family::Basic, "/token/".to_owned());
        let answer = self.inner.http.send(&request, None, &AtomicBool::new(false)).await?.judged()?;
        let value = answer.json::<wire::TokenAnswer>()?.access_token;
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
        Self {
            family,
            method: Method::GET,
            path,
            query: Vec::new(),
            body: None,
            asks_name_servers: false,
            is_list: false,
        }
    }

    /// A GET whose answer has one entry per object.
    pub(super) fn list(family: Family, path: String) -> Self {
        Self { is_list: true, ..Self::get(family, path) }
    }

    pub(super) fn post(family: Family, path: String, body: Option<Value>) -> Self {
        Self { method: Method::POST, body, ..Self::get(family, path) }
    }

    pub(super) fn patch(path: String, body: Value) -> Self {
        Self { method: Method::PATCH, body: Some(body), ..Self::get(Family::Bearer, path) }
    }

    pub(super) fn delete(path: String) -> Self {
        Self { method: Method::DELETE, ..Self::get(Family::Bearer, path) }
    }
}

/// What an answer says about the load. 502, 503 and 504 are of a proxy that has no answer of dimail; after a 504
/// dimail may still be processing the call.
fn ending_of(status: StatusCode, took: Duration) -> Ending {
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE => Ending::Unavailable(took),
        StatusCode::GATEWAY_TIMEOUT => Ending::TimedOut,
        status if status.is_server_error() => Ending::ServerError(took),
        _ => Ending::Answered(took),
    }
}

/// The key of calls that are expected to take about the same time. The time of a list depends on the
/// size of its domain, so only lists of one domain are comparable.
fn expected_alike(request: &Request, route: &str) -> String {
    let domain = if request.is_list { domain_of(&request.path) } else { "" };
    format!("{} {route} {domain}", request.method)
}

/// The result of a call that creates something: 409 means that it exists already.
pub(super) fn made(result: Result<Answer, CallError>) -> Result<Made, CallError> {
    match result {
        Ok(answer) => answer.done().map(|()| Made::New),
        Err(failure) if failure.is_conflict() => Ok(Made::AlreadyThere),
        Err(failure) => Err(failure),
    }
}

impl fmt::Debug for Dimail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (url, username) = self.inner.http.who();
        f.debug_struct("Dimail").field("url", &url).field("username", &username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, Request, expected_alike, pattern};

    #[test]
    fn only_lists_of_one_domain_are_expected_to_take_as_long_as_each_other() {
        let alike = |request: Request| expected_alike(&request, &pattern(&request.path));
        let list = |domain| alike(Request::list(Family::Bearer, format!("/v2/domains/{domain}/mailboxes/")));
        let creation = |domain| alike(Request::post(Family::Bearer, format!("/domains/{domain}/mailboxes/a"), None));
        assert_ne!(list("ville.fr"), list("autre.fr"));
        assert_eq!(creation("ville.fr"), creation("autre.fr"));
        assert_ne!(creation("ville.fr"), alike(Request::delete("/domains/ville.fr/mailboxes/a".to_owned())));
    }
}
