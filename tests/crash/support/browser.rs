//! Somebody at a browser: signs in once, and stays so whichever portal answers.

use std::time::Duration;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client that follows nothing and keeps no connection to a process that may die.
pub(crate) fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    // Everything here is plain HTTP: a machine without certificates will do.
    let client = reqwest::Client::builder().tls_certs_only([]);
    let client = client.redirect(Policy::none()).pool_max_idle_per_host(0).no_proxy();
    client.timeout(PATIENCE).build().expect("a client")
}

/// An answer of the portal.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    /// The number of the request, which its lines in the log bear.
    pub(crate) number: String,
    pub(crate) text: String,
}

impl Page {
    /// Demands a status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Demands that it shows the object's own status.
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

    /// The same person at another portal with the same database.
    pub(crate) fn at(&self, portal: &str) -> Self {
        Self { portal: portal.to_owned(), ..self.clone() }
    }

    /// Looks at a page.
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(self.client.get(format!("{}{path}", self.portal))).await.expect("an answer")
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_post(path, fields).await.expect("an answer")
    }

    /// Sends a form to a portal that may die over it.
    pub(crate) async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Page, reqwest::Error> {
        self.send(self.client.post(format!("{}{path}", self.portal)).form(fields)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Page, reqwest::Error> {
        let answer = request.header(COOKIE, &self.cookie).send().await?;
        let status = answer.status().as_u16();
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (location, number) = (header(LOCATION.as_str()).to_owned(), header("x-request-id").to_owned());
        Ok(Page { status, location, number, text: answer.text().await? })
    }

    /// Adds a domain.
    pub(crate) async fn add_domain(&self, name: &str) {
        let fields = [("name", name), ("support_email", super::world::SUPPORT)];
        let location = self.post("/domains/new", &fields).await.is(303).location;
        assert_eq!(location, format!("/domains/{name}"));
    }

    /// Asks for a mailbox.
    pub(crate) async fn add_mailbox(&self, domain: &str, wanted: &super::world::Wanted) -> Page {
        self.post(&format!("/domains/{domain}/new-mailbox"), &wanted.fields()).await
    }
}
