//! Taking a mailbox for a change: its domain's lock, the mailbox under it, the order about it in
//! our hands. Where an attempt is in doubt, dimail is asked first what became of it.

use tokio::time::Instant;

use crate::actions::App;
use crate::actions::sync::run::{Outcome, settle_for_person};
use crate::model::address::LocalPart;
use crate::model::change::{Course, Hindrance, Verb, course};
use crate::model::domain::DomainStatus;
use crate::model::mailbox::{Mailbox, secondary_email};
use crate::model::order::{Order, OrderKind};
use crate::model::role::Role;
use crate::store::{Fault, Key, Locked, Taken, Tx};

/// Why the state of a mailbox forbids what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The mailbox or its domain is gone.
    Gone,
    /// The mailbox was being deleted, and dimail has just said that it is.
    Deleted,
    /// The domain is closed.
    DomainDisabled,
    /// The mailbox is the account of somebody of higher rank.
    Forbidden,
    /// dimail was not known to have the mailbox, and has just said that it does.
    Born,
    /// dimail is not known to have the mailbox.
    Unborn,
    /// Something else about the mailbox is under way.
    UnderWay,
    /// An attempt is in doubt, and dimail has not said what became of it.
    BeingClarified,
    /// An order of this kind is being carried out at this moment.
    Running(OrderKind),
    /// Nothing waits.
    Idle,
    /// dimail refused it: the same again would get the same answer.
    Refused,
}

impl From<Hindrance> for Blocked {
    fn from(hindrance: Hindrance) -> Self {
        match hindrance {
            Hindrance::Unborn => Self::Unborn,
            Hindrance::UnderWay => Self::UnderWay,
        }
    }
}

/// The order about a mailbox that was taken with it.
#[derive(Clone, Debug)]
pub(crate) struct TakenOrder {
    pub(crate) order: Order,
    /// Whether it waits to be carried out; else it was refused or given up.
    pub(crate) is_open: bool,
    /// Whether it was given up: it may be tried again unchanged.
    pub(crate) is_given_up: bool,
}

/// What a change is made on.
pub(crate) struct Ready<R> {
    pub(crate) tx: Tx,
    pub(crate) locked: Locked<R>,
    pub(crate) mailbox: Mailbox,
    pub(crate) taken: Option<TakenOrder>,
    /// Whether the order was held before this transaction, and must be given back after it.
    held: bool,
    /// Whether dimail has just said that it has the mailbox after all.
    pub(crate) just_born: bool,
    /// When the person is answered at the latest.
    pub(crate) until: Instant,
}

impl<R> Ready<R> {
    /// What a verb comes to.
    pub(crate) fn course(&self, verb: Verb) -> Result<Course, Hindrance> {
        course(verb, self.mailbox.status, self.open_kind())
    }

    fn open_kind(&self) -> Option<OrderKind> {
        self.taken.as_ref().filter(|taken| taken.is_open).map(|taken| taken.order.kind)
    }

    pub(crate) fn address(&self) -> String {
        self.mailbox.address(&self.locked.domain.name)
    }

    /// Leaves everything as it was: the transaction is rolled back, and the order given back.
    pub(crate) async fn let_go(self, app: &App) -> Result<(), Fault> {
        let Self { tx, taken, held, .. } = self;
        drop(tx);
        match taken {
            Some(taken) if held => give_back(app, &taken.order).await,
            _ => Ok(()),
        }
    }

    /// Puts the taken order aside, in this transaction: another takes its place.
    pub(crate) async fn supersede(&mut self, app: &App) -> Result<(), Fault> {
        match self.taken.take() {
            Some(taken) => self.tx.supersede_order(&taken.order, app.id).await,
            None => Ok(()),
        }
    }

    /// Gives the taken order back as it was, in this transaction.
    pub(crate) async fn keep_order(&mut self, app: &App) -> Result<(), Fault> {
        match self.taken.take() {
            Some(taken) => self.tx.give_back_order(&taken.order, app.id).await,
            None => Ok(()),
        }
    }
}

/// What is to be changed of a mailbox, where it may be the account of somebody of higher rank.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach<'a> {
    /// The mailbox itself.
    Whole,
    /// Its secondary address, if it is not this one already.
    Secondary(&'a str),
}

/// Whether the address is the account of an owner of any domain or of staff, and the actor is not an
/// owner of this domain: through a mailbox or an alias there an administrator could take that account over.
pub(crate) async fn is_guarded<R>(tx: &mut Tx, locked: &Locked<R>, address: &str) -> Result<bool, Fault> {
    Ok(locked.role < Role::Owner && tx.is_powerful_account(address).await?)
}

/// Whether who acts would cut off an owner of any domain or staff, or take their account over,
/// without being an owner.
async fn is_kept_from<R>(tx: &mut Tx, locked: &Locked<R>, mailbox: &Mailbox, reach: Reach<'_>) -> Result<bool, Fault> {
    let address = mailbox.address(&locked.domain.name);
    let touches = match reach {
        // To correct, retry or cancel a creation is to decide who reads there; this includes one's own
        // address, at which the person cannot have read anything yet.
        _ if mailbox.status.is_unborn() => true,
        Reach::Whole => true,
        Reach::Secondary(typed) => !locked.actor.holds(&address) && redirects(mailbox, typed),
    };
    Ok(touches && is_guarded(tx, locked, &address).await?)
}

