//! A person at a browser, who signs in once; the session is valid on every portal of the database.

use std::time::Duration;

use reqwest::header::{COOKIE, LOCATION, RETRY_AFTER, SET_COOKIE};
use reqwest::redirect::Policy;

/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client that follows no redirect and keeps no connection, because the process may be killed.
pub(crate) fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    // All requests here use plain HTTP, so the client needs no certificates.
    let client = reqwest::Client::builder().tls_certs_only([]);
    let client = client.redirect(Policy::none()).pool_max_idle_per_host(0).no_proxy();
    client.timeout(PATIENCE).build().expect("a client")
}

/// An answer of the portal.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    /// The request number, as in the log.
    pub(crate) number: String,
    /// When to try again, in seconds.
    pub(crate) retry_after: String,
    pub(crate) text: String,
}

impl Page {
    /// Demands a status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The fields with a mistake.
    pub(crate) fn mistakes(&self) -> Vec<&str> {
        self.text.split("data-mistake=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    /// Demands that the page shows this status of its object.
    #[track_caller]
    pub(crate) fn has_status(self, status: &str) -> Self {
        let own = self.text.split("id=\"status\"").nth(1).unwrap_or_default();
        let own = own.split('>').next().unwrap_or_default();
        assert!(own.contains(&format!("data-status=\"{status}\"")), "not {status}: {own}");
        self
    }
}

/// A person who is signed in.
#[derive(Clone)]
pub(crate) struct Browser {
    client: reqwest::Client,
    portal: String,
    cookie: String,
}

impl Browser {
    /// Signs in at the portal.
    pub(crate) async fn sign_in(portal: &str, email: &str, password: &str) -> Self {
        let client = client();
        let fields = [("email", email), ("password", password)];
        let answer = client.post(format!("{portal}/sign-in")).form(&fields).send().await.expect("an answer");
        let cookies = answer.headers().get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("session="));
        let cookie = cookie.unwrap_or_else(|| panic!("{email} could not sign in: {}", answer.status())).to_owned();
        Self { client, portal: portal.to_owned(), cookie }
    }

    /// The same session at another portal with the same database.
    pub(crate) fn at(&self, portal: &str) -> Self {
        Self { portal: portal.to_owned(), ..self.clone() }
    }

    /// Requests a page.
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.try_get(path).await.expect("an answer")
    }

    /// Requests a page of a portal that may be killed before it answers.
    pub(crate) async fn try_get(&self, path: &str) -> Result<Page, reqwest::Error> {
        self.send(self.client.get(format!("{}{path}", self.portal))).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_post(path, fields).await.expect("an answer")
    }

    /// Sends a form to a portal that may be killed before it answers.
    pub(crate) async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Page, reqwest::Error> {
        self.send(self.client.post(format!("{}{path}", self.portal)).form(fields)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Page, reqwest::Error> {
        let answer = request.header(COOKIE, &self.cookie).send().await?;
        let status = answer.status().as_u16();
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (location, number) = (header(LOCATION.as_str()).to_owned(), header("x-request-id").to_owned());
        let retry_after = header(RETRY_AFTER.as_str()).to_owned();
        Ok(Page { status, location, number, retry_after, text: answer.text().await? })
    }

    /// Adds a domain.
    pub(crate) async fn add_domain(&self, name: &str) {
        let fields = [("name", name), ("support_email", super::world::SUPPORT)];
        let location = self.post("/domains/new", &fields).await.is(303).location;
        assert_eq!(location, format!("/domains/{name}"));
    }

    /// Creates a mailbox by form.
    pub(crate) async fn add_mailbox(&self, domain: &str, wanted: &super::world::Wanted) -> Page {
        self.post(&format!("/domains/{domain}/new-mailbox"), &wanted.fields()).await
    }
}
