//! Carries out changes of an existing mailbox at dimail: names, activity, deletion. If an earlier
//! attempt is in doubt, dimail is asked first whether it took effect.

use crate::actions::App;
use crate::actions::sync;
use crate::actions::sync::change_result::{ChangeResult, deleted};
use crate::actions::sync::observe::user_is_left;
use crate::actions::sync::outcome::{Outcome, trouble};
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::retry::Later;
use crate::dimail::{Active, CallError, KnownMailbox, Names};
use crate::model::activity::Event;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::name::{display_key, display_name};
use crate::model::order::{MailboxChange, Order};
use crate::model::reason::{Reason, Trouble};
use crate::model::user::Actor;
use crate::store::{ByPortal, Fault, Locked, MailboxInDomain, Tx};

/// What dimail shows of a change in doubt.
enum Observed {
    Done,
    NotDone,
    Obstacle(Reason),
    Unclear(Trouble),
}

pub(crate) async fn change(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let Some((change, target)) = target(app, order).await? else { return Ok(Outcome::Lost) };
    let result = match result(app, &target, order, change).await? {
        ChangeResult::Later(later) if later.is_hopeless(app, order, waiting) => ChangeResult::Refused(Reason::GivenUp),
        result => result,
    };
    record(app, order, (change, &target), result, waiting).await
}

/// Asks dimail whether a change in doubt took effect, and records the answer; changes nothing.
pub(crate) async fn settle(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let Some((change, target)) = target(app, order).await? else { return Ok(Outcome::Lost) };
    // Cancelling a creation always looks at dimail first.
    if is_cancellation(change, &target.mailbox) {
        return clear_doubt(app, order).await;
    }
    let result = match found(app, &target, change).await {
        Observed::Done => ChangeResult::Done,
        Observed::Obstacle(reason) => ChangeResult::Refused(reason),
        Observed::Unclear(trouble) => ChangeResult::Later(Later { trouble, in_doubt: true }),
        Observed::NotDone => return clear_doubt(app, order).await,
    };
    record(app, order, (change, &target), result, &Waiting::no_person()).await
}

async fn clear_doubt(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let ours = tx.clear_doubt(order, &app.lease()).await?;
    tx.commit().await?;
    Ok(if ours { Outcome::Free } else { Outcome::Lost })
}

fn is_cancellation(change: MailboxChange, mailbox: &Mailbox) -> bool {
    change == MailboxChange::Delete && !mailbox.status.is_created()
}

/// The change that the order asks for, and its mailbox.
async fn target(app: &App, order: &Order) -> Result<Option<(MailboxChange, MailboxInDomain)>, Fault> {
    match (order.kind.mailbox_change(), order.mailbox_id) {
        (Some(change), Some(id)) => Ok(app.store.mailbox_in_domain(id).await?.map(|target| (change, target))),
        (None, _) | (_, None) => Ok(None),
    }
}

/// The names that dimail is to have: those that wait for dimail, otherwise the present ones.
fn names(mailbox: &Mailbox) -> Names<'_> {
    match &mailbox.wanted {
        Some(wanted) => Names { first: &wanted.first_name, last: &wanted.last_name },
        None => Names { first: &mailbox.first_name, last: &mailbox.last_name },
    }
}

async fn result(
    app: &App,
    target: &MailboxInDomain,
    order: &Order,
    change: MailboxChange,
) -> Result<ChangeResult, Fault> {
    if is_cancellation(change, &target.mailbox) {
        return sync::cancel::cancelled(app, target).await;
    }
    Ok(attempted(app, target, order, change).await)
}

