//! The list of domains.

use askama::Template;
use axum::extract::State;

use crate::actions::domains;
use crate::model::{Domain, DomainQuery, DomainRow, DomainSort, DomainStatus, Role};
use crate::store::{OpenInvitation, SignedIn};
use crate::urls;
use crate::web::emails::held::held_emails;
use crate::web::listing::{Pager, asked, sort_word};
use crate::web::{Answer, Page, PageError, Query, Web, rendered};

#[derive(Template)]
#[template(path = "domains/list.html")]
struct Index {
    page: Page,
    rows: Vec<DomainRow>,
    pager: Pager,
    q: String,
    status: String,
    sort: String,
    may_add: bool,
    searching: bool,
    held_emails: Vec<String>,
    invitations: Vec<OpenInvitation>,
}

impl Index {
    fn invitation_text(&self, open: &OpenInvitation) -> String {
        let (inviter, role) = (open.invitation.inviter.as_str(), self.page.s.role(open.invitation.role));
        self.page.s.t2("domains-invitation-text", "inviter", inviter, "role", role)
    }

    fn invitation_action(open: &OpenInvitation) -> String {
        urls::invitation(&open.invitation.id.to_string())
    }

    fn waits(open: &OpenInvitation) -> bool {
        open.domain.status == DomainStatus::Disabled
    }

    fn statuses(&self) -> Vec<(String, String)> {
        let all = (String::new(), self.page.t("list-any-status"));
        let known = DomainStatus::ALL.map(|status| (status.to_string(), self.page.s.domain_status(status)));
        std::iter::once(all).chain(known).collect()
    }

    fn sorts(&self) -> Vec<(String, String)> {
        [
            ("name", "list-sort-name"),
            ("status", "list-sort-status"),
            ("-created", "list-sort-newest"),
            ("-mailboxes", "list-sort-mailboxes"),
            ("-todo", "domains-column-todo"),
        ]
        .map(|(word, key)| (word.to_owned(), self.page.t(key)))
        .into()
    }

    /// Whether the page asks for the first domain of a person instead of listing none.
    fn begins(&self) -> bool {
        self.rows.is_empty() && !self.searching && self.pager.first.is_none()
    }

    /// What is left to do on a domain: in words, and where it is done.
    fn todo(&self, domain: &Domain) -> Vec<(String, String)> {
        if domain.status == DomainStatus::Disabled {
            return Vec::new();
        }
        let mailboxes = |status: &str| format!("{}?status={status}", urls::mailboxes(&domain.name));
        let differences = if self.page.is_staff() { domain.differences } else { 0 };
        [
            ("domains-todo-records", domain.records_left, urls::dns(&domain.name)),
            ("domains-todo-failed", domain.failed, mailboxes("failed")),
            ("domains-todo-hand-over", domain.to_hand_over, mailboxes("handover")),
            ("compare-lines", differences, urls::below_domain(&domain.name, "compare")),
        ]
        .into_iter()
        .filter(|(_, n, _)| *n > 0)
        .map(|(key, n, href)| (self.page.counted(key, n), href))
        .chain(self.state(domain).map(|sentence| (sentence, urls::domain(&domain.name))))
        .collect()
    }

    /// What keeps a domain from being active, if it is not for its DNS records alone.
    fn state(&self, domain: &Domain) -> Option<String> {
        let key = match domain.status {
            DomainStatus::Pending if domain.refusal.is_some() => "domains-todo-refused",
            DomainStatus::Pending if domain.accepted_at.is_none() => "domains-todo-adding",
            DomainStatus::Pending => "domains-todo-checking",
            DomainStatus::Failed => "domains-todo-not-ready",
            DomainStatus::ActionRequired if domain.records_left == 0 => "domains-todo-dns",
            _ => return None,
        };
        Some(self.page.t(key))
    }

    fn role(&self, row: &DomainRow) -> (String, String) {
        match row.role {
            Some(role) => (role.to_string(), self.page.s.role(role)),
            None => (Role::Owner.to_string(), self.page.t("domains-role-staff")),
        }
    }
}

/// Where the work of a person begins: with their only domain, if nothing else waits for them.
pub(crate) async fn landing(web: &Web, person: &SignedIn) -> Result<String, PageError> {
    let store = &web.app().store;
    if person.user().is_staff {
        return Ok(urls::DOMAINS.to_owned());
    }
    let rows = store.domains(person, &DomainQuery::default()).await?;
    let [row] = rows.items.as_slice() else { return Ok(urls::DOMAINS.to_owned()) };
    let is_invited = !store.invitations_for(person).await?.is_empty();
    Ok(if is_invited { urls::DOMAINS.to_owned() } else { urls::entry(&row.domain) })
}

pub(crate) async fn index(State(web): State<Web>, person: SignedIn, page: Page, Query(query): Query) -> Answer {
    let asked = asked(
        &query,
        |status| status.parse::<DomainStatus>().ok(),
        |sort| matches!(sort, DomainSort::Mailboxes | DomainSort::Todo),
    );
    let rows = web.app().store.domains(&person, &asked).await?;
    let total = page.s.t1("domains-total", "n", rows.total);
    let index = Index {
        pager: Pager::new(urls::DOMAINS, &asked, &rows, total),
        rows: rows.items,
        status: asked.status.map(|status| status.to_string()).unwrap_or_default(),
        sort: sort_word(asked.sort, asked.reverse),
        searching: !asked.q.trim().is_empty() || asked.status.is_some(),
        q: asked.q,
        may_add: domains::add::may_add(web.app(), &person),
        held_emails: held_emails(&web, &page).await?,
        invitations: web.app().store.invitations_for(&person).await?,
        page,
    };
    rendered(&index)
}
