//! Disables, enables, deletes and retries a mailbox.

use crate::actions::mailboxes::lock::{Ready, RequestedChange, ready, take};
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::run::carry_out_for_person;
use crate::actions::{App, Error, Result};
use crate::model::activity::Event;
use crate::model::address::{EmailAddress, LocalPart};
use crate::model::creation::MAY_ACT_FOR;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::options::{Change, How, Verb};
use crate::model::order::OrderKind;
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, NewOrder};

/// The result of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxChanged {
    /// It is done.
    Done,
    /// The mailbox was in this state already.
    AlreadyDone,
    /// An order that dimail had not carried out is withdrawn.
    Withdrawn(OrderKind),
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
    let ready = match ready(app, by, part, RequestedChange::Verb(Verb::Change(change))).await {
        // A second click on the same button is the same request.
        Err(Error::Refused(Refusal::Conflict(Why::MailboxRunning(kind))))
            if !is_wrong && kind == order_and_event(change, address).0 =>
        {
            return Ok(MailboxChanged::UnderWay);
        }
        ready => ready?,
    };
    match confirmed(&ready, change, is_wrong) {
        Ok(How::CallDimail) => ask(app, ready, change).await,
        Ok(How::InPortal) => delete_here(app, ready).await,
        Ok(How::Withdraw) => withdraw(app, ready).await,
        Ok(How::AlreadyRequested) => make_due(app, ready).await,
        Ok(How::AlreadyDone) => {
            ready.let_go(app).await?;
            Ok(MailboxChanged::AlreadyDone)
        }
        Err(refusal) => {
            ready.let_go(app).await?;
            Err(refusal.into())
        }
    }
}

/// How a change is carried out, if its confirmation is right.
fn confirmed(ready: &Ready<ManageMailboxes>, change: Change, is_wrong: bool) -> Result<How, Refusal> {
    // The person wanted to delete a mailbox that was not created yet, but it exists by now: ask again,
    // because that deletes more.
    if change == Change::Delete && ready.just_created {
        return Err(Refusal::Conflict(Why::MailboxCreated));
    }
    let how = ready.how(Verb::Change(change))?;
    if is_wrong { Err(FieldErrors::one("address", FieldError::NotTheAddress).into()) } else { Ok(how) }
}

/// The kind of order that carries out a change, and its journal event.
pub(crate) fn order_and_event(change: Change, address: String) -> (OrderKind, Event) {
    match change {
        Change::Disable => (OrderKind::DisableMailbox, Event::MailboxDisableAsked { address }),
        Change::Enable => (OrderKind::EnableMailbox, Event::MailboxEnableAsked { address }),
        Change::Delete => (OrderKind::DeleteMailbox, Event::MailboxDeleteAsked { address }),
    }
}

/// Stores the wanted state and its order, then asks dimail.
async fn ask(app: &App, mut ready: Ready<ManageMailboxes>, change: Change) -> Result<MailboxChanged> {
    let may = ready.guarded.may_write()?;
    ready.supersede(app).await?;
    let (kind, event) = order_and_event(change, ready.address());
    let Ready { mut tx, locked, mailbox, until, .. } = ready;
    if mailbox.wanted.is_some() {
        tx.forget_wanted(&locked, mailbox.id).await?;
    }
    let order = app.ask(&mut tx, &locked, NewOrder::of_mailbox(&may, kind, mailbox.id)).await?;
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    Ok(match carry_out_for_person(&app.for_person(&locked.actor), order, until).await {
        Some(Outcome::Done { .. }) => MailboxChanged::Done,
        Some(Outcome::Refused(reason)) => MailboxChanged::Refused(reason),
        Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => MailboxChanged::UnderWay,
    })
}

