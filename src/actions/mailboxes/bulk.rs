//! Bulk actions on chosen mailboxes: one operation, with a line for each mailbox. The orders are stored
//! here in one transaction; the worker carries them out.

use crate::actions::mailboxes::access::ask_login_link;
use crate::actions::mailboxes::lifecycle::wish;
use crate::actions::mailboxes::lock::check_guard;
use crate::actions::{App, Error, Result};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::change::{Course, Verb, course};
use crate::model::id::{EmailId, OperationId, OrderId};
use crate::model::mailbox::Mailbox;
use crate::model::operation::{Action, Hindered};
use crate::model::order::OrderKind;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, Locked, NewLine, NewOperation, NewOrder, Taken, Tx};

/// The longest address of a line, in characters.
const ADDRESS_MAX: usize = 320;

/// Requests the same action for each of these mailboxes, given by local part or address. If the action
/// is not possible for a mailbox, its line says why, and the others go on.
pub async fn act(app: &App, by: &Allowed<ManageMailboxes>, action: Action, chosen: &[String]) -> Result<OperationId> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
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
    Ok(id)
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
) -> Result<NewLine> {
    let (order_id, email_id, hindrance) = match ask(app, tx, locked, action, &address).await {
        Ok((order, email)) => (order, email, None),
        Err(Error::Refused(refusal)) => (None, None, Some(Hindered::from(&refusal))),
        Err(fault) => return Err(fault),
    };
    Ok(NewLine { address, order_id, email_id, hindrance })
}

/// Stores the order or the email of an action; neither if nothing needs to be done.
async fn ask(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    action: Action,
    address: &str,
) -> Result<(Option<OrderId>, Option<EmailId>)> {
    let part = address.strip_suffix(&format!("@{}", locked.domain.name)).ok_or(Refusal::NotFound)?;
    let part = LocalPart::parse(part).map_err(|_| Refusal::NotFound)?;
    let mailbox = tx.mailbox(locked, &part).await?.ok_or(Refusal::NotFound)?;
    Ok(match action {
        Action::Disable => (change(app, tx, locked, &mailbox, Verb::Disable).await?, None),
        Action::Enable => (change(app, tx, locked, &mailbox, Verb::Enable).await?, None),
        Action::LoginLink => (None, Some(ask_login_link(app, tx, locked, &mailbox).await?)),
    })
}

/// Stores the order for a verb; `None` if nothing needs to be done.
async fn change(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    mailbox: &Mailbox,
    verb: Verb,
) -> Result<Option<OrderId>> {
    let address = mailbox.address(&locked.domain.name);
    check_guard(tx, locked, &address).await?;
    let (kind, event) = wish(verb, address.clone());
    let (order, is_open) = match tx.take_order(locked, mailbox.id, &app.lease()).await? {
        Taken::Open(order) => (Some(order), true),
        Taken::Refused(order) | Taken::GivenUp(order) => (Some(order), false),
        Taken::Nothing => (None, false),
        Taken::Busy(id, running) if running == kind => return Ok(Some(id)),
        Taken::Busy(_, running) => return Err(Refusal::Conflict(Why::MailboxRunning(running)).into()),
    };
    let open = order.as_ref().filter(|_| is_open);
    let course = course(verb, mailbox.status, open.map(|order| order.kind));
    let in_doubt = order.as_ref().is_some_and(|order| order.in_doubt);
    match (course, &order) {
        // The same order was given up but may have been carried out: dimail is asked first.
        (Ok(Course::Ask), Some(order)) if in_doubt && order.kind == kind => {
            tx.reopen_order(order, app.id).await?;
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(Some(order.id))
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
            Ok(Some(id))
        }
        // A bulk action does not withdraw a deletion that another person requested.
        (Ok(Course::Withdraw), Some(order)) if !in_doubt && order.kind != OrderKind::DeleteMailbox => {
            tx.supersede_order(order, app.id).await?;
            let event = Event::MailboxChangeWithdrawn { address, order: order.kind.as_str().to_owned() };
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(None)
        }
        (Ok(Course::Asked), Some(order)) => {
            tx.reopen_order(order, app.id).await?;
            Ok(Some(order.id))
        }
        (course, order) => {
            if let Some(order) = order {
                tx.put_back_order(order, app.id).await?;
            }
            match course? {
                Course::Already if !in_doubt => Ok(None),
                _ => Err(Refusal::Conflict(Why::MailboxUnderWay).into()),
            }
        }
    }
}
