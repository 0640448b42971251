//! Domains: add, check now, edit, remove; and what operators do: grant, disable, enable.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::actions::members::roles::withdraw_beyond;
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::run::{Outcome, carry_out_for_person};
use crate::actions::{App, sync};
use crate::config::DomainCreation;
use crate::model::activity::Event;
use crate::model::address::{DomainName, EmailAddress};
use crate::model::domain::DomainStatus;
use crate::model::id::{DomainId, OrderId, UserId};
use crate::model::member::is_last_owner;
use crate::model::mistake::{Mistake, Mistakes};
use crate::model::order::{Order, OrderKind, Reason, without_foreign_addresses};
use crate::model::role::{EditDomain, RemoveDomain, Role};
use crate::model::time::Moment;
use crate::model::user::Actor;
use crate::store::{Allowed, Fault, NewDomain, NewOrder, SignedIn, Store, Tx};

/// How long a person waits for the first check once dimail has accepted their domain.
const FIRST_CHECK: Duration = Duration::from_secs(2);
/// How often a person who waits for a check that the worker runs looks whether it is done.
const GLANCE: Duration = Duration::from_millis(50);

/// What was typed to add a domain.
#[derive(Clone, Debug, Default)]
pub struct DomainFields {
    /// The name as typed.
    pub name: String,
    /// The support address as typed.
    pub support_email: String,
}

/// What came of adding a domain.
#[derive(Debug)]
pub enum Added {
    /// dimail has accepted it.
    Accepted(DomainName),
    /// It is stored; dimail has not answered yet.
    Stored(DomainName),
    /// dimail refused it; nothing is left of it.
    Refused(Mistakes),
}

/// Whether a person may add domains.
#[must_use]
pub fn may_add(app: &App, person: &SignedIn) -> bool {
    app.settings.domain_creation == DomainCreation::Anyone || person.user().is_staff
}

/// Adds a domain with the person as its owner, and asks dimail to accept it.
///
/// # Errors
/// A fault of the database; inside, the mistakes of the form.
pub async fn add(app: &App, person: &SignedIn, typed: &DomainFields) -> Result<Result<Added, Mistakes>, Fault> {
    let until = app.answer_by();
    let new = match parse(typed) {
        Ok(new) => new,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let mut tx = app.store.begin().await?;
    let Some(id) = tx.insert_domain(person, &new).await? else {
        return Ok(Err(Mistakes::one("name", Mistake::DomainTaken)));
    };
    let user = person.user();
    let as_staff = user.is_staff;
    let actor = Actor { id: Some(user.id), name: user.name.clone(), email: user.email.clone(), as_staff };
    let Some(locked) = tx.lock_as_portal(id, actor).await? else {
        return Ok(Err(Mistakes::one("name", Mistake::DomainTaken)));
    };
    let event = Event::DomainAdded { support_email: new.support_email.to_string() };
    tx.record(&locked, &event, None).await?;
    let lease = Some(app.lease());
    let order =
        NewOrder { kind: OrderKind::CreateDomain, mailbox_id: None, alias_id: None, due_at: app.clock.now(), lease };
    let order = tx.insert_order(&locked, &order).await?;
    tx.commit().await?;
    let order = own_order(app, order, OrderKind::CreateDomain, id);
    let app = &app.for_person(&locked.actor);
    let added = match carry_out_for_person(app, order, until).await? {
        Some(Outcome::Done { .. }) => {
            first_check(app, id, until).await?;
            Added::Accepted(new.name)
        }
        Some(Outcome::Refused(reason)) => Added::Refused(Mistakes::one("name", refusal(reason, &new.name))),
        Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => Added::Stored(new.name),
    };
    Ok(Ok(added))
}

fn parse(typed: &DomainFields) -> Result<NewDomain, Mistakes> {
    let mut mistakes = Mistakes::default();
    let name = mistakes.check("name", DomainName::parse(&typed.name));
    let support = mistakes.check("support_email", support_email(&typed.support_email, name.as_ref()));
    match (name, support) {
        (Some(name), Some(support_email)) => Ok(NewDomain { name, support_email }),
        _ => Err(mistakes),
    }
}

/// The support address must be reachable when the domain is not.
fn support_email(typed: &str, domain: Option<&DomainName>) -> Result<EmailAddress, Mistake> {
    let email = EmailAddress::parse(typed)?;
    match domain {
        Some(domain) if domain.contains(email.domain()) => Err(Mistake::SupportInsideDomain),
        _ => Ok(email),
    }
}

fn refusal(reason: Reason, domain: &DomainName) -> Mistake {
    match reason {
        Reason::DomainKnown => Mistake::DomainKnownToDimail,
        Reason::Refused { detail } => Mistake::RefusedByDimail(without_foreign_addresses(&detail, domain)),
        _ => Mistake::RefusedByDimail(String::new()),
    }
}

/// An order that was stored under our own lease a moment ago.
pub(crate) fn own_order(app: &App, id: OrderId, kind: OrderKind, domain_id: DomainId) -> Order {
    Order {
        id,
        kind,
        domain_id,
        mailbox_id: None,
        alias_id: None,
        in_doubt: false,
        attempts: 1,
        first_attempt_at: app.clock.now(),
        last_trouble: None,
    }
}

/// Lets the person see the result of the first check, if it comes quickly.
async fn first_check(app: &App, domain: DomainId, until: Instant) -> Result<(), Fault> {
    let until = until.min(Instant::now() + FIRST_CHECK);
    match timeout_at(until, check_and_wait(app, domain, until)).await {
        Ok(result) => result,
        Err(_) => Ok(()),
    }
}

/// Runs the check that is due, or waits for whoever is running it.
async fn check_and_wait(app: &App, domain: DomainId, until: Instant) -> Result<(), Fault> {
    let asked_at = app.clock.now();
    loop {
        let Some(order) = app.store.open_order_of(domain, OrderKind::CheckDomain).await? else { return Ok(()) };
        if let Some(order) = app.store.claim_this_order(order, &app.lease()).await? {
            carry_out_for_person(app, order, until).await?;
            return Ok(());
        }
        let checked = app.store.domain_of(domain).await?.is_none_or(|domain| domain.checked_at >= Some(asked_at));
        if checked {
            return Ok(());
        }
        tokio::time::sleep(GLANCE).await;
    }
}

/// What came of "check now".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckNow {
    /// There is a new result.
    Checked,
    /// It goes on.
    UnderWay,
    /// It was pressed a moment ago already.
    TooSoon,
    /// Its name servers did not answer the last check: it waits until then.
    Silent(Moment),
    /// dimail refused the domain: there is nothing to check.
    NotAccepted,
    /// The domain is closed.
    Disabled,
    /// The domain is gone.
    Gone,
}