async fn attempted(app: &App, target: &MailboxInDomain, order: &Order, change: MailboxChange) -> ChangeResult {
    if order.in_doubt {
        match found(app, target, change).await {
            Observed::Done => return ChangeResult::Done,
            Observed::NotDone => {}
            Observed::Obstacle(reason) => return ChangeResult::Refused(reason),
            Observed::Unclear(trouble) => return ChangeResult::Later(Later { trouble, in_doubt: true }),
        }
    }
    let failure = match ask(app, target, change).await {
        Ok(shown) => return answered(app, target, change, shown.as_ref()).await,
        Err(failure) => failure,
    };
    let later = || ChangeResult::Later(Later::after(&failure, failure.may_have_acted()));
    match &failure {
        // A 500 may mean that the display name is taken, or that the change was made: ask dimail.
        CallError::NoAnswer(silence) if silence.status == Some(500) => match found(app, target, change).await {
            Observed::Done => ChangeResult::Done,
            Observed::Obstacle(reason) => ChangeResult::Refused(reason),
            Observed::NotDone | Observed::Unclear(_) => later(),
        },
        CallError::Refused(refusal) if failure.is_about_object() => match found(app, target, change).await {
            Observed::Done => ChangeResult::Done,
            Observed::Obstacle(reason) => ChangeResult::Refused(reason),
            Observed::NotDone if failure.is_conflict() => refused(&refusal.detail),
            // Listed but not found: an Open-XChange user without a mailbox.
            Observed::NotDone => match user_is_left(app, &target.domain.name, &target.mailbox).await {
                Ok(true) => ChangeResult::Refused(Reason::HalfMade),
                Ok(false) | Err(_) => ChangeResult::Later(Later::after(&failure, true)),
            },
            Observed::Unclear(_) => ChangeResult::Later(Later::after(&failure, true)),
        },
        CallError::Refused(refusal) => refused(&refusal.detail),
        _ => later(),
    }
}

fn refused(detail: &str) -> ChangeResult {
    ChangeResult::Refused(Reason::Refused { detail: detail.to_owned() })
}

/// Sends the change. Returns the mailbox that dimail shows in its answer, if it shows one.
async fn ask(app: &App, target: &MailboxInDomain, change: MailboxChange) -> Result<Option<KnownMailbox>, CallError> {
    let MailboxInDomain { mailbox, domain, .. } = target;
    let (domain, part) = (&domain.name, &mailbox.local_part);
    match change {
        MailboxChange::Disable => app.dimail.disable_mailbox(domain, part).await,
        MailboxChange::Enable => app.dimail.enable_mailbox(domain, part, names(mailbox)).await,
        MailboxChange::Delete => app.dimail.delete_mailbox(domain, part).await.map(|()| None),
        MailboxChange::Rename => app.dimail.rename_mailbox(domain, part, names(mailbox)).await,
    }
}

/// Handles a success answer of dimail. The mailbox that it shows is compared, because the server of
/// 2024 also answers success for changes that it ignores, and deletes a mailbox without its
/// Open-XChange user.
async fn answered(
    app: &App,
    target: &MailboxInDomain,
    change: MailboxChange,
    shown: Option<&KnownMailbox>,
) -> ChangeResult {
    if change == MailboxChange::Delete {
        return deleted(app, target).await;
    }
    let names = names(&target.mailbox);
    let first = shown.map_or(Agreement::NotShown, |shown| agreement(change, shown, names));
    if first == Agreement::Yes {
        return ChangeResult::Done;
    }
    let again = match own_entry(app, target).await {
        Ok(own) => own.map_or(Agreement::Unsure, |own| agreement(change, &own, names)),
        Err(failure) => return ChangeResult::Later(Later::after(&failure, true)),
    };
    match (first, again) {
        (_, Agreement::Yes | Agreement::NotShown) => ChangeResult::Done,
        (Agreement::No, Agreement::No) => ChangeResult::Refused(match change {
            MailboxChange::Disable => Reason::CannotDisable,
            MailboxChange::Enable => Reason::CannotEnable,
            MailboxChange::Rename | MailboxChange::Delete => Reason::CannotRename,
        }),
        (_, Agreement::No | Agreement::Unsure) => {
            let detail = "dimail said yes, and does not show it yet".to_owned();
            ChangeResult::Later(Later { trouble: Trouble::no_answer(detail), in_doubt: true })
        }
    }
}

