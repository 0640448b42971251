//! What is done to a mailbox that dimail is not known to have: try again, correct, delete. Where
//! an attempt is in doubt, dimail is asked first.

use super::App;
use super::mailboxes::free_name;
use super::upkeep::{Outcome, settle_for_person};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::domain::DomainStatus;
use crate::model::mailbox::{EditedFields, EditedMailbox, Mailbox, MailboxStatus};
use crate::model::mistake::{Mistake, Mistakes};
use crate::model::order::Order;
use crate::model::role::{ManageMailboxes, Role};
use crate::store::{Allowed, Fault, Locked, Taken, Tx};

/// Why the state of a mailbox forbids what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The mailbox or its domain is gone.
    Gone,
    /// The domain is closed.
    DomainDisabled,
    /// The mailbox is the account of somebody of higher rank.
    Forbidden,
    /// dimail has the mailbox: this is not for those.
    Born,
    /// An attempt is under way or in doubt, and dimail has not said what became of it.
    BeingClarified,
}

/// What a change is made on: the lock, the mailbox under it, its order in our hands.
struct Ready {
    tx: Tx,
    locked: Locked<ManageMailboxes>,
    mailbox: Mailbox,
    order: Order,
    /// Whether the order was held before this transaction, and must be given back after it.
    held: bool,
}

/// Takes a mailbox and its order for a change, after the doubts about it are settled.
async fn ready(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<Result<Ready, Blocked>, Fault> {
    let taken = match take(app, by, part).await? {
        Ok(ready) if ready.order.in_doubt => ready,
        other => return Ok(other),
    };
    let order = taken.order.clone();
    // The lease is kept, the transaction is not: no network inside one.
    taken.tx.commit().await?;
    match settle_for_person(app, order.clone()).await? {
        Some(Outcome::Free) => return held_on(app, by, part, order).await,
        Some(Outcome::Done { .. } | Outcome::Refused(_)) => {}
        Some(Outcome::Later(_) | Outcome::Lost) | None => return Ok(Err(Blocked::BeingClarified)),
    }
    match take(app, by, part).await? {
        Ok(ready) if ready.order.in_doubt => Ok(Err(Blocked::BeingClarified)),
        other => Ok(other),
    }
}

/// The mailbox again, with its order that was never given back: nobody can create it meanwhile.
async fn held_on(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    order: Order,
) -> Result<Result<Ready, Blocked>, Fault> {
    let (tx, locked, mailbox) = match found(app, by, part).await? {
        Ok(found) => found,
        Err(blocked) => {
            give_back(app, &order).await?;
            return Ok(Err(blocked));
        }
    };
    let order = Order { in_doubt: false, ..order };
    Ok(Ok(Ready { tx, locked, mailbox, order, held: true }))
}

/// Gives an order back that was held longer than one transaction, where nothing came of it.
async fn give_back(app: &App, order: &Order) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    tx.give_back_order(order, app.id).await?;
    tx.commit().await?;
    app.bell.notify_one();
    Ok(())
}

async fn take(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<Result<Ready, Blocked>, Fault> {
    let (mut tx, locked, mailbox) = match found(app, by, part).await? {
        Ok(found) => found,
        Err(blocked) => return Ok(Err(blocked)),
    };
    match tx.take_order(&locked, mailbox.id, &app.lease()).await? {
        Taken::Order(order) => Ok(Ok(Ready { tx, locked, mailbox, order, held: false })),
        Taken::Busy => Ok(Err(Blocked::BeingClarified)),
    }
}

/// The lock and the mailbox under it, where its state allows a change.
async fn found(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
) -> Result<Result<(Tx, Locked<ManageMailboxes>, Mailbox), Blocked>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Blocked::Gone)) };
    let Some(mailbox) = tx.mailbox(&locked, part).await? else { return Ok(Err(Blocked::Gone)) };
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Blocked::DomainDisabled));
    }
    if !mailbox.status.is_unborn() {
        return Ok(Err(Blocked::Born));
    }
    Ok(Ok((tx, locked, mailbox)))
}

/// Whether the mailbox is the account of an owner of any domain or of staff, and who acts is no
/// owner: through its secondary address an administrator could take that account over.
async fn is_guarded(tx: &mut Tx, locked: &Locked<ManageMailboxes>, address: &str) -> Result<bool, Fault> {
    Ok(locked.role < Role::Owner && tx.is_powerful_account(address).await?)
}

/// What came of asking for another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It is tried again now, or when the domain is enabled.
    Due,
    /// It is being tried at this moment.
    UnderWay,
}

