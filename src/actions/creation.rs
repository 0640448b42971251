//! Making domains and mailboxes at dimail: ask first where an earlier attempt is in doubt, then
//! create, then record what came of it.

use secrecy::SecretString;

use super::App;
use super::later::Later;
use super::upkeep::{Outcome, trouble};
use super::waiting::Waiting;
use crate::dimail::{Failure, KnownMailbox, Names};
use crate::model::activity::Event;
use crate::model::address::DomainName;
use crate::model::domain::Domain;
use crate::model::letter::LetterContent;
use crate::model::mailbox::Mailbox;
use crate::model::name::display_key;
use crate::model::order::{Order, OrderKind, Reason, Trouble};
use crate::model::user::Actor;
use crate::store::{ByPortal, Fault, Holder, Locked, NewLetter, NewOrder, Tx};

/// What became of an attempt, before it is recorded.
enum Fate {
    /// dimail has it; with the first password where this attempt made it.
    Made { password: Option<SecretString>, context: Option<String> },
    /// dimail refused.
    Refused(Reason),
    /// Not known, or not done.
    Later(Later),
}

impl Fate {
    fn later(failure: &Failure, in_doubt: bool) -> Self {
        Self::Later(Later::after(failure, in_doubt))
    }
}

/// What dimail has, asked because an earlier attempt is in doubt.
enum Found {
    /// Our own mailbox.
    Ours,
    /// Nothing that stands in the way.
    Nothing,
    /// Something that can't be ours.
    Obstacle(Reason),
    /// dimail did not say.
    Unclear(Trouble),
}

pub(super) async fn create_mailbox(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let holder = match order.mailbox_id {
        Some(id) => app.store.holder_of(id).await?,
        None => None,
    };
    let Some(holder) = holder else { return Ok(Outcome::Lost) };
    let fate = match mailbox_fate(app, &holder, order.in_doubt).await {
        Fate::Later(later) if later.is_hopeless(app, order, waiting) => Fate::Refused(Reason::GivenUp),
        fate => fate,
    };
    record_mailbox(app, order, &holder, fate, waiting).await
}

/// Asks dimail what became of an order in doubt, and records it; nothing is created.
pub(super) async fn settle_mailbox(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let holder = match order.mailbox_id {
        Some(id) => app.store.holder_of(id).await?,
        None => None,
    };
    let Some(holder) = holder else { return Ok(Outcome::Lost) };
    let fate = match clarify(app, &holder.domain, &holder.mailbox).await {
        Found::Ours => Fate::Made { password: None, context: None },
        Found::Obstacle(reason) => Fate::Refused(reason),
        Found::Unclear(trouble) => Fate::Later(Later { trouble, in_doubt: true }),
        Found::Nothing => return clear_doubt(app, order).await,
    };
    record_mailbox(app, order, &holder, fate, &Waiting::nobody()).await
}

/// Nothing is there: the order is as if it had never been tried, and stays in our hands.
async fn clear_doubt(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let ours = tx.clear_doubt(order, &app.lease()).await?;
    tx.commit().await?;
    Ok(if ours { Outcome::Free } else { Outcome::Lost })
}

async fn mailbox_fate(app: &App, holder: &Holder, in_doubt: bool) -> Fate {
    let Holder { mailbox, domain, .. } = holder;
    if in_doubt {
        match clarify(app, domain, mailbox).await {
            Found::Ours => return Fate::Made { password: None, context: None },
            Found::Nothing => {}
            Found::Obstacle(reason) => return Fate::Refused(reason),
            Found::Unclear(trouble) => return Fate::Later(Later { trouble, in_doubt: true }),
        }
    }
    let names = Names { first: &mailbox.first_name, last: &mailbox.last_name };
    match app.dimail.create_mailbox(&domain.name, &mailbox.local_part, names).await {
        Ok(created) => Fate::Made { password: Some(created.password), context: None },
        // A 500 may mean that the display name is taken, or that it was done; a 409 after an
        // attempt without answer may be our own mailbox: dimail is asked at once.
        Err(failure) if is_server_error(&failure) || (in_doubt && failure.is_conflict()) => {
            match clarify(app, domain, mailbox).await {
                Found::Ours => Fate::Made { password: None, context: None },
                Found::Obstacle(reason) => Fate::Refused(reason),
                Found::Nothing | Found::Unclear(_) => Fate::later(&failure, true),
            }
        }
        Err(failure) if failure.is_conflict() => Fate::Refused(Reason::AddressTaken),
        Err(Failure::Refused(refusal)) => Fate::Refused(Reason::Refused { detail: refusal.detail }),
        Err(failure) => Fate::later(&failure, failure.may_have_acted()),
    }
}