/// Whether what was typed is another secondary address than the one that waits, or else stands: to
/// take back what an owner asked for is a change, too.
fn redirects(mailbox: &Mailbox, typed: &str) -> bool {
    let Ok(typed) = secondary_email(typed, None) else { return true };
    let typed = typed.map(|email| email.to_string());
    let stands = mailbox.wanted.as_ref().map_or(&mailbox.secondary_email, |wanted| &wanted.secondary_email);
    typed != *stands
}

/// Takes a mailbox and its order for a change, after the doubts about it are settled.
pub(crate) async fn ready<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    reach: Reach<'_>,
) -> Result<Result<Ready<K::Right>, Blocked>, Fault> {
    let mut taken = match take(app, by, part, reach).await? {
        Ok(taken) => taken,
        Err(blocked) => return Ok(Err(blocked)),
    };
    let Some(doubtful) = taken.taken.take_if(|taken| taken.order.in_doubt) else { return Ok(Ok(taken)) };
    // The lease is kept, the transaction is not: no network inside one.
    taken.tx.commit().await?;
    let until = taken.until;
    match settle_for_person(&app.for_person(&taken.locked.actor), doubtful.order.clone(), until).await? {
        Some(Outcome::Free) => {
            let held = held_on(app, by, (part, reach), doubtful).await?;
            return Ok(held.map(|ready| Ready { until, ..ready }));
        }
        Some(Outcome::Done { .. }) if doubtful.order.kind == OrderKind::DeleteMailbox => {
            return Ok(Err(Blocked::Deleted));
        }
        Some(Outcome::Done { .. } | Outcome::Refused(_)) => {}
        Some(Outcome::Later(_) | Outcome::Lost) | None => return Ok(Err(Blocked::BeingClarified)),
    }
    match take(app, by, part, reach).await? {
        Ok(ready) if ready.taken.as_ref().is_some_and(|taken| taken.order.in_doubt) => Ok(Err(Blocked::BeingClarified)),
        Ok(ready) => {
            let was_unborn = doubtful.order.kind == OrderKind::CreateMailbox;
            let just_born = was_unborn && !ready.mailbox.status.is_unborn();
            Ok(Ok(Ready { just_born, until, ..ready }))
        }
        Err(blocked) => Ok(Err(blocked)),
    }
}

/// The mailbox again, with its order that was never given back: nobody can carry it out meanwhile.
async fn held_on<K: Key>(
    app: &App,
    by: &K,
    (part, reach): (&LocalPart, Reach<'_>),
    doubtful: TakenOrder,
) -> Result<Result<Ready<K::Right>, Blocked>, Fault> {
    let (tx, locked, mailbox) = match found(app, by, part, reach).await? {
        Ok(found) => found,
        Err(blocked) => {
            give_back(app, &doubtful.order).await?;
            return Ok(Err(blocked));
        }
    };
    let order = Order { in_doubt: false, ..doubtful.order };
    let taken = Some(TakenOrder { order, ..doubtful });
    Ok(Ok(Ready { tx, locked, mailbox, taken, held: true, just_born: false, until: app.answer_by() }))
}

/// Gives an order back that was held longer than one transaction, where nothing came of it.
async fn give_back(app: &App, order: &Order) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    tx.give_back_order(order, app.id).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(())
}

/// Takes a mailbox and its order as they are.
pub(crate) async fn take<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    reach: Reach<'_>,
) -> Result<Result<Ready<K::Right>, Blocked>, Fault> {
    let until = app.answer_by();
    let (mut tx, locked, mailbox) = match found(app, by, part, reach).await? {
        Ok(found) => found,
        Err(blocked) => return Ok(Err(blocked)),
    };
    let taken = match tx.take_order(&locked, mailbox.id, &app.lease()).await? {
        Taken::Open(order) => Some(TakenOrder { order, is_open: true, is_given_up: false }),
        Taken::Refused(order) => Some(TakenOrder { order, is_open: false, is_given_up: false }),
        Taken::GivenUp(order) => Some(TakenOrder { order, is_open: false, is_given_up: true }),
        Taken::Nothing => None,
        Taken::Busy(_, kind) => return Ok(Err(Blocked::Running(kind))),
    };
    Ok(Ok(Ready { tx, locked, mailbox, taken, held: false, just_born: false, until }))
}

/// The lock and the mailbox under it, where its domain allows a change.
async fn found<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    reach: Reach<'_>,
) -> Result<Result<(Tx, Locked<K::Right>, Mailbox), Blocked>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = by.lock(&mut tx).await? else { return Ok(Err(Blocked::Gone)) };
    let Some(mailbox) = tx.mailbox(&locked, part).await? else { return Ok(Err(Blocked::Gone)) };
    if is_kept_from(&mut tx, &locked, &mailbox, reach).await? {
        return Ok(Err(Blocked::Forbidden));
    }
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Blocked::DomainDisabled));
    }
    Ok(Ok((tx, locked, mailbox)))
}
