//! Compares a domain with dimail: what is observed at this moment, beside what is known. Owners take over
//! dimail's state or give it the portal's; they and administrators leave a difference as it is.
//!
//! Only lists are requested here, and nothing of them is stored. What is pushed is sent by the jobs.

pub(crate) mod act;
pub(super) mod adopt;
pub(crate) mod ignore;
pub(crate) mod nightly;
pub(crate) mod observe;
pub(super) mod push;
pub(crate) mod recheck;

use observe::observe_until;

use crate::actions::{App, Result};
use crate::model::compared::{Comparing, Comparison, Ignored, LinesWanted};
use crate::model::domain::Domain;
use crate::model::observed::Observed;
use crate::model::{FollowChanges, Refusal, Why};
use crate::store::{Allowed, Fault};

/// Compares a domain with what dimail shows at this moment; `None` if it gives no answer.
pub(crate) async fn compare(
    app: &App,
    by: &Allowed<FollowChanges>,
    wanted: &LinesWanted,
) -> Result<Option<Comparison>> {
    let (domain, until) = (by.domain(), app.answer_by());
    let observation = observe_until(&app.for_person(by.actor()), &domain.name, until).await;
    let Some(observation) = observation else { return Ok(None) };
    let ignored = app.store.ignored_differences(domain.id).await?;
    Ok(Some(compared(app, domain, &observation.observed, wanted, ignored).await?))
}

/// Checks that something can be changed: the domain is not closed, and dimail has it.
fn check(domain: &Domain) -> Result<(), Refusal> {
    domain.check_not_closed()?;
    if domain.accepted_at.is_none() { Err(Refusal::Conflict(Why::DomainNotAccepted)) } else { Ok(()) }
}

/// Compares what was observed with what is stored, some rows at a time.
async fn compared(
    app: &App,
    domain: &Domain,
    observed: &Observed,
    wanted: &LinesWanted,
    ignored: Vec<Ignored>,
) -> Result<Comparison, Fault> {
    let mut comparing = Comparing::new(&domain.name, observed, wanted, ignored);
    let mut last = None;
    loop {
        let mut some = app.store.mailboxes_to_compare(domain.id, last.as_ref()).await?;
        comparing.add_mailboxes(&some);
        last = some.pop();
        if last.is_none() {
            break;
        }
    }
    let mut last = None;
    loop {
        let mut some = app.store.pairs_to_compare(domain.id, last.as_ref()).await?;
        comparing.add_pairs(&some);
        last = some.pop();
        if last.is_none() {
            return Ok(comparing.finish());
        }
    }
}