fn is_server_error(failure: &Failure) -> bool {
    matches!(failure, Failure::NoAnswer(silence) if silence.status == Some(500))
}

/// Asks dimail what it has: the address first, then the list with all names of the context.
async fn clarify(app: &App, domain: &Domain, mailbox: &Mailbox) -> Found {
    let known = match app.dimail.address(&domain.name, &mailbox.local_part).await {
        Ok(known) => known,
        Err(failure) => return Found::Unclear(trouble(&failure)),
    };
    let list = match app.dimail.mailboxes(&domain.name).await {
        Ok(list) => list,
        Err(failure) => return Found::Unclear(trouble(&failure)),
    };
    let address = mailbox.address(&domain.name);
    let is_mailbox = known.as_ref().is_none_or(|known| known.is_mailbox);
    let listed = list.iter().find(|other| is_mailbox && other.email.eq_ignore_ascii_case(&address));
    if let Some(listed) = listed {
        return if has_names_of(listed, mailbox) { Found::Ours } else { Found::Obstacle(Reason::AddressTaken) };
    }
    if let Some(known) = known.filter(|known| known.is_ox || known.is_mailbox) {
        let foreign = known.ox_primary_email.is_some_and(|email| !email.eq_ignore_ascii_case(&address));
        let half_made = known.is_ox && !known.is_mailbox && !foreign;
        return Found::Obstacle(if half_made { Reason::HalfMade } else { Reason::AddressTaken });
    }
    let wanted = display_key(&mailbox.display_name());
    let holds_name =
        |other: &&KnownMailbox| other.names.as_ref().is_some_and(|names| display_key(&names.display) == wanted);
    match list.iter().find(holds_name) {
        Some(other) => Found::Obstacle(Reason::DisplayNameTaken { holder: Some(other.email.clone()) }),
        None => Found::Nothing,
    }
}

fn has_names_of(listed: &KnownMailbox, mailbox: &Mailbox) -> bool {
    listed.names.as_ref().is_some_and(|names| {
        (names.given == mailbox.first_name && names.sur == mailbox.last_name)
            || display_key(&names.display) == display_key(&mailbox.display_name())
    })
}

async fn record_mailbox(
    app: &App,
    order: &Order,
    holder: &Holder,
    fate: Fate,
    waiting: &Waiting,
) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        return Ok(Outcome::Lost);
    };
    let address = holder.mailbox.address(&holder.domain.name);
    let id = holder.mailbox.id;
    let outcome = match fate {
        Fate::Made { password, .. } => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            tx.open_mailbox(&locked, id).await?;
            tx.record(&locked, &Event::MailboxOpened { address: address.clone() }, Some(id)).await?;
            tell_holder(&mut tx, &locked, holder, address).await?;
            Outcome::Done { password }
        }
        Fate::Refused(reason) => {
            // What was given up without an answer may still be there: dimail is asked before a change.
            let in_doubt = reason == Reason::GivenUp;
            if !tx.finish_order(order, app.id, Some(&reason), in_doubt).await? {
                return Ok(Outcome::Lost);
            }
            let event = Event::MailboxFailed { address, reason: reason.clone() };
            tx.record(&locked, &event, Some(id)).await?;
            if waiting.tell() {
                tx.delete_mailbox(&locked, id).await?;
            } else {
                tx.fail_mailbox(&locked, id, &reason).await?;
            }
            Outcome::Refused(reason)
        }
        Fate::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

