//! Carrying out at dimail what was asked for a mailbox that it has: names, activity, deletion.
//! Where an attempt is in doubt, dimail is asked first what became of it.

use super::App;
use super::keys::tell_secondary_changed;
use super::later::Later;
use super::upkeep::{Outcome, trouble};
use super::waiting::Waiting;
use crate::dimail::{Active, Failure, KnownMailbox, Names};
use crate::model::activity::Event;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::name::{display_key, display_name};
use crate::model::order::{Order, OrderKind, Reason, Trouble};
use crate::model::user::Actor;
use crate::store::{ByPortal, Fault, Holder, Locked, Tx};

/// What became of an attempt, before it is recorded.
enum Fate {
    Done,
    Refused(Reason),
    Later(Later),
}

/// What dimail has, asked because an attempt is in doubt.
enum Found {
    Done,
    NotDone,
    Obstacle(Reason),
    Unclear(Trouble),
}

pub(super) async fn change_mailbox(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let Some(holder) = holder(app, order).await? else { return Ok(Outcome::Lost) };
    let fate = match fate(app, &holder, order).await {
        Fate::Later(later) if later.is_hopeless(app, order, waiting) => Fate::Refused(Reason::GivenUp),
        fate => fate,
    };
    record(app, order, &holder, fate, waiting).await
}

/// Asks dimail what became of a change in doubt, and records it; nothing is changed.
pub(super) async fn settle(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let Some(holder) = holder(app, order).await? else { return Ok(Outcome::Lost) };
    let fate = match found(app, &holder, order.kind).await {
        Found::Done => Fate::Done,
        Found::Obstacle(reason) => Fate::Refused(reason),
        Found::Unclear(trouble) => Fate::Later(Later { trouble, in_doubt: true }),
        Found::NotDone => {
            let mut tx = app.store.begin().await?;
            let ours = tx.clear_doubt(order, &app.lease()).await?;
            tx.commit().await?;
            return Ok(if ours { Outcome::Free } else { Outcome::Lost });
        }
    };
    record(app, order, &holder, fate, &Waiting::nobody()).await
}

async fn holder(app: &App, order: &Order) -> Result<Option<Holder>, Fault> {
    match order.mailbox_id {
        Some(id) => app.store.holder_of(id).await,
        None => Ok(None),
    }
}

/// The names that dimail is to have: those that wait, else those that stand.
fn names(mailbox: &Mailbox) -> Names<'_> {
    match &mailbox.wanted {
        Some(wanted) => Names { first: &wanted.first_name, last: &wanted.last_name },
        None => Names { first: &mailbox.first_name, last: &mailbox.last_name },
    }
}

async fn fate(app: &App, holder: &Holder, order: &Order) -> Fate {
    if order.in_doubt {
        match found(app, holder, order.kind).await {
            Found::Done => return Fate::Done,
            Found::NotDone => {}
            Found::Obstacle(reason) => return Fate::Refused(reason),
            Found::Unclear(trouble) => return Fate::Later(Later { trouble, in_doubt: true }),
        }
    }
    let Err(failure) = ask(app, holder, order.kind).await else { return Fate::Done };
    let later = || Fate::Later(Later::after(&failure, failure.may_have_acted()));
    match &failure {
        // A 500 may mean that the display name is taken, or that it was done: dimail is asked.
        Failure::NoAnswer(silence) if silence.status == Some(500) => match found(app, holder, order.kind).await {
            Found::Done => Fate::Done,
            Found::Obstacle(reason) => Fate::Refused(reason),
            Found::NotDone | Found::Unclear(_) => later(),
        },
        Failure::Refused(_) if failure.is_object_missing() => Fate::Refused(Reason::Gone),
        Failure::Refused(refusal) => Fate::Refused(Reason::Refused { detail: refusal.detail.clone() }),
        _ => later(),
    }
}

async fn ask(app: &App, holder: &Holder, kind: OrderKind) -> Result<(), Failure> {
    let Holder { mailbox, domain, .. } = holder;
    let (domain, part) = (&domain.name, &mailbox.local_part);
    match kind {
        OrderKind::DisableMailbox => app.dimail.disable_mailbox(domain, part).await,
        OrderKind::EnableMailbox => app.dimail.enable_mailbox(domain, part, names(mailbox)).await,
        OrderKind::DeleteMailbox => app.dimail.delete_mailbox(domain, part).await,
        _ => app.dimail.rename_mailbox(domain, part, names(mailbox)).await,
    }
}