/// Whether the state that dimail shows agrees with the change that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    Yes,
    No,
    /// dimail is still working on it, or does not know.
    Unsure,
    /// dimail shows nothing about it.
    NotShown,
}

fn agreement(change: MailboxChange, shown: &KnownMailbox, names: Names<'_>) -> Agreement {
    let wants_active = change != MailboxChange::Disable;
    match shown.active {
        Active::Unsure if change != MailboxChange::Rename => return Agreement::Unsure,
        Active::Yes if !wants_active => return Agreement::No,
        Active::No if change == MailboxChange::Enable => return Agreement::No,
        Active::No if !wants_active => return Agreement::Yes,
        Active::Yes | Active::No | Active::Unsure | Active::NotShown => {}
    }
    match &shown.names {
        // A disabled mailbox has no Open-XChange user, and so no names.
        Some(_) if !wants_active => Agreement::No,
        None if !wants_active => Agreement::Yes,
        Some(shown) if names.are_shown_by(shown) => Agreement::Yes,
        Some(_) => Agreement::No,
        None => Agreement::NotShown,
    }
}

async fn own_entry(app: &App, target: &MailboxInDomain) -> Result<Option<KnownMailbox>, CallError> {
    let list = app.dimail.mailboxes(&target.domain.name).await?;
    Ok(list.into_iter().find(|other| other.is(&target.mailbox.local_part, &target.domain.name)))
}

/// Asks dimail for the list of mailboxes, which contains names and activity.
async fn found(app: &App, target: &MailboxInDomain, change: MailboxChange) -> Observed {
    let list = match app.dimail.mailboxes(&target.domain.name).await {
        Ok(list) => list,
        Err(failure) => return Observed::Unclear(trouble(&failure)),
    };
    let Some(own) = list.iter().find(|other| other.is(&target.mailbox.local_part, &target.domain.name)) else {
        return match (change, user_is_left(app, &target.domain.name, &target.mailbox).await) {
            (_, Err(failure)) => Observed::Unclear(trouble(&failure)),
            (MailboxChange::Delete, Ok(false)) => Observed::Done,
            (_, Ok(true)) => Observed::Obstacle(half_there(change)),
            (_, Ok(false)) => Observed::Obstacle(Reason::Gone),
        };
    };
    // An Open-XChange user without a mailbox is listed, too, and its activity is not known.
    if change == MailboxChange::Delete || own.active == Active::Unsure {
        match user_is_left(app, &target.domain.name, &target.mailbox).await {
            Ok(false) => {}
            Ok(true) => return Observed::Obstacle(half_there(change)),
            Err(failure) => return Observed::Unclear(trouble(&failure)),
        }
    }
    let names = names(&target.mailbox);
    if change != MailboxChange::Delete {
        match agreement(change, own, names) {
            Agreement::Yes => return Observed::Done,
            Agreement::Unsure => {
                let detail = "dimail does not know yet whether the mailbox is active".to_owned();
                return Observed::Unclear(Trouble::no_answer(detail));
            }
            Agreement::No | Agreement::NotShown => {}
        }
    }
    let wanted = display_key(&display_name(names.first, names.last));
    let gives_names = matches!(change, MailboxChange::Rename | MailboxChange::Enable);
    let in_the_way = list.iter().find(|other| gives_names && other.email != own.email && holds(other, &wanted));
    match in_the_way {
        Some(other) => Observed::Obstacle(Reason::DisplayNameTaken { holder: Some(other.email.clone()) }),
        None => Observed::NotDone,
    }
}

/// The refusal of a change when Open-XChange has a user but there is no mailbox.
fn half_there(change: MailboxChange) -> Reason {
    if change == MailboxChange::Delete { Reason::UserLeft } else { Reason::HalfMade }
}