/// The confirmation letter, where the holder has another address to read it.
async fn tell_holder(tx: &mut Tx, locked: &Locked<ByPortal>, holder: &Holder, address: String) -> Result<(), Fault> {
    let Some(recipient) = holder.mailbox.secondary_email.clone() else { return Ok(()) };
    let content = LetterContent::NewMailbox {
        holder: holder.mailbox.display_name(),
        address,
        support: locked.domain.support_email.clone(),
    };
    let letter = NewLetter::about(locked.domain.id, recipient, holder.mailbox.language, content);
    tx.insert_letter(&NewLetter { mailbox_id: Some(holder.mailbox.id), ..letter }).await?;
    Ok(())
}

pub(super) async fn create_domain(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let Some(domain) = app.store.domain_of(order.domain_id).await? else { return Ok(Outcome::Lost) };
    let may_be_ours = order.in_doubt || app.store.was_accepted(&domain.name).await?;
    let fate = domain_fate(app, &domain, order.in_doubt, may_be_ours).await;
    record_domain(app, order, &domain.name, fate, waiting).await
}

async fn domain_fate(app: &App, domain: &Domain, in_doubt: bool, may_be_ours: bool) -> Fate {
    match app.dimail.create_domain(&domain.name).await {
        Ok(accepted) => {
            let context = accepted.context_name.unwrap_or_else(|| domain.name.to_string());
            Fate::Made { password: None, context: Some(context) }
        }
        Err(failure) if failure.is_conflict() && says_exists(&failure) => {
            if may_be_ours {
                adopt_domain(app, domain).await
            } else {
                Fate::Refused(Reason::DomainKnown)
            }
        }
        Err(Failure::Refused(refusal)) => Fate::Refused(Reason::Refused { detail: refusal.detail }),
        Err(failure) => Fate::later(&failure, in_doubt || failure.may_have_acted()),
    }
}

/// dimail's 409 has other reasons too: a context that is missing, or another one (contract 3.4).
fn says_exists(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(refusal) if !refusal.detail.contains("context"))
}

/// dimail has the domain already: it is ours only if our account may list it and nobody lives
/// there but the technical user.
async fn adopt_domain(app: &App, domain: &Domain) -> Fate {
    match app.dimail.mailboxes(&domain.name).await {
        Ok(list) if list.iter().all(|mailbox| mailbox.technical) => {
            Fate::Made { password: None, context: Some(domain.name.to_string()) }
        }
        Ok(_) => Fate::Refused(Reason::DomainKnown),
        Err(failure) if failure.is_denied() || matches!(failure, Failure::Refused(_)) => {
            Fate::Refused(Reason::DomainKnown)
        }
        Err(failure) => Fate::later(&failure, true),
    }
}

async fn record_domain(
    app: &App,
    order: &Order,
    name: &DomainName,
    fate: Fate,
    waiting: &Waiting,
) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        if matches!(fate, Fate::Made { .. }) {
            // Gone here, but dimail has it from us: whoever adds it again must not be refused.
            tx.remember_accepted(name).await?;
            tx.commit().await?;
        }
        return Ok(Outcome::Lost);
    };
    let outcome = match fate {
        Fate::Made { context, .. } => {
            if !tx.finish_order(order, app.id, None, false).await? {
                return Ok(Outcome::Lost);
            }
            tx.note_accepted(&locked, context.as_deref()).await?;
            let check = NewOrder {
                kind: OrderKind::CheckDomain,
                mailbox_id: None,
                alias_id: None,
                due_at: app.clock.now(),
                lease: None,
            };
            tx.insert_order(&locked, &check).await?;
            tx.record(&locked, &Event::DomainAccepted { context }, None).await?;
            Outcome::Done { password: None }
        }
        Fate::Refused(reason) => {
            if !tx.finish_order(order, app.id, Some(&reason), false).await? {
                return Ok(Outcome::Lost);
            }
            if waiting.tell() {
                tx.delete_domain(&locked).await?;
            } else {
                tx.note_domain_refused(&locked, &reason).await?;
                tx.record(&locked, &Event::DomainRefused { reason: reason.clone() }, None).await?;
            }
            Outcome::Refused(reason)
        }
        Fate::Later(later) => later.put_off(app, &mut tx, order).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}
