//! Locks a mailbox for a change: locks its domain, reads the mailbox, and claims the order that exists
//! for it. If an earlier attempt is in doubt, dimail is asked first whether it took effect.

use tokio::time::Instant;

use crate::actions::guard::asker;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::run::settle_for_person;
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::mailbox::{Mailbox, secondary_email};
use crate::model::options::{Asker, How, OrderState, Verb};
use crate::model::order::{Order, OrderKind};
use crate::model::refusal::{Refusal, Why};
use crate::store::{Fault, Guarded, Key, Locked, Taken, Tx};

/// A locked mailbox, ready to be changed in the open transaction.
pub(crate) struct Ready<R> {
    pub(crate) tx: Tx,
    pub(crate) locked: Locked<R>,
    pub(crate) mailbox: Mailbox,
    asker: Asker,
    /// The guard of its address.
    pub(crate) guarded: Guarded,
    /// The order about the mailbox that was claimed together with the lock.
    pub(crate) taken: Option<Order>,
    state: OrderState,
    /// Whether the order was claimed before this transaction, and must be released after it.
    held: bool,
    /// Whether dimail has just answered that it has the mailbox, which was not known before.
    pub(crate) just_created: bool,
    /// The latest time at which the person gets an answer.
    pub(crate) until: Instant,
}

impl<R> Ready<R> {
    /// How `verb` is carried out now.
    pub(crate) fn how(&self, verb: Verb) -> Result<How, Refusal> {
        self.mailbox.options(&self.locked.domain, self.asker, self.state, &[]).how(verb)
    }

    pub(crate) fn address(&self) -> String {
        self.mailbox.address(&self.locked.domain.name)
    }

    /// Changes nothing: rolls the transaction back and releases the order.
    pub(crate) async fn let_go(self, app: &App) -> Result<(), Fault> {
        let Self { tx, taken, held, .. } = self;
        drop(tx);
        match taken {
            Some(order) if held => give_back(app, &order).await,
            _ => Ok(()),
        }
    }

    /// Supersedes the claimed order, in this transaction: another one replaces it.
    pub(crate) async fn supersede(&mut self, app: &App) -> Result<(), Fault> {
        match self.taken.take() {
            Some(order) => self.tx.supersede_order(&order, app.id).await,
            None => Ok(()),
        }
    }

    /// Releases the claimed order unchanged, in this transaction.
    pub(crate) async fn keep_order(&mut self, app: &App) -> Result<(), Fault> {
        match self.taken.take() {
            Some(order) => self.tx.give_back_order(&order, app.id).await,
            None => Ok(()),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RequestedChange<'a> {
    /// This.
    Verb(Verb),
    /// An edit, with this secondary address as typed.
    Edit(&'a str),
}

impl RequestedChange<'_> {
    fn verb(self, mailbox: &Mailbox) -> Verb {
        match self {
            Self::Verb(verb) => verb,
            Self::Edit(typed) if redirects(mailbox, typed) => Verb::EditSecondary,
            Self::Edit(_) => Verb::Edit,
        }
    }
}

/// Whether the typed secondary address differs from the present one.
fn redirects(mailbox: &Mailbox, typed: &str) -> bool {
    let Ok(typed) = secondary_email(typed, None) else { return true };
    typed.map(|email| email.to_string()) != mailbox.secondary_email
}

/// Locks a mailbox and claims its order for a change, after attempts in doubt were settled.
pub(crate) async fn ready<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    request: RequestedChange<'_>,
) -> Result<Ready<K::Right>> {
    let mut taken = take(app, by, part, request).await?;
    let Some(doubtful) = taken.taken.take_if(|order| order.in_doubt) else { return Ok(taken) };
    // Commit before dimail is asked, because a transaction must not wait for the network; the lease is
    // kept.
    taken.tx.commit().await?;
    let until = taken.until;
    match settle_for_person(&app.for_person(&taken.locked.actor), doubtful.clone(), until).await? {
        Some(Outcome::Free) => {
            let held = held_on(app, by, (part, request), (doubtful, taken.state)).await?;
            return Ok(Ready { until, ..held });
        }
        Some(Outcome::Done { .. }) if doubtful.kind == OrderKind::DeleteMailbox => {
            return Err(Refusal::Conflict(Why::MailboxDeleted).into());
        }
        Some(Outcome::Done { .. } | Outcome::Refused(_)) => {}
        Some(Outcome::Later(_) | Outcome::Lost) | None => return Err(Refusal::Conflict(Why::MailboxUnclear).into()),
    }
    let ready = take(app, by, part, request).await?;
    if ready.taken.as_ref().is_some_and(|order| order.in_doubt) {
        return Err(Refusal::Conflict(Why::MailboxUnclear).into());
    }
    let was_creation = doubtful.kind == OrderKind::CreateMailbox;
    let just_created = was_creation && ready.mailbox.status.is_created();
    Ok(Ready { just_created, until, ..ready })
}

/// Locks the mailbox again while its order is still leased, so that no other task can carry it out.
async fn held_on<K: Key>(
    app: &App,
    by: &K,
    (part, request): (&LocalPart, RequestedChange<'_>),
    (doubtful, state): (Order, OrderState),
) -> Result<Ready<K::Right>> {
    match found(app, by, part, request).await {
        Ok(ready) => {
            let taken = Some(Order { in_doubt: false, ..doubtful });
            Ok(Ready { taken, state, held: true, ..ready })
        }
        Err(error) => {
            give_back(app, &doubtful).await?;
            Err(error)
        }
    }
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
pub(crate) async fn take<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    request: RequestedChange<'_>,
) -> Result<Ready<K::Right>> {
    let mut ready = found(app, by, part, request).await?;
    let taken = ready.tx.take_order(&ready.locked, ready.mailbox.id, &app.lease()).await?;
    let (taken, state) = claimed(taken)?;
    Ok(Ready { taken, state, ..ready })
}

/// The claimed order, if there is one, and its state.
pub(crate) fn claimed(taken: Taken) -> Result<(Option<Order>, OrderState), Refusal> {
    Ok(match taken {
        Taken::Open(order) => {
            let state = OrderState::Open { kind: order.kind, running: false };
            (Some(order), state)
        }
        Taken::Refused(order) => (Some(order), OrderState::Refused),
        Taken::GivenUp(order) => (Some(order), OrderState::GivenUp),
        Taken::Nothing => (None, OrderState::Nothing),
        Taken::Busy(_, kind) => return Err(Refusal::Conflict(Why::MailboxRunning(kind))),
    })
}

/// Locks the domain and reads the mailbox, if the person and the domain allow the request.
async fn found<K: Key>(app: &App, by: &K, part: &LocalPart, request: RequestedChange<'_>) -> Result<Ready<K::Right>> {
    let until = app.answer_by();
    let mut tx = app.store.begin().await?;
    let locked = by.lock(&mut tx).await?;
    let mailbox = tx.mailbox(&locked, part).await?.ok_or(Refusal::NotFound)?;
    let guarded = tx.guard_of(&locked, &mailbox).await?;
    let (asker, state) = (asker(&locked, &mailbox, &guarded), OrderState::Nothing);
    mailbox.options(&locked.domain, asker, state, &[]).check(request.verb(&mailbox))?;
    Ok(Ready { tx, locked, mailbox, asker, guarded, taken: None, state, held: false, just_created: false, until })
}
