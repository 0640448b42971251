//! Records what became of a step of a mailbox: what is known, what a refusal takes back, the changes that
//! are settled, and the job.

use crate::actions::sync::mailbox::target::situation;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::model::change::{ChangeKind, ChangeOutcome, Object};
use crate::model::event::Event;
use crate::model::job::{Call, SentCall};
use crate::model::mailbox::Mailbox;
use crate::model::reason::Reason;
use crate::model::wanted::{Known, Step, Wants, next_step};
use crate::store::{Fault, MailboxState};

/// The job of a mailbox whose row is gone has nothing to do.
pub(crate) async fn gone(work: &Work<'_>) -> Result<Progress, Fault> {
    let Some(Recording { mut tx, .. }) = work.record().await? else { return Ok(Progress::Lost) };
    tx.end_job(&work.job).await?;
    tx.commit().await?;
    Ok(Progress::Ended)
}

/// Ends the job when no step is left.
pub(crate) async fn rest(work: &mut Work<'_>) -> Result<Progress, Fault> {
    let Some(recording) = work.record().await? else { return Ok(Progress::Lost) };
    conclude(work, recording).await
}

/// The mailbox of the job under the lock, as it is now.
pub(crate) async fn reread(work: &Work<'_>, recording: &mut Recording) -> Result<Option<Mailbox>, Fault> {
    let Object::Mailbox(id) = &work.job.object else { return Ok(None) };
    recording.tx.mailbox_by_id(&recording.locked, *id).await
}

/// The last part of each recording: ends the changes that are settled, then goes on with the next step, or
/// ends the job when there is none. What was asked since the step began is read here.
pub(crate) async fn conclude(work: &mut Work<'_>, mut recording: Recording) -> Result<Progress, Fault> {
    let Some(mailbox) = reread(work, &mut recording).await? else {
        recording.tx.end_job(&work.job).await?;
        recording.tx.commit().await?;
        return Ok(Progress::Ended);
    };
    let sent = recording.tx.sent_calls(work.job.id).await?;
    // Only this claim changes whether it must be observed, except that a person can ask for it.
    let step = next_step(situation(&mailbox, &sent, &work.job, work.observed_at));
    let is_at_rest = step == Step::Nothing;
    let mailbox = if is_at_rest { with_names_of_inactive(&mut recording, mailbox).await? } else { mailbox };
    settle(work, &mut recording, (&mailbox, &sent), is_at_rest).await?;
    if step == Step::Drop {
        drop_row(work, &mut recording, &mailbox).await?;
    } else if is_at_rest {
        if sent.is_empty() {
            refuse_the_rest(work, &mut recording, &mailbox).await?;
        }
        work.rest(&mut recording, &sent).await?;
    } else {
        let must_observe = work.job.must_observe && work.observed_at.is_none();
        let is_new_series = std::mem::take(&mut work.has_progressed);
        recording.tx.go_on_with_job(&mut work.job, must_observe, is_new_series).await?;
    }
    recording.tx.commit().await?;
    Ok(if is_at_rest || step == Step::Drop { Progress::Ended } else { Progress::Again })
}

/// Names of an inactive mailbox take effect here: they are sent when it becomes active.
async fn with_names_of_inactive(recording: &mut Recording, mut mailbox: Mailbox) -> Result<Mailbox, Fault> {
    if mailbox.known == Known::Inactive
        && let Some(names) = mailbox.wanted.take()
    {
        let Recording { tx, locked } = recording;
        tx.know_names(locked, &mailbox, (&names.first_name, &names.last_name), None).await?;
    }
    Ok(mailbox)
}

/// Ends the changes that dimail has carried out.
async fn settle(
    work: &Work<'_>,
    recording: &mut Recording,
    (mailbox, sent): (&Mailbox, &[SentCall]),
    is_at_rest: bool,
) -> Result<(), Fault> {
    let Recording { tx, locked } = recording;
    // One that dimail does not have is not active there, and is not created as long as it is to be inactive.
    let is_unsent =
        is_at_rest && mailbox.wants == Wants::Inactive && matches!(mailbox.known, Known::New | Known::Absent);
    for change in tx.waiting_changes(locked, &work.job.object).await? {
        let is_done = match change.kind {
            ChangeKind::CreateMailbox => mailbox.known.is_present(),
            ChangeKind::RenameMailbox => mailbox.known.is_present() && mailbox.wanted.is_none(),
            ChangeKind::EnableMailbox => mailbox.known == Known::Active,
            ChangeKind::DisableMailbox => mailbox.known == Known::Inactive || is_unsent,
            // A deletion that may still act would take it away after all.
            ChangeKind::KeepMailbox => {
                mailbox.known.is_present() && !sent.iter().any(|sent| matches!(sent.call, Call::Delete))
            }
            _ => false,
        };
        if is_done {
            tx.end_change(locked, &change, ChangeOutcome::Done, (None, false)).await?;
        } else if is_unsent {
            tx.end_change(locked, &change, ChangeOutcome::Replaced, (None, false)).await?;
        }
    }
    Ok(())
}