/// Runs the check at once.
///
/// # Errors
/// When the database does not answer.
pub async fn check_now(app: &App, by: &Allowed<EditDomain>) -> Result<CheckNow, Fault> {
    let (asked_at, until) = (app.clock.now(), app.answer_by());
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(CheckNow::Gone) };
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(CheckNow::Disabled);
    }
    if locked.domain.refusal.is_some() {
        return Ok(CheckNow::NotAccepted);
    }
    if let Some(until) = tx.silent_until(&locked).await? {
        return Ok(CheckNow::Silent(until));
    }
    if !tx.note_check_asked(&locked, asked_at.minus(app.settings.check_now_pause)).await? {
        return Ok(CheckNow::TooSoon);
    }
    tx.hurry_orders(&locked, OrderKind::CheckDomain).await?;
    tx.hurry_orders(&locked, OrderKind::CreateDomain).await?;
    tx.record(&locked, &Event::CheckAsked, None).await?;
    tx.commit().await?;
    // The worker is not woken: the person's own request takes the check, and goes before the others.
    let id = by.domain().id;
    let app = &app.for_person(by.actor());
    if let Ok(result) = timeout_at(until, check_and_wait(app, id, until)).await {
        result?;
    }
    let checked_at = app.store.domain_of(id).await?.and_then(|domain| domain.checked_at);
    Ok(if checked_at >= Some(asked_at) { CheckNow::Checked } else { CheckNow::UnderWay })
}

/// Why a change of a domain is refused by its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The domain is closed.
    Disabled,
    /// It was enabled once.
    WasEnabled,
    /// dimail is being asked to accept it, or has not said whether it has.
    BeingClarified,
    /// The domain is gone.
    Gone,
}

/// Changes the support address.
///
/// # Errors
/// A fault of the database; inside, the mistakes of the form, or why the state forbids it.
pub async fn edit(
    app: &App,
    by: &Allowed<EditDomain>,
    typed: &str,
) -> Result<Result<Result<(), Mistakes>, Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Refused::Gone)) };
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    let email = match support_email(typed, Some(&locked.domain.name)) {
        Ok(email) => email,
        Err(mistake) => return Ok(Ok(Err(Mistakes::one("support_email", mistake)))),
    };
    let from = locked.domain.support_email.clone();
    if from != email.to_string() {
        tx.set_support_email(&locked, &email).await?;
        let event = Event::SupportEmailChanged { from, to: email.to_string() };
        tx.record(&locked, &event, None).await?;
        tx.commit().await?;
    }
    Ok(Ok(Ok(())))
}

