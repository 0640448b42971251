//! The aliases of a domain.

use askama::Template;
use axum::extract::State;

use crate::model::alias::AliasRow;
use crate::model::domain::{Domain, DomainStatus};
use crate::model::list::{MailboxFilter, MailboxSort};
use crate::model::role::{Permission, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::domains::head::{Head, Tab};
use crate::web::error::{Answer, rendered};
use crate::web::fields::Query;
use crate::web::listing::{Pager, asked};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "aliases/list.html")]
struct Index {
    page: Page,
    head: Head,
    rows: Vec<AliasRow>,
    pager: Pager,
    q: String,
    can_add: bool,
    closed: Option<String>,
}

impl Index {
    fn path(&self) -> String {
        urls::aliases(&self.head.domain.name)
    }

    fn href(&self, row: &AliasRow) -> String {
        urls::alias(&self.head.domain.name, &row.local_part)
    }

    fn address(&self, row: &AliasRow) -> String {
        row.local_part.at(&self.head.domain.name)
    }
}

pub(crate) async fn index(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page, Query(query): Query) -> Answer {
    // Always sorted by local part; a sort in the query is ignored.
    let mut asked = asked(&query, MailboxFilter::parse, |_: MailboxSort| false);
    (asked.status, asked.sort, asked.reverse) = (None, MailboxSort::default(), false);
    let head = Head::read(&web, &by, &page, Tab::Aliases).await?;
    let rows = web.app().store.aliases(&by, &asked.q, &asked.position).await?;
    let total = page.s.t1("aliases-total", "n", rows.total);
    let manages = by.can(Permission::ManageAliases);
    let index = Index {
        pager: Pager::new(&urls::aliases(&head.domain.name), &asked, &rows, total),
        rows: rows.items,
        q: asked.q,
        can_add: manages && head.domain.takes_aliases(),
        closed: if manages { closed(&page, &head.domain) } else { None },
        page,
        head,
    };
    rendered(&index)
}

/// Why no alias can be added to the domain; `None` where it can.
pub(crate) fn closed(page: &Page, domain: &Domain) -> Option<String> {
    match domain.status {
        DomainStatus::Enabled => None,
        DomainStatus::Disabled => Some(page.t("alias-domain-disabled")),
        _ => Some(page.t("alias-domain-waits")),
    }
}
