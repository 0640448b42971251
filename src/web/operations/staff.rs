//! What is to be dealt with on all domains, for staff.

use askama::Template;
use axum::extract::State;

use crate::model::ListQuery;
use crate::model::list::MailboxSort;
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
}

pub(crate) async fn index(State(web): State<Web>, _: Staff, page: Page, Query(query): Query) -> Answer {
    let asked = ListQuery::<&str, MailboxSort> { position: position(&query, true), ..ListQuery::default() };
    let found = web.app().store.work_for_staff(&asked.position).await?;
    let busy = found.items.iter().any(moves);
    let rows = found.items.iter().map(|row| Row::new(&page, row, None)).collect();
    let pager = Pager::new(urls::STAFF_OPERATIONS, &asked, &found, String::new());
    rendered(&Index { page, rows, pager, busy })
}
