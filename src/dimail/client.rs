//! The client itself: settings, its turn among all calls, deadline, credentials, and the one repeat
//! with a fresh token.
//!
//! Must not know: routes and their JSON (`domains`, `mailboxes`, `aliases`, `accounts`).

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::answer::Answer;
use super::error::{Failure, SettingsError};
use super::http::{Family, Http, Request};
use super::limiter::{Caller, Ending, Limiter, Permit};
use super::missing::MissingRoutes;
use super::path::{domain_of, pattern};
use super::token::{Issued, Tokens, life};
use super::wire;
use crate::model::address::DomainName;
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
    /// How long a whole call may take once it is its turn: connection, token and answer.
    pub timeout: Duration,
    /// The most calls that are ever in flight at once.
    pub concurrency: usize,
}

/// A client of dimail. Clones share connections, the token and the limiter.
#[derive(Clone)]
pub struct Dimail {
    inner: Arc<Inner>,
    purpose: Purpose,
}

/// What calls are made for.
#[derive(Clone)]
enum Purpose {
    /// A person who waits for the answer, by a key of theirs.
    Person(String),
    /// The portal's own work.
    Background,
    /// An email that the portal sends.
    Email,
}

/// A place among the calls in flight, for one call.
pub struct Place {
    permit: Permit,
    /// Since when it was waited for.
    arrived: Instant,
}

struct Inner {
    http: Http,
    tokens: Tokens,
    missing: Arc<MissingRoutes>,
    /// When the last call ended, if dimail did what it was asked or refused it for its content.
    taken_at: Mutex<Option<Instant>>,
    timeout: Duration,
    limiter: Limiter,
    /// For calls during which dimail asks the name servers of a domain. They are limited apart from
    /// all others, since silent name servers would delay those too.
    name_server_calls: Limiter,
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

