//! The list of domains.

use askama::Template;
use axum::extract::State;

use crate::actions::domains;
use crate::model::{DomainRow, DomainSort, DomainStatus, Role};
use crate::store::{OpenInvitation, SignedIn};
use crate::urls;
use crate::web::emails::held::held_emails;
use crate::web::listing::{Pager, asked, sort_word};
use crate::web::{Answer, Page, Query, Web, rendered};

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
        ]
        .map(|(word, key)| (word.to_owned(), self.page.t(key)))
        .into()
    }

    fn role(&self, row: &DomainRow) -> (String, String) {
        match row.role {
            Some(role) => (role.to_string(), self.page.s.role(role)),
            None => (Role::Owner.to_string(), self.page.t("domains-role-staff")),
        }
    }
}

pub(crate) async fn index(State(web): State<Web>, person: SignedIn, page: Page, Query(query): Query) -> Answer {
    let asked = asked(&query, |status| status.parse::<DomainStatus>().ok(), |sort| sort == DomainSort::Mailboxes);
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