/// No step is left, so what still waits cannot be done to a mailbox that is gone or half made: it is
/// refused, since a change that waits without a job would wait for ever.
async fn refuse_the_rest(work: &Work<'_>, recording: &mut Recording, mailbox: &Mailbox) -> Result<(), Fault> {
    let reason = match mailbox.known {
        Known::Gone => Reason::Gone,
        Known::HalfMade => Reason::HalfMade,
        Known::New | Known::Absent | Known::Active | Known::Inactive => return Ok(()),
    };
    if mailbox.reason.is_none() {
        let state = MailboxState { reason: Some(reason.clone()), ..MailboxState::of(mailbox) };
        recording.tx.know_mailbox(&recording.locked, mailbox, &state).await?;
    }
    refuse_all(work, recording, mailbox, (&reason, false)).await
}

/// Ends all waiting changes as refused; names that were to be sent are wanted no longer.
pub(crate) async fn refuse_all(
    work: &Work<'_>,
    recording: &mut Recording,
    mailbox: &Mailbox,
    told: (&Reason, bool),
) -> Result<(), Fault> {
    if mailbox.wanted.is_some() {
        recording.tx.forget_wanted(&recording.locked, mailbox.id).await?;
    }
    end_as_refused(work, recording, |_| true, told).await
}

/// Deletes the row of a mailbox that dimail does not have any longer, or never had.
async fn drop_row(work: &Work<'_>, recording: &mut Recording, mailbox: &Mailbox) -> Result<(), Fault> {
    let Recording { tx, locked } = recording;
    for change in tx.waiting_changes(locked, &work.job.object).await? {
        let is_deletion = change.kind == ChangeKind::DeleteMailbox;
        let outcome = if is_deletion { ChangeOutcome::Done } else { ChangeOutcome::Cancelled };
        tx.end_change(locked, &change, outcome, (None, false)).await?;
    }
    let event = Event::MailboxDeleted { address: mailbox.address(&locked.domain.name) };
    tx.drop_mailbox(locked, mailbox.id).await?;
    tx.record(locked, &event, Some(mailbox.id)).await
}

/// Ends the waiting changes of some kinds as refused or given up. `told` is whether the person who asked
/// reads it in the answer.
pub(crate) async fn end_as_refused(
    work: &Work<'_>,
    recording: &mut Recording,
    is_refused: impl Fn(ChangeKind) -> bool,
    (reason, told): (&Reason, bool),
) -> Result<(), Fault> {
    let Recording { tx, locked } = recording;
    let outcome = if *reason == Reason::GivenUp { ChangeOutcome::GivenUp } else { ChangeOutcome::Refused };
    for change in tx.waiting_changes(locked, &work.job.object).await? {
        if is_refused(change.kind) {
            let told = told && work.waiting.is_for(change.sequence);
            tx.end_change(locked, &change, outcome, (Some(reason), told)).await?;
        }
    }
    Ok(())
}

/// Records that new names are given up. They stay wanted, and are sent again when a person asks for it.
pub(crate) async fn give_up_names(work: &mut Work<'_>) -> Result<Progress, Fault> {
    work.observed_at = Some(work.app.clock.now());
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let Recording { tx, locked } = &mut recording;
    let reason = Reason::GivenUp;
    let state = MailboxState { reason: Some(reason.clone()), ..MailboxState::of(&mailbox) };
    tx.know_mailbox(locked, &mailbox, &state).await?;
    let (address, change) = (mailbox.address(&locked.domain.name), ChangeKind::RenameMailbox.to_string());
    tx.record(locked, &Event::MailboxChangeRefused { address, change, reason: reason.clone() }, Some(mailbox.id))
        .await?;
    end_as_refused(work, &mut recording, |kind| kind == ChangeKind::RenameMailbox, (&reason, false)).await?;
    conclude(work, recording).await
}

/// Records that a mailbox that was there is gone, or that only its Open-XChange user is left: nothing is
/// sent until a person asks for it again.
pub(crate) async fn lost(
    work: &mut Work<'_>,
    (known, reason): (Known, Reason),
    ended: &[SentCall],
) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    for sent in ended {
        recording.tx.end_call(sent).await?;
    }
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let is_deleted = known == Known::Gone && mailbox.wants == Wants::Absent;
    let Recording { tx, locked } = &mut recording;
    let state = MailboxState { wants: mailbox.wants, known, reason: (!is_deleted).then(|| reason.clone()) };
    tx.know_mailbox(locked, &mailbox, &state).await?;
    if !is_deleted {
        let address = mailbox.address(&locked.domain.name);
        tracing::warn!(mailbox = %mailbox.id, domain = %locked.domain.name, ?reason, "mailbox lost or half made at dimail");
        tx.record(locked, &Event::MailboxFailed { address, reason: reason.clone() }, Some(mailbox.id)).await?;
        let told = work.waiting.claim_answer();
        refuse_all(work, &mut recording, &mailbox, (&reason, told)).await?;
    }
    conclude(work, recording).await
}
