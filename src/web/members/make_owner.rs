//! The confirmation before a person becomes owner of a domain: it shows where their address leads.

use askama::Template;

use crate::actions::members::confirmed::Confirmed;
use crate::model::lead::digest;
use crate::model::{Domain, EmailAddress};
use crate::store::SignedIn;
use crate::urls;
use crate::web::{Answer, Fields, Page, Web, rendered};

#[derive(Template)]
#[template(path = "members/make_owner.html")]
pub(crate) struct MakeOwner {
    page: Page,
    domain: Domain,
    email: String,
    /// Where the address leads; `None` if the person may not see that.
    leads: Option<Vec<String>>,
    /// The digest of what is shown; empty if nothing is.
    seen: String,
    /// Whether the person confirmed already, but of an address that led elsewhere then.
    has_changed: bool,
    back: String,
    action: String,
    /// The fields of the form that is to be confirmed.
    fields: Vec<(&'static str, String)>,
}

impl MakeOwner {
    fn title(&self) -> String {
        self.page.s.t2("owner-confirm-title", "email", self.email.as_str(), "domain", self.domain.name.unicode())
    }

    /// The page for a request to `action` with these fields.
    pub(crate) async fn ask(
        web: &Web,
        person: &SignedIn,
        page: Page,
        domain: &Domain,
        (email, confirmed): (&EmailAddress, &Confirmed),
        (action, fields): (String, Vec<(&'static str, String)>),
    ) -> Answer {
        let leads = web.app().store.leads_seen_by(person, email).await?;
        let seen = leads.as_deref().map(digest).unwrap_or_default();
        let has_changed = confirmed.is_given;
        let leads = leads.map(|leads| leads.iter().map(|lead| page.s.lead(email.domain(), lead, true)).collect());
        let (email, back) = (email.to_string(), urls::members(&domain.name));
        rendered(&Self { page, domain: domain.clone(), email, leads, seen, has_changed, back, action, fields })
    }
}

/// The confirmation in the fields of a form that was sent from this page.
pub(crate) fn confirmed(typed: &Fields) -> Confirmed {
    Confirmed { is_given: typed.text("confirm") == "yes", seen: typed.text("seen") }
}