fn holds(other: &KnownMailbox, key: &str) -> bool {
    other.names.as_ref().is_some_and(|names| display_key(&names.display) == key)
}

async fn record(
    app: &App,
    order: &Order,
    (change, target): (MailboxChange, &MailboxInDomain),
    result: ChangeResult,
    waiting: &Waiting,
) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        return Ok(Outcome::Lost);
    };
    let outcome = match result {
        ChangeResult::Done => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            apply(&mut tx, &locked, target, change).await?;
            Outcome::Done { password: None }
        }
        ChangeResult::Refused(reason) => {
            if !note_refused(app, &mut tx, &locked, (order, change, target), &reason, waiting).await? {
                return Ok(Outcome::Lost);
            }
            Outcome::Refused(reason)
        }
        ChangeResult::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

/// Applies to the stored mailbox what dimail has done.
async fn apply(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    target: &MailboxInDomain,
    change: MailboxChange,
) -> Result<(), Fault> {
    use MailboxStatus::{Disabled, Enabled};
    let mailbox = &target.mailbox;
    let address = mailbox.address(&target.domain.name);
    let event = match change {
        MailboxChange::Disable => {
            tx.move_mailbox(locked, mailbox.id, Enabled, Disabled).await?;
            Event::MailboxDisabled { address }
        }
        MailboxChange::Enable => {
            tx.move_mailbox(locked, mailbox.id, Disabled, Enabled).await?;
            Event::MailboxEnabled { address }
        }
        MailboxChange::Delete => {
            tx.drop_mailbox(locked, mailbox.id).await?;
            Event::MailboxDeleted { address }
        }
        MailboxChange::Rename => {
            let Some(wanted) = &mailbox.wanted else { return Ok(()) };
            tx.apply_names(locked, mailbox, wanted).await?;
            Event::MailboxEdited { address, fields: wanted.fields.clone() }
        }
    };
    tx.record(locked, &event, Some(mailbox.id)).await
}

/// Records a refusal. If a person waits and is told, nothing is kept. Returns `false` if the order's
/// lease was lost.
async fn note_refused(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    (order, change, target): (&Order, MailboxChange, &MailboxInDomain),
    reason: &Reason,
    waiting: &Waiting,
) -> Result<bool, Fault> {
    // A change given up without an answer may have been made.
    let in_doubt = *reason == Reason::GivenUp;
    if *reason == Reason::UserLeft || is_cancellation(change, &target.mailbox) {
        return note_left(app, tx, locked, (order, target), reason).await;
    }
    let ours = if waiting.claim_answer() {
        tx.delete_order(order, app.id).await?
    } else {
        tx.finish_order(order, app.id, Some(reason), in_doubt).await?
    };
    if !ours {
        return Ok(false);
    }
    if target.mailbox.wanted.is_some() && !in_doubt {
        tx.forget_wanted(locked, target.mailbox.id).await?;
    }
    let address = target.mailbox.address(&target.domain.name);
    let event = Event::MailboxChangeRefused { address, order: order.kind.as_str().to_owned(), reason: reason.clone() };
    tx.record(locked, &event, Some(target.mailbox.id)).await?;
    Ok(true)
}

/// Records that dimail did not completely delete a mailbox, or one whose creation was cancelled: the
/// row stays to show it. Returns `false` if the order's lease was lost.
async fn note_left(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    (order, target): (&Order, &MailboxInDomain),
    reason: &Reason,
) -> Result<bool, Fault> {
    if !tx.finish_order(order, app.id, None, false).await? {
        return Ok(false);
    }
    let id = target.mailbox.id;
    tracing::warn!(mailbox = %id, domain = %locked.domain.name, ?reason, "mailbox not completely deleted at dimail");
    tx.note_left(locked, id, reason).await?;
    let event = Event::MailboxFailed { address: target.mailbox.address(&target.domain.name), reason: reason.clone() };
    tx.record(locked, &event, Some(id)).await?;
    Ok(true)
}
