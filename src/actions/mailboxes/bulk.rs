//! Bulk actions on chosen mailboxes: one operation, with a line for each mailbox. The orders are stored
//! here in one transaction; the worker carries them out.

use crate::actions::guard::asker;
use crate::actions::mailboxes::access::ask_login_link;
use crate::actions::mailboxes::lifecycle::order_and_event;
use crate::actions::mailboxes::lock::claimed;
use crate::actions::{App, Error, Result};
use crate::model::activity::Event;
use crate::model::address::{DomainName, LocalPart};
use crate::model::id::{EmailId, OperationId, OrderId};
use crate::model::mailbox::Mailbox;
use crate::model::operation::{Action, NotRequested};
use crate::model::options::{Change, How, OrderState, Verb};
use crate::model::order::OrderKind;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, Guarded, Locked, NewLine, NewOperation, NewOrder, Taken, Tx};

/// The longest address of a line, in characters.
const ADDRESS_MAX: usize = 320;

/// Requests the same action for each of these mailboxes, given by local part or address. If the action
/// is not possible for a mailbox, its line says why, and the others go on.
pub async fn act(app: &App, by: &Allowed<ManageMailboxes>, action: Action, chosen: &[String]) -> Result<OperationId> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    let mut addresses: Vec<String> = Vec::new();
    for address in chosen.iter().map(|typed| whole_address(typed, &locked)) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let parts: Vec<LocalPart> =
        addresses.iter().filter_map(|address| local_part(address, &locked.domain.name)).collect();
    let guards = tx.guards(&locked, &parts).await?;
    let mut lines: Vec<NewLine> = Vec::new();
    for address in addresses {
        let part = local_part(&address, &locked.domain.name);
        let guarded = guards.iter().find(|guarded| part.as_ref() == Some(guarded.part()));
        lines.push(line(app, &mut tx, &locked, (action, guarded), address).await?);
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

/// The local part of an address of the domain.
fn local_part(address: &str, domain: &DomainName) -> Option<LocalPart> {
    LocalPart::parse(address.strip_suffix(&format!("@{domain}"))?).ok()
}

async fn line(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    (action, guarded): (Action, Option<&Guarded>),
    address: String,
) -> Result<NewLine> {
    let (order_id, email_id, not_requested) = match ask(app, tx, locked, action, guarded).await {
        Ok((order, email)) => (order, email, None),
        Err(Error::Refused(refusal)) => (None, None, Some(NotRequested::from(&refusal))),
        Err(fault) => return Err(fault),
    };
    Ok(NewLine { address, order_id, email_id, not_requested })
}

/// Stores the order or the email of an action; neither if nothing needs to be done.
async fn ask(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    action: Action,
    guarded: Option<&Guarded>,
) -> Result<(Option<OrderId>, Option<EmailId>)> {
    let guarded = guarded.ok_or(Refusal::NotFound)?;
    let mailbox = tx.mailbox(locked, guarded.part()).await?.ok_or(Refusal::NotFound)?;
    let guarded = &guarded.of(locked, &mailbox);
    Ok(match action {
        Action::Disable => (ask_change(app, tx, locked, (&mailbox, guarded), Change::Disable).await?, None),
        Action::Enable => (ask_change(app, tx, locked, (&mailbox, guarded), Change::Enable).await?, None),
        Action::LoginLink => (None, Some(ask_login_link(app, tx, locked, &mailbox, guarded).await?)),
    })
}

/// Stores the order for a change; `None` if nothing needs to be done.
async fn ask_change(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    (mailbox, guarded): (&Mailbox, &Guarded),
    change: Change,
) -> Result<Option<OrderId>> {
    let (asker, verb) = (asker(locked, mailbox, guarded), Verb::Change(change));
    let options = |state| mailbox.options(&locked.domain, asker, state, &[]);
    options(OrderState::Nothing).check(verb)?;
    let may = guarded.may_write()?;
    let (kind, event) = order_and_event(change, mailbox.address(&locked.domain.name));
    let taken = tx.take_order(locked, mailbox.id, &app.lease()).await?;
    if let Taken::Busy(id, running) = taken
        && running == kind
    {
        return Ok(Some(id));
    }
    let (order, state) = claimed(taken)?;
    let in_doubt = order.as_ref().is_some_and(|order| order.in_doubt);
    match (options(state).how(verb), &order) {
        // The same order was given up but may have been carried out: dimail is asked first.
        (Ok(How::CallDimail), Some(order)) if in_doubt && order.kind == kind => {
            tx.reopen_order(&may, order, app.id).await?;
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(Some(order.id))
        }
        (Ok(How::CallDimail), order) if !in_doubt => {
            if let Some(order) = order {
                tx.supersede_order(order, app.id).await?;
            }
            if mailbox.wanted.is_some() {
                tx.forget_wanted(locked, mailbox.id).await?;
            }
            let id = tx.insert_order(locked, &NewOrder::of_mailbox(&may, kind, mailbox.id)).await?;
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(Some(id))
        }
        // A bulk action does not withdraw a deletion that another person requested.
        (Ok(How::Withdraw), Some(order)) if !in_doubt && order.kind != OrderKind::DeleteMailbox => {
            tx.supersede_order(order, app.id).await?;
            let address = mailbox.address(&locked.domain.name);
            let event = Event::MailboxChangeWithdrawn { address, order: order.kind.as_str().to_owned() };
            tx.record(locked, &event, Some(mailbox.id)).await?;
            Ok(None)
        }
        (Ok(How::AlreadyRequested), Some(order)) => {
            tx.reopen_order(&may, order, app.id).await?;
            Ok(Some(order.id))
        }
        (how, order) => {
            if let Some(order) = order {
                tx.put_back_order(order, app.id).await?;
            }
            match how? {
                How::AlreadyDone if !in_doubt => Ok(None),
                _ => Err(Refusal::Conflict(Why::MailboxUnderWay).into()),
            }
        }
    }
}
