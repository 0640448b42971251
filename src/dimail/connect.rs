//! The HTTP client with which dimail is called: its connections, and the errors of reqwest.

use std::cell::Cell;
use std::error::Error;
use std::task::{Context, Poll};
use std::time::Duration;

use reqwest::{Url, redirect};
use tower::Service;
use tower::layer::layer_fn;

use super::error::DimailSettingsError;
use super::settings::DimailSettings;

/// Idle connections are closed before the server closes them, which uvicorn does after 5 s: a request
/// sent at that moment would get no answer.
pub(super) const IDLE: Duration = Duration::from_secs(4);

/// How many idle connections are kept.
pub(super) const IDLE_MAX: usize = 32;

/// The longest wait for a connection. It is shorter than the time limit of a call, so that a call to an
/// unreachable machine fails without a connection, and counts as not sent.
const CONNECT: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// Whether a connection was opened for the request that is being sent; otherwise it used a pooled
    /// one. An opened connection may stay unused if another one became free meanwhile; that one was in
    /// use just before, so the request need not be sent again.
    pub(super) static CONNECTED: Cell<bool>;
}

/// Records each connection that is opened.
#[derive(Clone)]
struct Noting<S>(S);

impl<R, S: Service<R>> Service<R> for Noting<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        // Not set if no request waits for this connection any more.
        CONNECTED.try_with(|connected| connected.set(true)).ok();
        self.0.call(request)
    }
}

/// A client that keeps up to `idle` idle connections.
pub(super) fn client(
    settings: &DimailSettings,
    base: &Url,
    idle: usize,
) -> Result<reqwest::Client, DimailSettingsError> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .connector_layer(layer_fn(Noting))
        .connect_timeout(CONNECT.min(settings.timeout / 2))
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(idle);
    // Plain HTTP needs no certificates, so a system without any is accepted.
    let builder = if base.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
    builder.build().map_err(|error| DimailSettingsError::Client(error_text(&error)))
}

/// Parses the configured URL of dimail.
pub(super) fn base(typed: &str) -> Result<Url, DimailSettingsError> {
    let url = Url::parse(typed.trim()).map_err(|_| DimailSettingsError::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(DimailSettingsError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(DimailSettingsError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(DimailSettingsError::Query);
    }
    Ok(url)
}

/// The text of an error with its causes, without the URL.
pub(super) fn error_text(error: &reqwest::Error) -> String {
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
    use super::{DimailSettingsError, base};

    #[test]
    fn addresses_that_cannot_be_used_are_named_without_repeating_them() {
        let refused = |typed: &str| base(typed).expect_err(typed);
        assert_eq!(refused("dimail.example.fr"), DimailSettingsError::NotAUrl);
        assert_eq!(refused(""), DimailSettingsError::NotAUrl);
        assert_eq!(refused("localhost:8001"), DimailSettingsError::Scheme);
        assert_eq!(refused("ftp://a.fr"), DimailSettingsError::Scheme);
        assert_eq!(refused("https://a:hunter2@b.fr"), DimailSettingsError::Credentials);
        assert_eq!(refused("https://b.fr/?x=1"), DimailSettingsError::Query);
        assert_eq!(refused("https://b.fr/#x"), DimailSettingsError::Query);
        for good in [" http://dimail:8000 ", "https://a.fr/", "https://a.fr/dimail/", "http://[::1]:80"] {
            assert!(base(good).is_ok(), "{good}");
        }
    }
}
