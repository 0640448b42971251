//! Pages of the demonstration only: the sent emails, and a button that publishes DNS records.

use askama::Template;
use axum::extract::State;

use crate::actions::domains;
use crate::mail::SentEmail;
use crate::model::{EditDomain, Refusal};
use crate::store::Allowed;
use crate::urls;
use crate::web::{Answer, Notice, Page, Web, rendered};

/// The demonstration's controls: a fake dimail whose DNS can be changed.
#[derive(Clone)]
pub struct Demo {
    publish: std::sync::Arc<dyn Fn(String) -> Published + Send + Sync>,
}

/// The future that a publication of records returns.
pub type Published = std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

impl Demo {
    /// A demonstration whose button publishes the records of a domain with `publish`.
    pub fn new(publish: impl Fn(String) -> Published + Send + Sync + 'static) -> Self {
        Self { publish: std::sync::Arc::new(publish) }
    }
}

#[derive(Template)]
#[template(path = "emails/outbox.html")]
struct Outbox {
    page: Page,
    emails: Vec<SentEmail>,
}

/// Whether a line of an email is a web address on a line of its own.
fn is_link(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("http://") || line.starts_with("https://")
}

/// The sent emails, newest first. Readable without signing in.
pub(crate) async fn outbox(State(web): State<Web>, page: Page) -> Answer {
    let mut emails = web.app().sender.sent();
    emails.reverse();
    rendered(&Outbox { page, emails })
}

/// Publishes the records of a domain, as its owner would at a registrar, and checks the domain.
pub(crate) async fn publish(State(web): State<Web>, by: Allowed<EditDomain>, page: Page) -> Answer {
    let Some(demo) = web.demo() else { return Err(Refusal::NotFound.into()) };
    let name = by.domain().name.clone();
    let to = urls::domain(&name);
    if let Err(error) = (demo.publish)(name.to_string()).await {
        tracing::error!(error, "publishing the demonstration's records failed");
        return Ok(page.see_other(&to, Notice::warn(page.t("demo-not-published"))).await);
    }
    if domains::check_now::check_as_operator(web.app(), by.domain().id).await?.is_none() {
        return Ok(page.see_other(&to, Notice::warn(page.t("domain-check-under-way"))).await);
    }
    Ok(page.see_other(&to, Notice::good(page.t("demo-published"))).await)
}
