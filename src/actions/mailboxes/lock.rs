//! Locks a mailbox for a change: locks its domain, reads the mailbox, and claims the order that exists
//! for it. If an earlier attempt is in doubt, dimail is asked first whether it took effect.

use tokio::time::Instant;

use crate::actions::sync::run::{Outcome, settle_for_person};
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::change::{Course, Verb, course};
use crate::model::mailbox::{Mailbox, secondary_email};
use crate::model::order::{Order, OrderKind};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::Role;
use crate::store::{Fault, Key, Locked, Taken, Tx};

/// The order about a mailbox that was claimed together with the lock.
#[derive(Clone, Debug)]
pub(crate) struct TakenOrder {
    pub(crate) order: Order,
    /// Whether it still has to be carried out; otherwise it was refused or given up.
    pub(crate) is_open: bool,
    /// Whether it was given up: it may be retried unchanged.
    pub(crate) is_given_up: bool,
}

/// A locked mailbox, ready to be changed in the open transaction.
pub(crate) struct Ready<R> {
    pub(crate) tx: Tx,
    pub(crate) locked: Locked<R>,
    pub(crate) mailbox: Mailbox,
    pub(crate) taken: Option<TakenOrder>,
    /// Whether the order was claimed before this transaction, and must be released after it.
    held: bool,
    /// Whether dimail has just answered that it has the mailbox, which was not known before.
    pub(crate) just_born: bool,
    /// The latest time at which the person gets an answer.
    pub(crate) until: Instant,
}

impl<R> Ready<R> {
    /// How `verb` is carried out in the present state of the mailbox.
    pub(crate) fn course(&self, verb: Verb) -> Result<Course, Refusal> {
        course(verb, self.mailbox.status, self.open_kind())
    }

    fn open_kind(&self) -> Option<OrderKind> {
        self.taken.as_ref().filter(|taken| taken.is_open).map(|taken| taken.order.kind)
    }

    pub(crate) fn address(&self) -> String {
        self.mailbox.address(&self.locked.domain.name)
    }

    /// Changes nothing: rolls the transaction back and releases the order.
    pub(crate) async fn let_go(self, app: &App) -> Result<(), Fault> {
        let Self { tx, taken, held, .. } = self;
        drop(tx);
        match taken {
            Some(taken) if held => give_back(app, &taken.order).await,
            _ => Ok(()),
        }
    }

    /// Supersedes the claimed order, in this transaction: another one replaces it.
    pub(crate) async fn supersede(&mut self, app: &App) -> Result<(), Fault> {
        match self.taken.take() {
            Some(taken) => self.tx.supersede_order(&taken.order, app.id).await,
            None => Ok(()),
        }
    }

    /// Releases the claimed order unchanged, in this transaction.
    pub(crate) async fn keep_order(&mut self, app: &App) -> Result<(), Fault> {
        match self.taken.take() {
            Some(taken) => self.tx.give_back_order(&taken.order, app.id).await,
            None => Ok(()),
        }
    }
}

/// Which part of a mailbox is to be changed. It decides whether the mailbox is guarded from the person.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach<'a> {
    /// The whole mailbox.
    Whole,
    /// Its secondary address, if this one differs from the present one.
    Secondary(&'a str),
}

/// Whether the address is guarded: it is the account of staff or of an owner of any domain, and the
/// person is not an owner of this domain. With a mailbox or an alias there, an administrator could take
/// over that account.
pub(crate) async fn is_guarded<R>(tx: &mut Tx, locked: &Locked<R>, address: &str) -> Result<bool, Fault> {
    Ok(locked.role < Role::Owner && tx.is_powerful_account(address).await?)
}

/// Checks that the address is not guarded from the person.
pub(crate) async fn check_guard<R>(tx: &mut Tx, locked: &Locked<R>, address: &str) -> Result<()> {
    let is_guarded = is_guarded(tx, locked, address).await?;
    if is_guarded { Err(Refusal::Forbidden(Why::Guarded(locked.domain.id)).into()) } else { Ok(()) }
}

/// Whether the change is forbidden if the address is guarded. Without being an owner of this domain, the
/// person could take the account at the address over, or lock its user out.
fn needs_guard<R>(locked: &Locked<R>, mailbox: &Mailbox, reach: Reach<'_>) -> bool {
    match reach {
        // Correcting, retrying or cancelling a creation decides which person reads the messages. This
        // includes one's own address, because the person cannot have read anything there yet.
        _ if mailbox.status.is_unborn() => true,
        Reach::Whole => true,
        Reach::Secondary(typed) => {
            !locked.actor.holds(&mailbox.address(&locked.domain.name)) && redirects(mailbox, typed)
        }
    }
}

