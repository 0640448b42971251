//! What is to be dealt with on a domain, and what ended.

use askama::Template;
use axum::extract::State;

use crate::actions::operations::take_back;
use crate::model::change::{ChangeKind, ChangeOutcome, ChangeView, Object};
use crate::model::change_options::ChangeOptions;
use crate::model::list::MailboxSort;
use crate::model::options::{Asker, Verb};
use crate::model::{DomainStatus, EmailState, FollowChanges, ListQuery, Permission};
use crate::store::{Allowed, COUNTED, WorkList, WorkRow};
use crate::urls;
use crate::web::domains::head::{Head, Tab};
use crate::web::guard;
use crate::web::listing::{Pager, position};
use crate::web::operations::row::{Row, moves};
use crate::web::{Answer, Page, PageError, Query, Web, rendered};

/// The value of `status` in the query for what ended.
const ENDED: &str = "ended";

#[derive(Template)]
#[template(path = "operations/list.html")]
struct Index {
    page: Page,
    head: Head,
    rows: Vec<Row>,
    pager: Pager,
    /// Whether it lists what ended.
    ended: bool,
    /// For how long that is kept.
    kept: String,
    busy: bool,
}

impl Index {
    fn path(&self) -> String {
        urls::operations(&self.head.domain.name)
    }

    fn ended_path(&self) -> String {
        format!("{}?status={ENDED}", self.path())
    }
}

pub(crate) async fn index(
    State(web): State<Web>,
    by: Allowed<FollowChanges>,
    page: Page,
    Query(query): Query,
) -> Answer {
    let ended = query.text("status") == ENDED;
    let list = if ended { WorkList::Ended } else { WorkList::Open };
    let asked = ListQuery::<&str, MailboxSort> {
        status: ended.then_some(ENDED),
        position: position(&query, true),
        ..ListQuery::default()
    };
    let mut head = Head::read(&web, &by, &page, Tab::Operations).await?;
    let counted = (!ended).then_some(head.pending_work);
    let found = web.app().store.work(&by, list, (&asked.position, counted)).await?;
    let busy = !ended && found.items.iter().any(moves);
    head.busy |= busy;
    let mut rows = Vec::new();
    for row in &found.items {
        rows.push(shown(&web, &by, &page, (row, ended)).await?);
    }
    let total = total(&page, found.total);
    let index = Index {
        pager: Pager::new(&urls::operations(&head.domain.name), &asked, &found, total),
        kept: page.s.duration(web.app().settings.keep_finished),
        rows,
        ended,
        busy,
        page,
        head,
    };
    rendered(&index)
}

async fn shown(
    web: &Web,
    by: &Allowed<FollowChanges>,
    page: &Page,
    (found, ended): (&WorkRow, bool),
) -> Result<Row, PageError> {
    let domain = by.domain();
    let row = Row::new(page, found, Some(&domain.name));
    if ended {
        return Ok(row);
    }
    let asker = match &found.mailbox {
        Some(mailbox) => guard::asker(by, mailbox, found.guard),
        None => {
            Asker { manages: by.can(Permission::ManageAliases), is_own: false, guard: found.guard, passes: by.passes() }
        }
    };
    Ok(match (&found.change, &found.email) {
        (Some(change), _) => {
            let options = change.options(domain, asker, (found.mailbox.as_ref(), found.job.as_ref()));
            row.with(&domain.name, found, without_forbidden(web, by, change, options).await?)
        }
        (None, Some(email)) if email.state == EmailState::GivenUp => {
            row.with_email(&domain.name, found, email_options(by, found, asker))
        }
        _ => row,
    })
}

/// The same without what would give an alias destinations that it may not have.
async fn without_forbidden(
    web: &Web,
    by: &Allowed<FollowChanges>,
    change: &ChangeView,
    options: ChangeOptions,
) -> Result<ChangeOptions, PageError> {
    let adds = change.kind == ChangeKind::AddDestination;
    let asks_again = adds && options.retry && change.outcome != ChangeOutcome::Waiting;
    match &change.object {
        Object::Alias(part) if asks_again || (!adds && options.take_back) => {
            let may = take_back::may_lead_there(web.app(), by, part, change).await?;
            let (retry, take_back) = (options.retry && (may || !adds), options.take_back && (may || adds));
            Ok(ChangeOptions { retry, take_back, ..options })
        }
        _ => Ok(options),
    }
}

/// Whether a person may send an email again that was given up, and correct its address.
fn email_options(by: &Allowed<FollowChanges>, found: &WorkRow, asker: Asker) -> (bool, bool) {
    if let Some(mailbox) = &found.mailbox {
        let options = mailbox.options(by.domain(), asker, None, &[]);
        return (options.how(Verb::LoginLink).is_ok(), options.how(Verb::Edit).is_ok() && !asker.is_kept_out());
    }
    let is_open = by.domain().status != DomainStatus::Disabled;
    let governs = is_open && found.invited_role.is_some_and(|role| by.governs(role));
    (governs, governs)
}

fn total(page: &Page, total: i64) -> String {
    if total < COUNTED {
        page.s.t1("operations-total", "n", total)
    } else {
        page.s.t1("operations-total-many", "n", page.s.number(COUNTED - 1))
    }
}