/// Removes a domain that was never enabled, with what is stored for it.
///
/// # Errors
/// A fault of the database; inside, why the state forbids it.
pub async fn remove(app: &App, by: &Allowed<RemoveDomain>) -> Result<Result<(), Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Refused::Gone)) };
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    if !locked.domain.can_be_removed() {
        return Ok(Err(Refused::WasEnabled));
    }
    if tx.is_being_created(&locked).await? {
        return Ok(Err(Refused::BeingClarified));
    }
    tx.delete_domain(&locked).await?;
    tx.commit().await?;
    tracing::info!(domain = %locked.domain.name, by = %locked.actor.email, "domain removed");
    Ok(Ok(()))
}

/// The domain would be left without an active owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is the only active owner: grant another one first")]
pub struct LastOwner;

/// Gives a person a role, by an operator.
///
/// # Errors
/// A fault of the database; inside, that it would leave no owner.
pub async fn grant(
    store: &Store,
    domain: DomainId,
    user: UserId,
    email: &str,
    role: Role,
) -> Result<Result<(), LastOwner>, Fault> {
    let mut tx = store.begin().await?;
    let Some(locked) = tx.lock_as_portal(domain, Actor::operator()).await? else { return Ok(Ok(())) };
    let owners = tx.active_owners(&locked).await?;
    let is_last = owners.iter().any(|owner| owner.user_id == user && is_last_owner(owner, &owners));
    if is_last && role != Role::Owner {
        return Ok(Err(LastOwner));
    }
    tx.set_role(&locked, user, role).await?;
    withdraw_beyond(&mut tx, &locked, user, Some(role)).await?;
    let event = Event::RoleGranted { email: email.to_owned(), role: role.to_string() };
    tx.record(&locked, &event, None).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Closes a domain, by an operator; `false` when it is closed already.
///
/// # Errors
/// When the database does not answer.
pub async fn disable(app: &App, domain: DomainId, reason: &str) -> Result<bool, Fault> {
    move_by_operator(app, domain, DomainStatus::Disabled, Some(reason.to_owned())).await
}

/// Opens a closed domain again, by an operator: it is checked at once, and the result decides.
/// `false` when it was not closed.
///
/// # Errors
/// When the database does not answer.
pub async fn enable(app: &App, domain: DomainId) -> Result<bool, Fault> {
    move_by_operator(app, domain, DomainStatus::Pending, None).await
}

async fn move_by_operator(
    app: &App,
    domain: DomainId,
    to: DomainStatus,
    reason: Option<String>,
) -> Result<bool, Fault> {
    let mut tx: Tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(domain, Actor::operator()).await? else { return Ok(false) };
    let is_closed = locked.domain.status == DomainStatus::Disabled;
    if is_closed == (to == DomainStatus::Disabled) {
        return Ok(false);
    }
    tx.set_domain_status(&locked, to, reason.as_deref()).await?;
    sync::check::change_of_status(&mut tx, &locked, app, to, reason, Vec::new()).await?;
    tx.hurry_orders(&locked, OrderKind::CheckDomain).await?;
    tx.hurry_orders(&locked, OrderKind::CreateDomain).await?;
    tx.commit().await?;
    app.bell.notify_one();
    Ok(true)
}

/// Runs the check of a domain for an operator, now: `None` when there is nothing to check, or
/// somebody else is at it.
///
/// # Errors
/// When the database does not answer.
pub async fn check_as_operator(app: &App, domain: DomainId) -> Result<Option<Outcome>, Fault> {
    let mut tx = app.store.begin().await?;
    if let Some(locked) = tx.lock_as_portal(domain, Actor::operator()).await? {
        tx.hurry_orders(&locked, OrderKind::CheckDomain).await?;
        tx.commit().await?;
    }
    let Some(order) = app.store.open_order_of(domain, OrderKind::CheckDomain).await? else { return Ok(None) };
    let Some(order) = app.store.claim_this_order(order, &app.lease()).await? else { return Ok(None) };
    crate::actions::sync::run::carry_out(app, &order, &Waiting::nobody()).await.map(Some)
}