/// Deletes a mailbox that dimail does not have, at once, unless a call that timed out may still create
/// it at dimail.
async fn delete_here(app: &App, mut ready: Ready<ManageMailboxes>) -> Result<MailboxChanged> {
    let sent_at = ready.tx.last_creation_sent_at(ready.mailbox.id).await?;
    if sent_at.is_some_and(|at| app.clock.now().since(at) < MAY_ACT_FOR) {
        return cancel(app, ready).await;
    }
    let (address, may) = (ready.address(), ready.guarded.may_write()?);
    let Ready { mut tx, locked, mailbox, .. } = ready;
    tx.delete_mailbox(&locked, &may, mailbox.id).await?;
    tx.record(&locked, &Event::MailboxDeleted { address }, Some(mailbox.id)).await?;
    tx.commit().await?;
    Ok(MailboxChanged::Done)
}

/// Cancels a creation: the row stays until no earlier call can take effect, and a mailbox that one
/// creates is deleted.
async fn cancel(app: &App, mut ready: Ready<ManageMailboxes>) -> Result<MailboxChanged> {
    let may = ready.guarded.may_write()?;
    ready.supersede(app).await?;
    let address = ready.address();
    let Ready { mut tx, locked, mailbox, .. } = ready;
    tx.insert_order(&locked, &NewOrder::of_mailbox(&may, OrderKind::DeleteMailbox, mailbox.id)).await?;
    tx.record(&locked, &Event::MailboxDeleteAsked { address }, Some(mailbox.id)).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(MailboxChanged::UnderWay)
}

/// Withdraws the opposite order, which waits and was not carried out.
async fn withdraw(app: &App, mut ready: Ready<ManageMailboxes>) -> Result<MailboxChanged> {
    let Some(waiting) = ready.taken.as_ref().map(|order| order.kind) else { return Ok(MailboxChanged::AlreadyDone) };
    let may = ready.guarded.may_write()?;
    ready.supersede(app).await?;
    let address = ready.address();
    let Ready { mut tx, locked, mailbox, .. } = ready;
    if !mailbox.status.is_created() {
        tx.revive_mailbox(&locked, &may, mailbox.id).await?;
        tx.insert_order(&locked, &NewOrder::of_mailbox(&may, OrderKind::CreateMailbox, mailbox.id)).await?;
    }
    let event = Event::MailboxChangeWithdrawn { address, order: waiting.as_str().to_owned() };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(MailboxChanged::Withdrawn(waiting))
}

/// Makes the same order due now, which waits already.
async fn make_due(app: &App, ready: Ready<ManageMailboxes>) -> Result<MailboxChanged> {
    let may = ready.guarded.may_write()?;
    let Ready { mut tx, taken, .. } = ready;
    if let Some(order) = &taken {
        tx.reopen_order(&may, order, app.id).await?;
    }
    tx.commit().await?;
    app.wake.notify_one();
    Ok(MailboxChanged::UnderWay)
}

/// The result of a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It is tried now, or when the domain is enabled.
    Due,
    /// It is being tried right now.
    UnderWay,
}

/// Makes the waiting order of a mailbox due now, and retries one that was given up; a failed mailbox
/// becomes pending.
pub async fn retry(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<Retried> {
    let ready = match take(app, by, part, RequestedChange::Verb(Verb::Retry)).await {
        Err(Error::Refused(Refusal::Conflict(Why::MailboxRunning(_)))) => return Ok(Retried::UnderWay),
        ready => ready?,
    };
    ready.how(Verb::Retry)?;
    let may = ready.guarded.may_write()?;
    let Ready { mut tx, locked, mailbox, taken, .. } = ready;
    let order = taken.ok_or(Refusal::Conflict(Why::NothingToRetry))?;
    if order.kind == OrderKind::CreateMailbox {
        tx.revive_mailbox(&locked, &may, mailbox.id).await?;
    }
    tx.reopen_order(&may, &order, app.id).await?;
    let event = Event::OrderRetried { subject: mailbox.address(&locked.domain.name) };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Retried::Due)
}