/// Whether the typed secondary address differs from the one that waits for dimail, or, if none waits,
/// from the present one. Reverting what an owner asked for is a change, too.
fn redirects(mailbox: &Mailbox, typed: &str) -> bool {
    let Ok(typed) = secondary_email(typed, None) else { return true };
    let typed = typed.map(|email| email.to_string());
    let stands = mailbox.wanted.as_ref().map_or(&mailbox.secondary_email, |wanted| &wanted.secondary_email);
    typed != *stands
}

/// Locks a mailbox and claims its order for a change, after attempts in doubt were settled.
pub(crate) async fn ready<K: Key>(app: &App, by: &K, part: &LocalPart, reach: Reach<'_>) -> Result<Ready<K::Right>> {
    let mut taken = take(app, by, part, reach).await?;
    let Some(doubtful) = taken.taken.take_if(|taken| taken.order.in_doubt) else { return Ok(taken) };
    // Commit before dimail is asked, because a transaction must not wait for the network; the lease is
    // kept.
    taken.tx.commit().await?;
    let until = taken.until;
    match settle_for_person(&app.for_person(&taken.locked.actor), doubtful.order.clone(), until).await? {
        Some(Outcome::Free) => {
            let held = held_on(app, by, (part, reach), doubtful).await?;
            return Ok(Ready { until, ..held });
        }
        Some(Outcome::Done { .. }) if doubtful.order.kind == OrderKind::DeleteMailbox => {
            return Err(Refusal::Conflict(Why::MailboxDeleted).into());
        }
        Some(Outcome::Done { .. } | Outcome::Refused(_)) => {}
        Some(Outcome::Later(_) | Outcome::Lost) | None => return Err(Refusal::Conflict(Why::MailboxUnclear).into()),
    }
    let ready = take(app, by, part, reach).await?;
    if ready.taken.as_ref().is_some_and(|taken| taken.order.in_doubt) {
        return Err(Refusal::Conflict(Why::MailboxUnclear).into());
    }
    let was_unborn = doubtful.order.kind == OrderKind::CreateMailbox;
    let just_born = was_unborn && !ready.mailbox.status.is_unborn();
    Ok(Ready { just_born, until, ..ready })
}

/// Locks the mailbox again while its order is still leased, so that no other task can carry it out.
async fn held_on<K: Key>(
    app: &App,
    by: &K,
    (part, reach): (&LocalPart, Reach<'_>),
    doubtful: TakenOrder,
) -> Result<Ready<K::Right>> {
    let (tx, locked, mailbox) = match found(app, by, part, reach).await {
        Ok(found) => found,
        Err(error) => {
            give_back(app, &doubtful.order).await?;
            return Err(error);
        }
    };
    let order = Order { in_doubt: false, ..doubtful.order };
    let taken = Some(TakenOrder { order, ..doubtful });
    Ok(Ready { tx, locked, mailbox, taken, held: true, just_born: false, until: app.answer_by() })
}

/// Releases an order that was leased for longer than one transaction, when nothing was changed.
async fn give_back(app: &App, order: &Order) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    tx.give_back_order(order, app.id).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(())
}

/// Locks a mailbox and claims its order, without settling an attempt in doubt.
pub(crate) async fn take<K: Key>(app: &App, by: &K, part: &LocalPart, reach: Reach<'_>) -> Result<Ready<K::Right>> {
    let until = app.answer_by();
    let (mut tx, locked, mailbox) = found(app, by, part, reach).await?;
    let taken = match tx.take_order(&locked, mailbox.id, &app.lease()).await? {
        Taken::Open(order) => Some(TakenOrder { order, is_open: true, is_given_up: false }),
        Taken::Refused(order) => Some(TakenOrder { order, is_open: false, is_given_up: false }),
        Taken::GivenUp(order) => Some(TakenOrder { order, is_open: false, is_given_up: true }),
        Taken::Nothing => None,
        Taken::Busy(_, kind) => return Err(Refusal::Conflict(Why::MailboxRunning(kind)).into()),
    };
    Ok(Ready { tx, locked, mailbox, taken, held: false, just_born: false, until })
}

/// Locks the domain and reads the mailbox, if the domain allows a change.
async fn found<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    reach: Reach<'_>,
) -> Result<(Tx, Locked<K::Right>, Mailbox)> {
    let mut tx = app.store.begin().await?;
    let locked = by.lock(&mut tx).await?;
    let mailbox = tx.mailbox(&locked, part).await?.ok_or(Refusal::NotFound)?;
    if needs_guard(&locked, &mailbox, reach) {
        check_guard(&mut tx, &locked, &mailbox.address(&locked.domain.name)).await?;
    }
    locked.domain.check_not_closed()?;
    Ok((tx, locked, mailbox))
}