/// Makes the order of a pending or failed mailbox due now; a failed one becomes pending.
///
/// # Errors
/// A fault of the database; inside, why the state forbids it.
pub async fn retry(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
) -> Result<Result<Retried, Blocked>, Fault> {
    let Ready { mut tx, locked, mailbox, order, .. } = match take(app, by, part).await? {
        Ok(ready) => ready,
        Err(Blocked::BeingClarified) => return Ok(Ok(Retried::UnderWay)),
        Err(blocked) => return Ok(Err(blocked)),
    };
    tx.revive_mailbox(&locked, mailbox.id).await?;
    tx.reopen_order(&order, app.id).await?;
    let event = Event::OrderRetried { subject: mailbox.address(&locked.domain.name) };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    app.bell.notify_one();
    Ok(Ok(Retried::Due))
}

/// Corrects names and secondary address of a pending or failed mailbox; a failed one is sent
/// again. What was not yet created is created with the new names.
///
/// # Errors
/// A fault of the database; inside, why the state forbids it, then the mistakes of the form.
pub async fn edit(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    typed: &EditedFields,
) -> Result<Result<Result<(), Mistakes>, Blocked>, Fault> {
    let Ready { mut tx, locked, mailbox, order, held } = match ready(app, by, part).await? {
        Ok(ready) => ready,
        Err(blocked) => return Ok(Err(blocked)),
    };
    let edited = match acceptable(&mut tx, &locked, &mailbox, typed).await? {
        Ok(edited) => edited,
        // Rolled back: the order is as it was before it was taken.
        Err(mistakes) => {
            drop(tx);
            if held {
                give_back(app, &order).await?;
            }
            return Ok(Ok(Err(mistakes)));
        }
    };
    let fields = edited.changes(&mailbox);
    let address = mailbox.address(&locked.domain.name);
    let is_own = locked.actor.holds(&address);
    let redirects = fields.iter().any(|field| field == "secondary_email");
    if redirects && !is_own && is_guarded(&mut tx, &locked, &address).await? {
        return Ok(Err(Blocked::Forbidden));
    }
    if !fields.is_empty() {
        tx.edit_mailbox(&locked, &mailbox, &edited).await?;
        let event = Event::MailboxEdited { address: mailbox.address(&locked.domain.name), fields };
        tx.record(&locked, &event, Some(mailbox.id)).await?;
    }
    if mailbox.status == MailboxStatus::Failed {
        tx.revive_mailbox(&locked, mailbox.id).await?;
    }
    tx.reopen_order(&order, app.id).await?;
    tx.commit().await?;
    app.bell.notify_one();
    Ok(Ok(Ok(())))
}

async fn acceptable(
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    mailbox: &Mailbox,
    typed: &EditedFields,
) -> Result<Result<EditedMailbox, Mistakes>, Fault> {
    let address = mailbox.address(&locked.domain.name);
    let edited = match EditedMailbox::parse(typed, &address) {
        Ok(edited) => edited,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    if !typed.version.is_empty() && typed.version != mailbox.version.to_string() {
        return Ok(Err(Mistakes::one("version", Mistake::ChangedSince)));
    }
    let name = edited.display_name();
    match tx.holder_of_name(locked, &name).await? {
        Some(holder) if holder != address => {
            let proposal = free_name(tx, locked, &name, &mailbox.local_part).await?;
            Ok(Err(Mistakes::one("last_name", Mistake::DisplayNameTaken { name, holder, proposal })))
        }
        _ => Ok(Ok(edited)),
    }
}

/// Deletes a pending or failed mailbox, once it is sure that dimail does not have it.
///
/// # Errors
/// A fault of the database; inside, why the state forbids it, then the mistakes of the form.
pub async fn delete(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    typed_address: &str,
) -> Result<Result<Result<(), Mistakes>, Blocked>, Fault> {
    let Ready { mut tx, locked, mailbox, order, held } = match ready(app, by, part).await? {
        Ok(ready) => ready,
        Err(blocked) => return Ok(Err(blocked)),
    };
    let address = mailbox.address(&locked.domain.name);
    if is_guarded(&mut tx, &locked, &address).await? {
        return Ok(Err(Blocked::Forbidden));
    }
    if typed_address.trim().to_lowercase() != address {
        drop(tx);
        if held {
            give_back(app, &order).await?;
        }
        return Ok(Ok(Err(Mistakes::one("address", Mistake::NotTheAddress))));
    }
    tx.delete_mailbox(&locked, mailbox.id).await?;
    tx.record(&locked, &Event::MailboxDeleted { address }, Some(mailbox.id)).await?;
    tx.commit().await?;
    Ok(Ok(Ok(())))
}
