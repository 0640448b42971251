//! Disables, enables, deletes and retries a mailbox: what is wanted is stored at once, whatever is under
//! way, and dimail is made to agree.

use crate::actions::mailboxes::lock::{Ready, RequestedChange, creation_due, ready};
use crate::actions::sync::job::{Awaited, run_for_person};
use crate::actions::{App, Result};
use crate::model::address::{EmailAddress, LocalPart};
use crate::model::change::{ChangeKind, ChangeOutcome, JobView, Object};
use crate::model::event::Event;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::job::Job;
use crate::model::mailbox::Mailbox;
use crate::model::options::{Change, How, Verb};
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::model::wanted::{Known, Wants};
use crate::store::{Allowed, Due};

/// The result of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxChanged {
    /// It is done.
    Done,
    /// The mailbox was in this state already.
    AlreadyDone,
    /// The opposite of this, which dimail had not carried out, is taken back.
    Withdrawn(Wants),
    /// The opposite of this is taken back, and dimail may have carried it out before.
    Undone(Wants),
    /// It is stored; dimail has not answered yet.
    UnderWay,
    /// dimail refused; nothing was changed.
    Refused(Reason),
}

/// Disables, enables or deletes a mailbox; at dimail first if dimail has it. `typed_address` is the
/// confirmation, which must be the address of the mailbox; `None` if none is needed.
pub async fn change(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    change: Change,
    typed_address: Option<&str>,
) -> Result<MailboxChanged> {
    let address = part.at(&by.domain().name);
    let is_address = |typed| EmailAddress::parse(typed).is_ok_and(|typed| typed.key() == address);
    let is_wrong = typed_address.is_some_and(|typed| !is_address(typed));
    let ready = ready(app, by, part, RequestedChange::Verb(Verb::Change(change))).await?;
    let how = ready.how(Verb::Change(change))?;
    if is_wrong {
        return Err(FieldErrors::one("address", FieldError::NotTheAddress).into());
    }
    carry_out(app, ready, change, how).await
}

/// Stores the opposite of a change that waits, unless dimail has carried it out by now.
pub async fn take_back(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    (waiting, opposite): (i64, Change),
) -> Result<MailboxChanged> {
    let mut ready = ready(app, by, part, RequestedChange::Verb(Verb::Change(opposite))).await?;
    let how = ready.how(Verb::Change(opposite))?;
    if !ready.tx.waits(&ready.locked, waiting).await? || !opposite.takes_back(&ready.mailbox, how) {
        return Err(Refusal::Conflict(Why::CannotTakeBack).into());
    }
    carry_out(app, ready, opposite, how).await
}

async fn carry_out(app: &App, ready: Ready<ManageMailboxes>, change: Change, how: How) -> Result<MailboxChanged> {
    let is_new = ready.mailbox.known == Known::New && !ready.job.as_ref().is_some_and(JobView::may_act);
    match how {
        How::AlreadyDone => Ok(MailboxChanged::AlreadyDone),
        How::InPortal if is_new => delete_here(app, ready).await,
        How::AlreadyRequested => hurry(app, ready, change).await,
        How::Withdraw => withdraw(app, ready, change).await,
        How::CallDimail | How::InPortal => {
            let wish = wish(change, ready.address());
            want(app, ready, change, wish).await
        }
    }
}

/// What a change wants, its kind, and its journal event.
pub(crate) fn wish(change: Change, address: String) -> (Wants, ChangeKind, Event) {
    match change {
        Change::Disable => (Wants::Inactive, ChangeKind::DisableMailbox, Event::MailboxDisableAsked { address }),
        Change::Enable => (Wants::Active, ChangeKind::EnableMailbox, Event::MailboxEnableAsked { address }),
        Change::Delete => (Wants::Absent, ChangeKind::DeleteMailbox, Event::MailboxDeleteAsked { address }),
    }
}

/// Whether a waiting change loses its place to this one: of the state of a mailbox the last wish counts,
/// and names of one that is deleted are not sent any more.
pub(crate) fn is_replaced(change: Change, waiting: ChangeKind) -> bool {
    waiting.is_state() || (change == Change::Delete && waiting == ChangeKind::RenameMailbox)
}

