//! Creates domains at dimail, and records the result. A domain that dimail already has is adopted only if
//! it may be ours.

use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::retry::Later;
use crate::actions::{App, accounts};
use crate::dimail::CallError;
use crate::model::activity::Event;
use crate::model::address::DomainName;
use crate::model::domain::Domain;
use crate::model::order::{Order, OrderKind};
use crate::model::reason::Reason;
use crate::model::user::Actor;
use crate::store::{Fault, NewOrder};

/// The result of an attempt, before it is recorded.
enum DomainResult {
    /// dimail has it, in this context.
    Made { context: String },
    /// dimail refused.
    Refused(Reason),
    /// The result is unknown, or nothing was created.
    Later(Later),
}

impl DomainResult {
    fn later(failure: &CallError, in_doubt: bool) -> Self {
        Self::Later(Later::after(failure, in_doubt))
    }
}

pub(crate) async fn create(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let Some(domain) = app.store.domain_of(order.domain_id).await? else { return Ok(Outcome::Lost) };
    let may_be_ours = order.in_doubt || app.store.was_accepted(&domain.name).await?;
    let result = attempted(app, &domain, order.in_doubt, may_be_ours).await;
    record(app, order, &domain.name, result, waiting).await
}

async fn attempted(app: &App, domain: &Domain, in_doubt: bool, may_be_ours: bool) -> DomainResult {
    match app.dimail.create_domain(&domain.name).await {
        Ok(accepted) => {
            let context = accepted.context_name.unwrap_or_else(|| domain.name.to_string());
            DomainResult::Made { context }
        }
        Err(failure) if failure.is_conflict() && says_exists(&failure) => {
            if may_be_ours {
                adopt(app, domain).await
            } else {
                DomainResult::Refused(Reason::DomainKnown)
            }
        }
        Err(CallError::Refused(refusal)) => DomainResult::Refused(Reason::Refused { detail: refusal.detail }),
        Err(failure) => DomainResult::later(&failure, in_doubt || failure.may_have_acted()),
    }
}

/// Whether a 409 means that the domain exists: dimail also sends 409 for a missing or a different
/// context.
fn says_exists(failure: &CallError) -> bool {
    matches!(failure, CallError::Refused(refusal) if !refusal.detail.contains("context"))
}

/// dimail already has the domain. It is ours only if our account may list it and its only mailbox user
/// is the technical one.
async fn adopt(app: &App, domain: &Domain) -> DomainResult {
    match app.dimail.mailboxes(&domain.name).await {
        Ok(list) if list.iter().all(|mailbox| mailbox.technical) => adopt_without_aliases(app, domain).await,
        Ok(_) => DomainResult::Refused(Reason::DomainKnown),
        Err(failure) if failure.is_denied() || matches!(failure, CallError::Refused(_)) => {
            DomainResult::Refused(Reason::DomainKnown)
        }
        Err(failure) => DomainResult::later(&failure, true),
    }
}

async fn adopt_without_aliases(app: &App, domain: &Domain) -> DomainResult {
    match app.dimail.aliases(&domain.name).await {
        Ok(aliases) if aliases.is_empty() => DomainResult::Made { context: domain.name.to_string() },
        Ok(_) | Err(CallError::Refused(_)) => DomainResult::Refused(Reason::DomainKnown),
        Err(failure) if failure.is_denied() => DomainResult::Refused(Reason::DomainKnown),
        Err(failure) => DomainResult::later(&failure, true),
    }
}

async fn record(
    app: &App,
    order: &Order,
    name: &DomainName,
    result: DomainResult,
    waiting: &Waiting,
) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        if matches!(result, DomainResult::Made { .. }) {
            // The domain was removed here, but dimail has it from us: remember that, so that adding it
            // again is not refused.
            tx.remember_accepted(name).await?;
            tx.commit().await?;
        }
        return Ok(Outcome::Lost);
    };
    let outcome = match result {
        DomainResult::Made { context } => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            tx.note_accepted(&locked, Some(&context)).await?;
            tx.insert_order(&locked, &NewOrder::of_domain(OrderKind::CheckDomain)).await?;
            accounts::confirm::write_to_new_support(app, &mut tx, &locked).await?;
            tx.record(&locked, &Event::DomainAccepted { context: Some(context) }, None).await?;
            Outcome::Done
        }
        DomainResult::Refused(reason) => {
            if !tx.finish_order(order, app.id, Some(&reason), false).await? {
                return Ok(Outcome::Lost);
            }
            if waiting.claim_answer() {
                tx.forget_domain(&locked).await?;
            } else {
                tx.note_domain_refused(&locked, &reason).await?;
                tx.record(&locked, &Event::DomainRefused { reason: reason.clone() }, None).await?;
            }
            Outcome::Refused(reason)
        }
        DomainResult::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}
