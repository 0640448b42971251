//! The buttons of a change: try now, take back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::actions::Error;
use crate::actions::mailboxes::lifecycle::Retried;
use crate::actions::operations;
use crate::actions::operations::take_back::TakenBack;
use crate::i18n::Told;
use crate::model::{DomainStatus, FollowChanges, Refusal};
use crate::store::Allowed;
use crate::urls;
use crate::web::mailboxes::lifecycle::undone_key;
use crate::web::{Answer, Fields, Id, Notice, Page, PageError, Web};

pub(crate) async fn retry(
    State(web): State<Web>,
    by: Allowed<FollowChanges>,
    Id(sequence): Id<i64>,
    page: Page,
    typed: Fields,
) -> Answer {
    let by = Arc::new(by);
    let domain = by.domain();
    let act = |app, by: Arc<_>| async move { Box::pin(operations::retry::retry(&app, &by, sequence)).await };
    let text = match typed.act_once(&web, &by, act).await {
        Ok(Retried::Due) if domain.status == DomainStatus::Enabled => page.t("mailbox-retried"),
        Ok(Retried::Due) => page.s.t1("mailbox-retried-waits", "domain", domain.name.unicode()),
        Ok(Retried::UnderWay) => page.t("mailbox-retry-under-way"),
        Err(error) => return not_done(&page, &by, error).await,
    };
    Ok(page.see_other(&urls::operations(&domain.name), Notice::good(text)).await)
}

pub(crate) async fn take_back(
    State(web): State<Web>,
    by: Allowed<FollowChanges>,
    Id(sequence): Id<i64>,
    page: Page,
    typed: Fields,
) -> Answer {
    let by = Arc::new(by);
    let domain = by.domain();
    let act = |app, by: Arc<_>| async move { Box::pin(operations::take_back::take_back(&app, &by, sequence)).await };
    let notice = match typed.act_once(&web, &by, act).await {
        Ok(TakenBack::Done) => Notice::good(page.t("operations-taken-back")),
        Ok(TakenBack::UnderWay) => Notice::warn(page.t("operations-taking-back")),
        Ok(TakenBack::Undone { wanted, address }) => Notice::warn(page.s.t1(undone_key(wanted), "address", address)),
        Ok(TakenBack::Refused(reason)) => {
            let why = page.s.reason(&reason, &domain.name, page.is_staff());
            Notice::warn(why.within(|why| page.s.t1("operations-not-taken-back", "reason", why)))
        }
        Err(error) => return not_done(&page, &by, error).await,
    };
    Ok(page.see_other(&urls::operations(&domain.name), notice).await)
}

/// A refusal that would be shown at a field of a form stands in a notice, as there is no field here.
async fn not_done(page: &Page, by: &Allowed<FollowChanges>, error: Error) -> Result<Response, PageError> {
    let Error::Refused(Refusal::Invalid(errors)) = error else { return Err(error.into()) };
    let told: Told = errors.iter().map(|(_, error)| page.s.field_error(error)).collect();
    Ok(page.see_other(&urls::operations(&by.domain().name), Notice::warn(told)).await)
}
