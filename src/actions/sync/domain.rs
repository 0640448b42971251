//! The steps of a domain: creates it at dimail, later checks it. A domain that dimail already has is adopted
//! only if it may be ours.

use crate::actions::sync::trouble::trouble;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::actions::{App, accounts, sync};
use crate::dimail::CallError;
use crate::model::change::{ChangeOutcome, Object};
use crate::model::domain::Domain;
use crate::model::event::Event;
use crate::model::job::{Call, SentCall};
use crate::model::reason::{Reason, Trouble};
use crate::store::{Due, Fault};

/// The result of an attempt to create a domain, before it is recorded.
enum Created {
    /// dimail has it, in this context.
    Made { context: String },
    /// dimail refused.
    Refused(Reason),
    /// The result is unknown, or nothing was created.
    Later { trouble: Trouble, may_have_acted: bool },
}

impl Created {
    fn later(failure: &CallError, may_have_acted: bool) -> Self {
        Self::Later { trouble: trouble(failure), may_have_acted }
    }
}

/// Makes the next step of a domain, and records it.
pub(crate) async fn advance(work: &mut Work<'_>) -> Result<Progress, Fault> {
    let Some(domain) = work.app.store.domain_of(work.job.domain_id).await? else { return Ok(Progress::Lost) };
    if Work::must_wait(&domain, false).is_some() {
        return work.park(false, &[]).await;
    }
    if domain.accepted_at.is_some() { sync::check::check(work, &domain).await } else { create(work, &domain).await }
}

async fn create(work: &mut Work<'_>, domain: &Domain) -> Result<Progress, Fault> {
    let app = work.app;
    let is_repeated = !app.store.sent_calls(work.job.id).await?.is_empty();
    let may_be_ours = is_repeated || app.store.was_accepted(&domain.name).await?;
    let Some(sent) = work.begin_call(Call::CreateDomain).await? else { return Ok(Progress::Lost) };
    let created = attempted(app, domain, may_be_ours).await;
    record(work, &sent, created).await
}

async fn attempted(app: &App, domain: &Domain, may_be_ours: bool) -> Created {
    match app.dimail.create_domain(&domain.name).await {
        Ok(accepted) => {
            let context = accepted.context_name.unwrap_or_else(|| domain.name.to_string());
            Created::Made { context }
        }
        Err(failure) if failure.is_conflict() && says_exists(&failure) => {
            if may_be_ours {
                adopt(app, domain).await
            } else {
                Created::Refused(Reason::DomainKnown)
            }
        }
        Err(CallError::Refused(refusal)) => Created::Refused(Reason::from(&refusal)),
        Err(failure) => Created::later(&failure, failure.may_have_acted()),
    }
}

/// Whether a 409 means that the domain exists: dimail also sends 409 for a missing or a different
/// context.
fn says_exists(failure: &CallError) -> bool {
    matches!(failure, CallError::Refused(refusal) if !refusal.detail.contains("context"))
}

/// dimail already has the domain. It is ours only if our account may list it and its only mailbox user
/// is the technical one.
async fn adopt(app: &App, domain: &Domain) -> Created {
    match app.dimail.mailboxes(&domain.name).await {
        Ok(list) if list.iter().all(|mailbox| mailbox.technical) => adopt_without_aliases(app, domain).await,
        Ok(_) => Created::Refused(Reason::DomainKnown),
        Err(failure) if failure.is_denied() || matches!(failure, CallError::Refused(_)) => {
            Created::Refused(Reason::DomainKnown)
        }
        Err(failure) => Created::later(&failure, true),
    }
}

async fn adopt_without_aliases(app: &App, domain: &Domain) -> Created {
    match app.dimail.aliases(&domain.name).await {
        Ok(aliases) if aliases.is_empty() => Created::Made { context: domain.name.to_string() },
        Ok(_) | Err(CallError::Refused(_)) => Created::Refused(Reason::DomainKnown),
        Err(failure) if failure.is_denied() => Created::Refused(Reason::DomainKnown),
        Err(failure) => Created::later(&failure, true),
    }
}

/// Records the result. If the domain was removed meanwhile, its name is remembered already, because the
/// call was stored before it was sent.
async fn record(work: &Work<'_>, sent: &SentCall, created: Created) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    match created {
        Created::Made { context } => accepted(work, recording, context).await,
        Created::Refused(reason) => refused(work, recording, reason).await,
        Created::Later { trouble, may_have_acted } => {
            if !may_have_acted {
                recording.tx.end_call(sent).await?;
            }
            work.put_off(recording, trouble, false).await
        }
    }
}

/// dimail has the domain: from now on its job is to check it.
async fn accepted(work: &Work<'_>, recording: Recording, context: String) -> Result<Progress, Fault> {
    let Recording { mut tx, locked } = recording;
    tx.note_accepted(&locked, Some(&context)).await?;
    tx.end_changes(&locked, &Object::Domain, ChangeOutcome::Done).await?;
    tx.end_job(&work.job).await?;
    tx.need_step(&locked, &Object::Domain, Due::Now).await?;
    accounts::confirm::write_to_new_support(work.app, &mut tx, &locked).await?;
    tx.record(&locked, &Event::DomainAccepted { context: Some(context) }, None).await?;
    tx.commit().await?;
    Ok(Progress::Ended)
}

/// dimail refused the domain. If the person who added it waits, and nothing was put into it, it goes and the
/// form is shown; otherwise it stays with the reason, until it is removed.
async fn refused(work: &Work<'_>, recording: Recording, reason: Reason) -> Result<Progress, Fault> {
    let Recording { mut tx, locked } = recording;
    let changes = tx.waiting_changes(&locked, &Object::Domain).await?;
    let is_alone = match changes.as_slice() {
        [change] if work.waiting.is_for(change.sequence) => tx.is_unchanged_since(&locked, change.sequence).await?,
        _ => false,
    };
    if is_alone && work.waiting.claim_answer() {
        work.waiting.refuse(reason);
        tx.forget_domain(&locked).await?;
    } else {
        for change in &changes {
            tx.end_change(&locked, change, ChangeOutcome::Refused, (Some(&reason), false)).await?;
        }
        tx.note_domain_refused(&locked, &reason).await?;
        tx.record(&locked, &Event::DomainRefused { reason }, None).await?;
        tx.end_job(&work.job).await?;
    }
    tx.commit().await?;
    Ok(Progress::Ended)
}
