//! What is to be dealt with on all domains, for staff.

use askama::Template;
use axum::extract::State;

use crate::model::list::{MailboxSort, ROWS};
use crate::model::{Domain, ListQuery, Position};
use crate::urls;
use crate::web::listing::{Pager, position};
use crate::web::operations::row::{Row, moves};
use crate::web::{Answer, Page, Query, Staff, Web, rendered};

#[derive(Template)]
#[template(path = "operations/staff.html")]
struct Index {
    page: Page,
    rows: Vec<Row>,
    pager: Pager,
    busy: bool,
    /// Domains that differ from dimail: the name, how much differs, the page that shows it.
    differing: Vec<(String, String, String)>,
    /// Whether there are more of them.
    has_more: bool,
}

pub(crate) async fn index(State(web): State<Web>, _: Staff, page: Page, Query(query): Query) -> Answer {
    let asked = ListQuery::<&str, MailboxSort> { position: position(&query, true), ..ListQuery::default() };
    let found = web.app().store.work_for_staff(&asked.position).await?;
    let busy = found.items.iter().any(moves);
    let rows = found.items.iter().map(|row| Row::new(&page, row, None)).collect();
    let pager = Pager::new(urls::STAFF_OPERATIONS, &asked, &found, String::new());
    let mut differing = match asked.position {
        Position::First => web.app().store.domains_that_differ(ROWS + 1).await?,
        _ => Vec::new(),
    };
    let has_more = differing.len() > ROWS;
    differing.truncate(ROWS);
    let lines = |domain: &Domain| page.s.t1("compare-lines", "n", domain.differences);
    let href = |domain: &Domain| urls::below_domain(&domain.name, "compare");
    let differing = differing.iter().map(|domain| (domain.name.unicode(), lines(domain), href(domain))).collect();
    rendered(&Index { page, rows, pager, busy, differing, has_more })
}
