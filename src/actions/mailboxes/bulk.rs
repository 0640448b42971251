//! Bulk actions on chosen mailboxes: one operation, with a line for each mailbox. The orders are stored
//! here in one transaction; the worker carries them out.

use crate::actions::App;
use crate::actions::mailboxes::access::{NoKey, ask_login_link};
use crate::actions::mailboxes::lifecycle::wish;
use crate::actions::mailboxes::lock::{Blocked, is_guarded};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::change::{Course, Hindrance, Verb, course};
use crate::model::domain::DomainStatus;
use crate::model::id::{EmailId, OperationId, OrderId};
use crate::model::mailbox::Mailbox;
use crate::model::operation::{Action, Hindered};
use crate::model::order::OrderKind;
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, Fault, Locked, NewLine, NewOperation, NewOrder, Taken, Tx};

/// The longest address of a line, in characters.
const ADDRESS_MAX: usize = 320;

/// Requests the same action for each of these mailboxes, given by local part or address. If the action
/// is not possible for a mailbox, its line says why, and the others go on.
///
/// # Errors
/// A database error. The inner result says why the domain does not allow it.
pub async fn act(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    action: Action,
    chosen: &[String],
) -> Result<Result<OperationId, Blocked>, Fault> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Blocked::DomainDisabled));
    }
    let mut lines: Vec<NewLine> = Vec::new();
    for typed in chosen {
        let address = whole_address(typed, &locked);
        if !lines.iter().any(|line| line.address == address) {
            lines.push(line(app, &mut tx, &locked, action, address).await?);
        }
    }
    let id = tx.insert_operation(&locked, &NewOperation { action, lines }).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Ok(id))
}

fn whole_address(typed: &str, locked: &Locked<ManageMailboxes>) -> String {
    // An address has no control characters, and some databases cannot store them.
    let lower = typed.trim().to_lowercase();
    let plain = lower.chars().filter(|c| !c.is_control());
    let typed: String = plain.take(ADDRESS_MAX).collect();
    if typed.contains('@') { typed } else { format!("{typed}@{}", locked.domain.name) }
}

async fn line(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    action: Action,
    address: String,
) -> Result<NewLine, Fault> {
    let part = address.strip_suffix(&format!("@{}", locked.domain.name)).map(LocalPart::parse);
    let mailbox = match part {
        Some(Ok(part)) => tx.mailbox(locked, &part).await?,
        _ => None,
    };
    let line = NewLine { address, order_id: None, email_id: None, hindrance: None };
    let Some(mailbox) = mailbox else { return Ok(NewLine { hindrance: Some(Hindered::Unknown), ..line }) };
    let asked = match action {
        Action::Disable => change(app, tx, locked, &mailbox, Verb::Disable).await?.map(|order| (order, None)),
        Action::Enable => change(app, tx, locked, &mailbox, Verb::Enable).await?.map(|order| (order, None)),
        Action::LoginLink => login_link(app, tx, locked, &mailbox).await?.map(|email| (None, Some(email))),
    };
    Ok(match asked {
        Ok((order_id, email_id)) => NewLine { order_id, email_id, ..line },
        Err(hindered) => NewLine { hindrance: Some(hindered), ..line },
    })
}

async fn login_link(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    mailbox: &Mailbox,
) -> Result<Result<EmailId, Hindered>, Fault> {
    let asked = ask_login_link(app, tx, locked, mailbox).await?;
    Ok(asked.map_err(|no_key| match no_key {
        NoKey::Gone => Hindered::Unknown,
        NoKey::Guarded => Hindered::Guarded,
        NoKey::DomainDisabled | NoKey::NotOpen => Hindered::NotEnabled,
        NoKey::Unsupported => Hindered::Unsupported,
        NoKey::NoSecondary => Hindered::NoSecondary,
        NoKey::UnderWay => Hindered::UnderWay,
        NoKey::TooMany(_) => Hindered::TooMany,
    }))
}

/// Stores the order for a verb; `None` if nothing needs to be done.
async fn change(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    mailbox: &Mailbox,
    verb: Verb,
) -> Result<Result<Option<OrderId>, Hindered>, Fault> {
    let address = mailbox.address(&locked.domain.name);
    if is_guarded(tx, locked, &address).await? {
        return Ok(Err(Hindered::Guarded));
    }
    let (kind, event) = wish(verb, address.clone());
    let (order, is_open) = match tx.take_order(locked, mailbox.id, &app.lease()).await? {
        Taken::Open(order) => (Some(order), true),
        Taken::Refused(order) | Taken::GivenUp(order) => (Some(order), false),
        Taken::Nothing => (None, false),
        Taken::Busy(id, running) if running == kind => return Ok(Ok(Some(id))),
        Taken::Busy(..) => return Ok(Err(Hindered::UnderWay)),
    };
    let open = order.as_ref().filter(|_| is_open);
    let course = course(verb, mailbox.status, open.map(|order| order.kind));
    let in_doubt = order.as_ref().is_some_and(|order| order.in_doubt);
    match (course, &order) {
        // The same order was given up but may have been carried out: dimail is asked first.
        (Ok(Course::Ask), Some(order)) if in_doubt && order.kind == kind => {
            tx.reopen_order(order, app.id).await?;
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(Ok(Some(order.id)))
        }
        (Ok(Course::Ask), order) if !in_doubt => {
            if let Some(order) = order {
                tx.supersede_order(order, app.id).await?;
            }
            if mailbox.wanted.is_some() {
                tx.note_wanted(locked, mailbox.id, None).await?;
            }
            let new =
                NewOrder { kind, mailbox_id: Some(mailbox.id), alias_id: None, due_at: app.clock.now(), lease: None };
            let id = tx.insert_order(locked, &new).await?;
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(Ok(Some(id)))
        }
        // A bulk action does not withdraw a deletion that another person requested.
        (Ok(Course::Withdraw), Some(order)) if !in_doubt && order.kind != OrderKind::DeleteMailbox => {
            tx.supersede_order(order, app.id).await?;
            let event = Event::MailboxChangeWithdrawn { address, order: order.kind.as_str().to_owned() };
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(Ok(None))
        }
        (Ok(Course::Asked), Some(order)) => {
            tx.reopen_order(order, app.id).await?;
            Ok(Ok(Some(order.id)))
        }
        (outcome, order) => {
            if let Some(order) = order {
                tx.put_back_order(order, app.id).await?;
            }
            Ok(match outcome {
                Ok(Course::Already) if !in_doubt => Ok(None),
                Err(Hindrance::Unborn) => Err(Hindered::Unborn),
                _ => Err(Hindered::UnderWay),
            })
        }
    }
}