    /// The same dimail for another account. It has a token of its own, and shares the limiter, which
    /// protects the server from the calls of all accounts.
    ///
    /// # Errors
    /// What is wrong with the account's name, in a sentence.
    pub fn with_account(&self, username: &str, password: &SecretString) -> Result<Self, SettingsError> {
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

    /// The same client for calls whose answer a person waits for: they go before background work,
    /// and take turns with those of other persons. `key` tells persons apart.
    #[must_use]
    pub fn for_person(&self, key: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), purpose: Purpose::Person(key.to_owned()) }
    }

    /// The same client for what emails need: most turns of background work are those of changes.
    #[must_use]
    pub fn for_emails(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), purpose: Purpose::Email }
    }

    /// What decides how many calls are in flight at once.
    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.inner.limiter
    }

    /// What is known of the routes that not every dimail has.
    pub(super) fn missing(&self) -> &MissingRoutes {
        &self.inner.missing
    }

    /// Asks for a fresh token: whether dimail is there and takes our credentials.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn sign_in(&self) -> Result<(), Failure> {
        let caller = self.caller("");
        let token = async { self.inner.tokens.renew(|| self.ask_token()).await.map(|()| ((), Ending::OtherAnswer)) };
        let never_sent = AtomicBool::new(false);
        let permit = self.inner.limiter.acquire(&caller).await;
        self.within_timeout(permit, "GET /token/", &never_sent, token).await
    }

    /// Waits for a place among the calls in flight, for a call about a domain that is sent as soon as
    /// it has its place. Dropping it gives the place back.
    pub async fn place(&self, domain: &DomainName) -> Place {
        let arrived = Instant::now();
        Place { permit: self.inner.limiter.acquire(&self.caller(domain.as_str())).await, arrived }
    }

    /// Makes a call when it is its turn: a success, or the class of the failure.
    pub(super) async fn call(&self, request: Request) -> Result<Answer, Failure> {
        let arrived = Instant::now();
        let limiter = if request.asks_name_servers { &self.inner.name_server_calls } else { &self.inner.limiter };
        let permit = limiter.acquire(&self.caller(domain_of(&request.path))).await;
        self.call_in(Place { permit, arrived }, request).await
    }

    /// Makes a call in a place that was taken for it.
    pub(super) async fn call_in(&self, place: Place, request: Request) -> Result<Answer, Failure> {
        let Place { permit, arrived } = place;
        let (began, sent, route) = (Instant::now(), AtomicBool::new(false), pattern(&request.path));
        let exchange = async {
            let answer = self.exchange(&request, arrived, &sent).await?;
            let ending = if answer.status.is_server_error() { Ending::ServerError } else { Ending::Answered };
            let took = answer.took;
            Ok((answer, ending(took)))
        };
        let name = expected_alike(&request, &route);
        let result = self.within_timeout(permit, &name, &sent, exchange).await.and_then(Answer::judged);
        let outcome = result.as_ref().map_or_else(Failure::as_str, |_| "done");
        let is_taken = matches!(result, Ok(_) | Err(Failure::Refused(_)));
        *self.taken_at() = is_taken.then(Instant::now);
        telemetry::dimail_called(request.method.as_str(), &route, outcome, began.elapsed());
        result
    }

    /// Whether the last call of this account ended within so long, and dimail took it: it is there,
    /// and takes our credentials.
    #[must_use]
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
            Purpose::Email => Caller::Email(domain.to_owned()),
        }
    }

    /// Does `work`, which also tells how its call was answered, in the time that a call has, and
    /// tells the limiter.
    async fn within_timeout<T>(
        &self,
        mut permit: Permit,
        route: &str,
        sent: &AtomicBool,
        work: impl Future<Output = Result<(T, Ending), Failure>>,
    ) -> Result<T, Failure> {
        permit.sent();
        let (result, ending) = match timeout(self.inner.timeout, work).await {
            Ok(Ok((answer, ending))) => (Ok(answer), ending),
            // A status came with the answer to the request for a token, or before the call's own
            // answer broke off.
            Ok(Err(failure)) => {
                let ending = if failure.has_status() { Ending::OtherAnswer } else { Ending::Broken };
                (Err(failure), ending)
            }
            Err(_) => {
                let detail = format!("no answer within {:?}", self.inner.timeout);
                (Err(Failure::time_out(&detail, sent.load(Ordering::SeqCst))), Ending::TimedOut)
            }
        };
        permit.ended(route, ending);
        result
    }

    async fn exchange(&self, request: &Request, arrived: Instant, sent: &AtomicBool) -> Result<Answer, Failure> {
        let Inner { http, tokens, .. } = &*self.inner;
        if request.family == Family::Basic {
            return http.send(request, None, sent).await;
        }
        let token = tokens.current(arrived, || self.ask_token()).await.map_err(Failure::for_want_of_token)?;
        let answer = http.send(request, Some(token.value()), sent).await?;
        if !answer.is_denied() {
            return Ok(answer);
        }
        // A token that ended and a forbidden domain are the same answer (dimail contract, 2024).
        // Either way dimail did nothing.
        sent.store(false, Ordering::SeqCst);
        let token = tokens
            .newer_than(Some(&token), Instant::now(), || self.ask_token())
            .await
            .map_err(Failure::for_want_of_token)?;
        http.send(request, Some(token.value()), sent).await
    }

    async fn ask_token(&self) -> Result<Issued, Failure> {
        self.issue().await.map_err(Failure::of_sign_in)
    }

    async fn issue(&self) -> Result<Issued, Failure> {
        let request = Request::get(Family::Basic, "/token/".to_owned());
        let answer = self.inner.http.send(&request, None, &AtomicBool::new(false)).await?.judged()?;
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

    /// A GET whose answer has as many entries as there are objects.
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

/// What tells calls apart that take about as long as each other. A list is as long as its domain
/// is large, so that only lists of one domain are alike.
fn expected_alike(request: &Request, route: &str) -> String {
    let domain = if request.is_list { domain_of(&request.path) } else { "" };
    format!("{} {route} {domain}", request.method)
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
