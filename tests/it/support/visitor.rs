//! A person at a browser: cookies, forms, and the headers that a browser sends.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use super::http::{Request, send};
use super::page::Answer;

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded")];

/// A browser without a page open. Redirects are not followed.
pub(crate) struct Visitor {
    portal: SocketAddr,
    cookies: Mutex<BTreeMap<String, String>>,
    headers: Vec<(String, String)>,
}

impl Visitor {
    pub(crate) fn new(portal: SocketAddr) -> Self {
        Self { portal, cookies: Mutex::default(), headers: Vec::new() }
    }

    /// The same visitor with a header on each request.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same browser, at another process of the portal.
    pub(crate) fn at(&self, portal: SocketAddr) -> Self {
        let cookies = self.cookies.lock().expect("cookies").clone();
        Self { portal, cookies: Mutex::new(cookies), headers: self.headers.clone() }
    }

    /// The cookie of that name.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    /// Sets a cookie.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }

    /// Requests a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Vec::new()).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, &[]).await
    }

    /// Submits the form of a new mailbox: first name, last name, local part, secondary address.
    pub(crate) async fn new_mailbox(&self, domain: &str, fields: [&str; 4]) -> Answer {
        let names = ["first_name", "last_name", "local_part", "secondary_email"];
        let fields: Vec<(&str, &str)> = names.into_iter().zip(fields).collect();
        self.post(&format!("/domains/{domain}/new-mailbox"), &fields).await
    }

    /// Submits the form of a new domain.
    pub(crate) async fn new_domain(&self, name: &str, support_email: &str) -> Answer {
        self.post("/domains/new", &[("name", name), ("support_email", support_email)]).await
    }

    /// Sends a form with other headers.
    pub(crate) async fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[&FORM, headers].concat(), body.into_bytes()).await
    }

    /// Sends a form to a portal that may be killed meanwhile: then there is no answer.
    pub(crate) async fn post_to_mortal(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.try_send("POST", path, &FORM, body.into_bytes()).await
    }

    /// Sends any request, with the path exactly as given.
    pub(crate) async fn send(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let answer = self.try_send(method, path, headers, body).await;
        answer.unwrap_or_else(|| panic!("the portal hung up: {method} {path}"))
    }

    async fn try_send(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Option<Answer> {
        let owned = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut headers: Vec<_> = self.headers.iter().cloned().chain(owned).collect();
        let cookies: Vec<String> =
            self.cookies.lock().expect("cookies").iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        let request = Request { method, path: path.to_owned(), headers, body };
        let answer = send(self.portal, &request).await?;
        // The mark of the portal's support is for `say.html` alone.
        let is_marked = ["\u{2060}l’assistance", "\u{2060}the portal’s"].iter().any(|mark| answer.text.contains(mark));
        assert!(!is_marked, "{path}: {}", answer.words());
        self.keep_cookies(&answer);
        Some(answer)
    }

    /// Requests the page to which an answer redirects.
    pub(crate) async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{}", answer.words());
        self.get(answer.location()).await
    }

    fn keep_cookies(&self, answer: &Answer) {
        let mut cookies = self.cookies.lock().expect("cookies");
        for cookie in answer.all_headers("set-cookie") {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if cookie.contains("Max-Age=0") || value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
