//! One exchange over HTTP: a request with its credentials, one redirect within the same origin,
//! and a body of bounded size.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::header::{DATE, HeaderMap, LOCATION};
use reqwest::{Method, RequestBuilder, Response, Url};
use rustls::crypto::CryptoProvider;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::answer::Answer;
use super::connect::{CONNECTED, IDLE, IDLE_MAX, base, client, error_text};
use super::error::{CallError, DimailSettingsError};
use super::settings::DimailSettings;

/// The maximum size of an answer about one object.
const BODY_MAX: usize = 1 << 20;
/// The maximum size of a list. A list of mailboxes is not paginated (dimail of August 2024), and one
/// entry has about 400 bytes.
const LIST_MAX: usize = 64 << 20;

/// The kind of authentication of a route. dimail refuses valid credentials of the wrong kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Name and password with each call.
    Basic,
    /// A token.
    Bearer,
}

/// A call without its credentials. It may contain a password, so it must not be logged.
pub struct Request {
    /// The authentication that the route expects.
    pub family: Family,
    /// The method.
    pub method: Method,
    /// The path in its canonical form, encoded.
    pub path: String,
    /// The parameters.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// Whether dimail queries the name servers of a domain before it answers.
    pub asks_name_servers: bool,
    /// Whether the answer has one entry per object.
    pub is_list: bool,
}

/// The HTTP connection to one dimail.
pub struct Http {
    client: reqwest::Client,
    /// A client without a pool: each call has its own connection.
    unpooled: reqwest::Client,
    /// Until when pooled connections are not used after a server error: dimail closes the connection
    /// after one (seen with dimail of August 2024), and a request sent on it then is lost.
    unpooled_until: Arc<Mutex<Option<Instant>>>,
    base: Url,
    username: String,
    password: SecretString,
}

impl Http {
    pub fn new(settings: &DimailSettings) -> Result<Self, DimailSettingsError> {
        let base = base(&settings.url)?;
        let username = user_name(&settings.username)?;
        if settings.timeout.is_zero() {
            return Err(DimailSettingsError::Timeout);
        }
        // reqwest panics without a provider.
        if CryptoProvider::get_default().is_none() {
            return Err(DimailSettingsError::NoTlsProvider);
        }
        Ok(Self {
            client: client(settings, &base, IDLE_MAX)?,
            unpooled: client(settings, &base, 0)?,
            unpooled_until: Arc::default(),
            base,
            username,
            password: settings.password.clone(),
        })
    }

    /// The same connection for another account.
    pub fn with_account(&self, username: &str, password: &SecretString) -> Result<Self, DimailSettingsError> {
        Ok(Self {
            client: self.client.clone(),
            unpooled: self.unpooled.clone(),
            unpooled_until: Arc::clone(&self.unpooled_until),
            base: self.base.clone(),
            username: user_name(username)?,
            password: password.clone(),
        })
    }

    /// The URL and the account name, for `Debug`.
    pub fn who(&self) -> (&str, &str) {
        (self.base.as_str(), &self.username)
    }

    /// Sends `request`, with `token` or otherwise with name and password. Sets `sent` as soon as dimail
    /// may be processing it.
    pub async fn send(
        &self,
        request: &Request,
        token: Option<&SecretString>,
        sent: &AtomicBool,
    ) -> Result<Answer, CallError> {
        let url = self.url(request)?;
        let answer = self.once(url, request, token, sent).await?;
        let Some(target) = answer.same_origin_target() else { return Ok(answer) };
        sent.store(false, Ordering::SeqCst);
        self.once(target.clone(), request, token, sent).await
    }

    fn url(&self, request: &Request) -> Result<Url, CallError> {
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), request.path);
        let mut url = self.base.clone();
        url.set_path(&path);
        // Refuse if the URL library has normalised the path, which would lead to another route.
        if url.path() != path {
            return Err(CallError::not_sendable("the path of the call is not one that an address can carry"));
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
    ) -> Result<Answer, CallError> {
        let what = format!("{} {}", request.method, url.path());
        let began = Instant::now();
        sent.store(true, Ordering::SeqCst);
        let response = self.response(&url, request, token).await.map_err(|error| {
            let left = !(error.is_connect() || error.is_builder());
            CallError::no_answer(&format!("no answer to {what}: {}", error_text(&error)), None, left)
        })?;
        let (status, target, given_at) = (response.status(), target(&response, &url), date(response.headers()));
        if status.is_server_error() {
            *self.unpooled_until() = Some(Instant::now() + IDLE);
        }
        let body = read(response, &what, if request.is_list { LIST_MAX } else { BODY_MAX }).await?;
        Ok(Answer { what, url, status, target, given_at, took: began.elapsed(), body })
    }

    /// Sends one request. A GET that broke on a reused connection is sent once more on a new one,
    /// because the server may have closed the idle connection. On a new connection, a break is the
    /// server's response to this very request.
    async fn response(
        &self,
        url: &Url,
        request: &Request,
        token: Option<&SecretString>,
    ) -> Result<Response, reqwest::Error> {
        let is_unpooled = self.unpooled_until().is_some_and(|until| Instant::now() < until);
        let client = if is_unpooled { &self.unpooled } else { &self.client };
        let has_connected = Cell::new(false);
        let sending = self.builder(client, url, request, token).send();
        let (result, is_reused) = CONNECTED
            .scope(has_connected, async {
                let result = sending.await;
                (result, !CONNECTED.with(Cell::get))
            })
            .await;
        match result {
            Err(error) if request.method == Method::GET && is_reused && broke(&error) => {
                self.builder(&self.unpooled, url, request, token).send().await
            }
            result => result,
        }
    }

    fn builder(
        &self,
        client: &reqwest::Client,
        url: &Url,
        request: &Request,
        token: Option<&SecretString>,
    ) -> RequestBuilder {
        let builder = self.authorized(client.request(request.method.clone(), url.clone()), token);
        match &request.body {
            Some(body) => builder.json(body),
            None => builder,
        }
    }

    fn unpooled_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.unpooled_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authorized(&self, builder: RequestBuilder, token: Option<&SecretString>) -> RequestBuilder {
        match token {
            Some(token) => builder.bearer_auth(token.expose_secret()),
            None => builder.basic_auth(&self.username, Some(self.password.expose_secret())),
        }
    }
}

/// Checks that Basic authentication can carry a name.
fn user_name(name: &str) -> Result<String, DimailSettingsError> {
    if name.contains(|c: char| c == ':' || c.is_control()) {
        Err(DimailSettingsError::UserName)
    } else {
        Ok(name.to_owned())
    }
}

/// Whether the connection broke before an answer was received.
fn broke(error: &reqwest::Error) -> bool {
    !(error.is_timeout() || error.is_connect() || error.is_builder())
}

fn target(response: &Response, from: &Url) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

/// The `Date` header, in seconds since 1970.
fn date(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?.as_second())
}

async fn read(mut response: Response, what: &str, most: usize) -> Result<Vec<u8>, CallError> {
    let status = response.status().as_u16();
    let lost = |why: &str| {
        let detail = format!("the answer to {what} ({status}) broke off: {why}");
        CallError::no_answer(&detail, Some(status), true)
    };
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| lost(&error_text(&error)))? {
        if body.len() + part.len() > most {
            return Err(lost("it is too long"));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{DATE, HeaderMap, HeaderValue};

    use super::date;

    #[test]
    fn the_servers_date_is_read() {
        let read = |text: &'static str| date(&HeaderMap::from_iter([(DATE, HeaderValue::from_static(text))]));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(read("today"), None);
        assert_eq!(date(&HeaderMap::new()), None);
    }
}