/// Takes back an opposite wish. A mailbox that is to be deleted is kept as it is.
async fn withdraw(app: &App, ready: Ready<ManageMailboxes>, change: Change) -> Result<MailboxChanged> {
    let before = ready.mailbox.wants;
    let may_be_done = ready.job.as_ref().is_some_and(JobView::may_act);
    let is_inactive = ready.mailbox.known == Known::Inactive;
    let (wants, kind, _) = wish(if is_inactive { Change::Disable } else { Change::Enable }, String::new());
    let kind = if before == Wants::Absent { ChangeKind::KeepMailbox } else { kind };
    let withdrawn = match before {
        Wants::Active => ChangeKind::EnableMailbox,
        Wants::Inactive => ChangeKind::DisableMailbox,
        Wants::Absent => ChangeKind::DeleteMailbox,
    };
    let event = Event::MailboxChangeWithdrawn { address: ready.address(), change: withdrawn.to_string() };
    Ok(match want(app, ready, change, (wants, kind, event)).await? {
        // That it is kept is certain only when it is done.
        MailboxChanged::Done if before == Wants::Absent || !may_be_done => MailboxChanged::Withdrawn(before),
        MailboxChanged::UnderWay if !may_be_done => MailboxChanged::Withdrawn(before),
        MailboxChanged::Done | MailboxChanged::UnderWay => MailboxChanged::Undone(before),
        changed => changed,
    })
}

/// Stores what is wanted, and waits until dimail agrees.
async fn want(
    app: &App,
    mut ready: Ready<ManageMailboxes>,
    change: Change,
    (wants, kind, event): (Wants, ChangeKind, Event),
) -> Result<MailboxChanged> {
    let may = ready.guarded.may_write()?;
    ready.replace(|waiting| is_replaced(change, waiting)).await?;
    if change == Change::Delete {
        cancel_creation(&mut ready).await?;
    }
    let Mailbox { wants: wanted, known, there_since, .. } = ready.mailbox;
    // What dimail has deleted is shown as gone when it is wanted again: a new one would be empty.
    let is_deleted = (wanted, known) == (Wants::Absent, Known::Absent) && there_since.is_some();
    let known = if is_deleted && wants != Wants::Absent { Known::Gone } else { known };
    ready.tx.want_mailbox(&ready.locked, &may, &ready.mailbox, (wants, known)).await?;
    let new = ready.change(kind);
    let sequence = ready.tx.record_change(&ready.locked, &event, &new).await?;
    run(app, ready, sequence).await
}

async fn cancel_creation(ready: &mut Ready<ManageMailboxes>) -> Result<()> {
    let object = Object::Mailbox(ready.mailbox.id);
    for change in ready.tx.waiting_changes(&ready.locked, &object).await? {
        if change.kind == ChangeKind::CreateMailbox {
            ready.tx.end_change(&ready.locked, &change, ChangeOutcome::Cancelled, (None, false)).await?;
        }
    }
    Ok(())
}

/// Makes the same wish due now, which waits already.
async fn hurry(app: &App, mut ready: Ready<ManageMailboxes>, change: Change) -> Result<MailboxChanged> {
    let (_, kind, _) = wish(change, String::new());
    // A deletion of which only the Open-XChange user is left is looked at again.
    let object = Object::Mailbox(ready.mailbox.id);
    let waiting = ready.tx.waiting_changes(&ready.locked, &object).await?;
    let Some(sequence) = waiting.iter().rev().find(|waiting| waiting.kind == kind).map(|waiting| waiting.sequence)
    else {
        return ask_again(app, ready, change).await;
    };
    run(app, ready, sequence).await
}

/// Asks once more for what was refused or could not be completed, after a look at dimail.
async fn ask_again(app: &App, mut ready: Ready<ManageMailboxes>, change: Change) -> Result<MailboxChanged> {
    let (_, kind, event) = wish(change, ready.address());
    let new = ready.change(kind);
    let sequence = ready.tx.record_change(&ready.locked, &event, &new).await?;
    let job = ready.need_step(app).await?;
    ready.tx.observe_first(&ready.locked, &Object::Mailbox(ready.mailbox.id)).await?;
    let job = job.map(|job| Job { must_observe: true, ..job });
    commit_and_wait(app, ready, job, sequence).await
}