/// Asks dimail for the list: it tells names and activity.
async fn found(app: &App, holder: &Holder, kind: OrderKind) -> Found {
    let list = match app.dimail.mailboxes(&holder.domain.name).await {
        Ok(list) => list,
        Err(failure) => return Found::Unclear(trouble(&failure)),
    };
    let address = holder.mailbox.address(&holder.domain.name);
    let Some(own) = list.iter().find(|other| other.email.eq_ignore_ascii_case(&address)) else {
        return if kind == OrderKind::DeleteMailbox { Found::Done } else { Found::Obstacle(Reason::Gone) };
    };
    let names = names(&holder.mailbox);
    let is_done = match kind {
        OrderKind::DeleteMailbox => false,
        OrderKind::DisableMailbox => own.active == Active::No,
        OrderKind::EnableMailbox => own.active == Active::Yes && bears(own, names),
        _ => bears(own, names),
    };
    if is_done {
        return Found::Done;
    }
    let wanted = display_key(&display_name(names.first, names.last));
    let gives_names = matches!(kind, OrderKind::RenameMailbox | OrderKind::EnableMailbox);
    let in_the_way = list.iter().find(|other| gives_names && other.email != own.email && holds(other, &wanted));
    match in_the_way {
        Some(other) => Found::Obstacle(Reason::DisplayNameTaken { holder: Some(other.email.clone()) }),
        None => Found::NotDone,
    }
}

fn bears(own: &KnownMailbox, wanted: Names<'_>) -> bool {
    own.names.as_ref().is_some_and(|names| {
        let display = display_name(wanted.first, wanted.last);
        names.given == wanted.first && names.sur == wanted.last && names.display == display
    })
}

fn holds(other: &KnownMailbox, key: &str) -> bool {
    other.names.as_ref().is_some_and(|names| display_key(&names.display) == key)
}

async fn record(app: &App, order: &Order, holder: &Holder, fate: Fate, waiting: &Waiting) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        return Ok(Outcome::Lost);
    };
    let outcome = match fate {
        Fate::Done => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            apply(&mut tx, &locked, holder, order.kind).await?;
            Outcome::Done { password: None }
        }
        Fate::Refused(reason) => {
            if !note_refused(app, &mut tx, &locked, (order, holder), &reason, waiting).await? {
                return Ok(Outcome::Lost);
            }
            Outcome::Refused(reason)
        }
        Fate::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

/// What dimail has done is so here too from now on.
async fn apply(tx: &mut Tx, locked: &Locked<ByPortal>, holder: &Holder, kind: OrderKind) -> Result<(), Fault> {
    use MailboxStatus::{Disabled, Enabled};
    let mailbox = &holder.mailbox;
    let address = mailbox.address(&holder.domain.name);
    let event = match kind {
        OrderKind::DisableMailbox => {
            tx.move_mailbox(locked, mailbox.id, Enabled, Disabled).await?;
            Event::MailboxDisabled { address }
        }
        OrderKind::EnableMailbox => {
            tx.move_mailbox(locked, mailbox.id, Disabled, Enabled).await?;
            Event::MailboxEnabled { address }
        }
        OrderKind::DeleteMailbox => {
            tx.delete_mailbox(locked, mailbox.id).await?;
            Event::MailboxDeleted { address }
        }
        _ => {
            let Some(wanted) = &mailbox.wanted else { return Ok(()) };
            tx.edit_mailbox(locked, mailbox, wanted).await?;
            tell_secondary_changed(tx, locked, mailbox, wanted).await?;
            Event::MailboxEdited { address, fields: wanted.fields.clone() }
        }
    };
    tx.record(locked, &event, Some(mailbox.id)).await
}

/// Nothing is kept of what was refused to a person who waits. `false`: the order is no longer ours.
async fn note_refused(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    (order, holder): (&Order, &Holder),
    reason: &Reason,
    waiting: &Waiting,
) -> Result<bool, Fault> {
    // What was given up without an answer may still have been done.
    let in_doubt = *reason == Reason::GivenUp;
    let ours = if waiting.tell() {
        tx.forget_order(order, app.id).await?
    } else {
        tx.finish_order(order, app.id, Some(reason), in_doubt).await?
    };
    if !ours {
        return Ok(false);
    }
    if holder.mailbox.wanted.is_some() && !in_doubt {
        tx.note_wanted(locked, holder.mailbox.id, None).await?;
    }
    let address = holder.mailbox.address(&holder.domain.name);
    let event = Event::MailboxChangeRefused { address, order: order.kind.word().to_owned(), reason: reason.clone() };
    tx.record(locked, &event, Some(holder.mailbox.id)).await?;
    Ok(true)
}
