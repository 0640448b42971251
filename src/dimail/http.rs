//! One exchange over HTTP: a request with its credentials, one redirect within the same origin,
//! and a body of bounded size.
//!
//! Must not know: tokens' lives, deadlines, what a status means.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, LOCATION};
use reqwest::{Method, RequestBuilder, Response, Url, redirect};
use rustls::crypto::CryptoProvider;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::answer::Answer;
use super::client::DimailSettings;
use super::error::{Failure, SettingsError};

/// The most that is read of an answer. A list of mailboxes has no pages (dimail contract, 2024),
/// and one entry is about 400 bytes.
const BODY_MAX: usize = 64 << 20;
/// Idle connections are closed before the server closes them, which uvicorn does after 5 s: a
/// request sent at that very moment would be left without an answer.
const IDLE: Duration = Duration::from_secs(4);
/// The longest wait for a connection. It ends before the call does, so that a call to a machine
/// that is off surely counts as not sent.
const CONNECT: Duration = Duration::from_secs(5);

/// How a call shows who asks. dimail refuses valid credentials of the wrong family.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Name and password with each call.
    Basic,
    /// A token.
    Bearer,
}

/// A call, without its credentials. It may hold a password: never shown.
pub struct Request {
    /// What the route wants.
    pub family: Family,
    /// The method.
    pub method: Method,
    /// The path in its canonical form, encoded.
    pub path: String,
    /// The parameters.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Value>,
}

/// The way to one dimail.
pub struct Http {
    client: reqwest::Client,
    base: Url,
    username: String,
    password: SecretString,
}

impl Http {
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: &DimailSettings) -> Result<Self, SettingsError> {
        let base = base(&settings.url)?;
        if settings.username.contains(|c: char| c == ':' || c.is_control()) {
            return Err(SettingsError::UserName);
        }
        if settings.timeout.is_zero() {
            return Err(SettingsError::Timeout);
        }
        // reqwest panics without one.
        if CryptoProvider::get_default().is_none() {
            return Err(SettingsError::NoTlsProvider);
        }
        let builder = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT.min(settings.timeout / 2))
            .timeout(settings.timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(32);
        // Over plain HTTP no certificate is ever looked at: a system without any will do.
        let builder = if base.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
        let client = builder.build().map_err(|error| SettingsError::Client(told(&error)))?;
        Ok(Self { client, base, username: settings.username.clone(), password: settings.password.clone() })
    }

    /// The address and the name, for `Debug`.
    pub fn who(&self) -> (&str, &str) {
        (self.base.as_str(), &self.username)
    }

    /// Sends `request`, with `token` or else with name and password. `sent` tells from when on
    /// dimail may be acting upon it.
    ///
    /// # Errors
    /// No answer.
    pub async fn send(
        &self,
        request: &Request,
        token: Option<&SecretString>,
        sent: &AtomicBool,
    ) -> Result<Answer, Failure> {
        let url = self.url(request)?;
        let answer = self.once(url, request, token, sent).await?;
        let Some(target) = answer.same_origin_target() else { return Ok(answer) };
        sent.store(false, Ordering::SeqCst);
        self.once(target.clone(), request, token, sent).await
    }

    fn url(&self, request: &Request) -> Result<Url, Failure> {
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), request.path);
        let mut url = self.base.clone();
        url.set_path(&path);
        // A library that tidies paths must not lead to another route.
        if url.path() != path {
            return Err(Failure::not_sendable("the path of the call is not one that an address can carry"));
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(url)
    }

    async fn once(
        &self,
        url: Url,
        request: &Request,
        token: Option<&SecretString>,
        sent: &AtomicBool,
    ) -> Result<Answer, Failure> {
        let what = format!("{} {}", request.method, url.path());
        let mut builder = self.authorized(self.client.request(request.method.clone(), url.clone()), token);
        if let Some(body) = &request.body {
            builder = builder.json(body);
        }
        sent.store(true, Ordering::SeqCst);
        let response = builder.send().await.map_err(|error| {
            let left = !(error.is_connect() || error.is_builder());
            Failure::no_answer(&format!("no answer to {what}: {}", told(&error)), None, left)
        })?;
        let (status, target, given_at) = (response.status(), target(&response, &url), date(response.headers()));
        let body = read(response, &what).await?;
        Ok(Answer { what, url, status, target, given_at, body })
    }

    fn authorized(&self, builder: RequestBuilder, token: Option<&SecretString>) -> RequestBuilder {
        match token {
            Some(token) => builder.bearer_auth(token.expose_secret()),
            None => builder.basic_auth(&self.username, Some(self.password.expose_secret())),
        }
    }
}

/// The address of dimail as it was set.
fn base(typed: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(typed.trim()).map_err(|_| SettingsError::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SettingsError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SettingsError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(SettingsError::Query);
    }
    Ok(url)
}

fn target(response: &Response, from: &Url) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

/// The moment that the server gives, in seconds since 1970.
fn date(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?.as_second())
}

async fn read(mut response: Response, what: &str) -> Result<Vec<u8>, Failure> {
    let status = response.status().as_u16();
    let lost = |why: &str| {
        let detail = format!("the answer to {what} ({status}) broke off: {why}");
        Failure::no_answer(&detail, Some(status), true)
    };
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| lost(&told(&error)))? {
        if body.len() + part.len() > BODY_MAX {
            return Err(lost("it is too long"));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// An error with its causes, without the address.
fn told(error: &reqwest::Error) -> String {
    let what = match error {
        e if e.is_timeout() && e.is_connect() => "no connection in time",
        e if e.is_timeout() => "not in time",
        e if e.is_connect() => "no connection",
        e if e.is_builder() => "the request could not be made",
        _ => "the connection broke",
    };
    let mut causes = vec![what.to_owned()];
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    causes.dedup();
    causes.join(": ")
}

#[cfg(test)]
mod tests {
    use reqwest::header::{DATE, HeaderMap, HeaderValue};

    use super::{SettingsError, base, date};

    #[test]
    fn addresses_that_cannot_be_used_are_named_without_repeating_them() {
        let refused = |typed: &str| base(typed).expect_err(typed);
        assert_eq!(refused("dimail.example.fr"), SettingsError::NotAUrl);
        assert_eq!(refused(""), SettingsError::NotAUrl);
        assert_eq!(refused("localhost:8001"), SettingsError::Scheme);
        assert_eq!(refused("ftp://a.fr"), SettingsError::Scheme);
        assert_eq!(refused("https://a:hunter2@b.fr"), SettingsError::Credentials);
        assert_eq!(refused("https://b.fr/?x=1"), SettingsError::Query);
        assert_eq!(refused("https://b.fr/#x"), SettingsError::Query);
        for good in [" http://dimail:8000 ", "https://a.fr/", "https://a.fr/dimail/", "http://[::1]:80"] {
            assert!(base(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_servers_date_is_read() {
        let read = |text: &'static str| date(&HeaderMap::from_iter([(DATE, HeaderValue::from_static(text))]));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(read("today"), None);
        assert_eq!(date(&HeaderMap::new()), None);
    }
}