async fn run(app: &App, mut ready: Ready<ManageMailboxes>, sequence: i64) -> Result<MailboxChanged> {
    let job = ready.need_step(app).await?;
    commit_and_wait(app, ready, job, sequence).await
}

async fn commit_and_wait(
    app: &App,
    ready: Ready<ManageMailboxes>,
    job: Option<Job>,
    sequence: i64,
) -> Result<MailboxChanged> {
    let Ready { tx, locked, until, .. } = ready;
    tx.commit().await?;
    let app = &app.for_person(&locked.actor);
    let awaited = run_for_person(app, job, (locked.domain.id, &[sequence]), until).await;
    Ok(match awaited.into_iter().next() {
        Some(Awaited::Done(_)) => MailboxChanged::Done,
        Some(Awaited::Refused(reason)) => MailboxChanged::Refused(reason),
        Some(Awaited::UnderWay) | None => MailboxChanged::UnderWay,
    })
}

/// Deletes a mailbox of which nothing was ever sent, at once.
async fn delete_here(app: &App, ready: Ready<ManageMailboxes>) -> Result<MailboxChanged> {
    let (address, may) = (ready.address(), ready.guarded.may_write()?);
    let Ready { mut tx, locked, mailbox, .. } = ready;
    tx.end_changes(&locked, &Object::Mailbox(mailbox.id), ChangeOutcome::Cancelled).await?;
    tx.delete_mailbox(&locked, &may, mailbox.id).await?;
    tx.record(&locked, &Event::MailboxDeleted { address }, Some(mailbox.id)).await?;
    tx.commit().await?;
    app.changed.notify_waiters();
    Ok(MailboxChanged::Done)
}

/// The result of a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It is tried now, or when the domain is enabled.
    Due,
    /// It is being tried right now.
    UnderWay,
}

/// Makes the work on a mailbox due now. One that failed is asked for again, after a look at dimail.
pub async fn retry(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<Retried> {
    let mut ready = ready(app, by, part, RequestedChange::Verb(Verb::Retry)).await?;
    let how = ready.how(Verb::Retry)?;
    let is_running = ready.job.as_ref().is_some_and(|job| job.running);
    if how == How::AlreadyRequested && is_running {
        return Ok(Retried::UnderWay);
    }
    let may = ready.guarded.may_write()?;
    let event = Event::Retried { subject: ready.address() };
    let is_creation = !ready.mailbox.known.is_present() && ready.mailbox.wants == Wants::Active;
    let kind = match ready.mailbox.known.is_present() {
        true => ChangeKind::RenameMailbox,
        false if is_creation => ChangeKind::CreateMailbox,
        // One that dimail does not have is not created as long as it is to be inactive.
        false => ChangeKind::DisableMailbox,
    };
    let object = Object::Mailbox(ready.mailbox.id);
    if ready.mailbox.reason.is_some() && ready.mailbox.wants != Wants::Absent {
        let is_made_again = is_creation && ready.mailbox.known == Known::Gone;
        let known = if is_made_again { Known::Absent } else { ready.mailbox.known };
        ready.tx.want_mailbox(&ready.locked, &may, &ready.mailbox, (ready.mailbox.wants, known)).await?;
        let new = ready.change(kind);
        ready.tx.record_change(&ready.locked, &event, &new).await?;
    } else {
        if is_creation {
            // Who asks now decides what the guard of the address is compared with.
            ready
                .tx
                .want_mailbox(&ready.locked, &may, &ready.mailbox, (ready.mailbox.wants, ready.mailbox.known))
                .await?;
        }
        ready.tx.record(&ready.locked, &event, Some(ready.mailbox.id)).await?;
    }
    let due = if is_creation { creation_due(&ready.locked.domain, &ready.mailbox) } else { Due::Now };
    ready.tx.need_step(&ready.locked, &object, due).await?;
    if ready.mailbox.known == Known::HalfMade || (ready.mailbox.known == Known::Gone && !is_creation) {
        ready.tx.observe_first(&ready.locked, &object).await?;
    }
    ready.tx.commit().await?;
    app.wake.notify_one();
    Ok(Retried::Due)
}
