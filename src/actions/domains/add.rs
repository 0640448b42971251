//! Adds a domain: the person becomes its owner, and dimail is asked within the request.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::run::carry_out_for_person;
use crate::actions::{App, Result};
use crate::config::DomainCreation;
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::order::OrderKind;
use crate::model::public_names::check_not_public;
use crate::model::reason::Reason;
use crate::model::{Actor, DomainId, DomainName, EmailAddress, Event, FieldError, FieldErrors, Refusal};
use crate::store::{Fault, NewDomain, NewOrder, SignedIn, Tx};

/// How long a person waits for the first check after dimail accepted the domain.
const FIRST_CHECK: Duration = Duration::from_secs(2);

/// How often a waiting person's request checks whether the worker has finished a check.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The period of the limit on new domains.
const DAY: Duration = Duration::from_hours(24);

/// How many times as many domains an owner of an enabled domain may add.
const OWNERS_MAY: i64 = 10;

/// The submitted fields of a new domain.
#[derive(Clone, Debug, Default)]
pub struct DomainFields {
    /// The name as typed.
    pub name: String,
    /// The support address as typed.
    pub support_email: String,
}

/// The result of adding a domain.
#[derive(Clone, Debug)]
pub enum DomainAdded {
    /// dimail has accepted it.
    Accepted(DomainName),
    /// It is stored; dimail has not answered yet.
    Stored(DomainName),
}

/// Whether a person may add domains.
pub fn may_add(app: &App, person: &SignedIn) -> bool {
    app.settings.domain_creation == DomainCreation::Anyone || person.user().is_staff
}

/// Adds a domain with the person as its owner, and asks dimail to accept it. If dimail refuses it,
/// nothing is stored.
pub async fn add(app: &App, person: &SignedIn, typed: &DomainFields) -> Result<DomainAdded> {
    let until = app.answer_by();
    let new = parse(person, typed)?;
    let refused = |error| FieldErrors::one("name", error);
    let mut tx = app.store.begin().await?;
    tx.check_signed_in(person).await?;
    if let Some(error) = obstacle(app, &mut tx, person, &new.name).await? {
        return Err(refused(error).into());
    }
    let id = tx.insert_domain(person, &new).await?.ok_or_else(|| refused(FieldError::DomainTaken))?;
    let actor = Actor::person(person.user(), person.user().is_staff);
    let locked = tx.lock_as_portal(id, actor).await?.ok_or_else(|| refused(FieldError::DomainTaken))?;
    let event = Event::DomainAdded { support_email: new.support_email.to_string() };
    tx.record(&locked, &event, None).await?;
    let order = app.ask(&mut tx, &locked, NewOrder::of_domain(OrderKind::CreateDomain)).await?;
    tx.commit().await?;
    let app = &app.for_person(&locked.actor);
    match carry_out_for_person(app, order, until).await {
        Some(Outcome::Done) => {
            first_check(app, id, until).await?;
            Ok(DomainAdded::Accepted(new.name))
        }
        Some(Outcome::Refused(reason)) => Err(refused(refusal(reason, &new.name)).into()),
        Some(Outcome::Later(_) | Outcome::Lost) | None => Ok(DomainAdded::Stored(new.name)),
    }
}

/// Why this person can not add a domain of this name now, and records that they add one if they can.
async fn obstacle(app: &App, tx: &mut Tx, person: &SignedIn, name: &DomainName) -> Result<Option<FieldError>> {
    let user = person.user().id;
    tx.lock_account(user).await?.ok_or(Refusal::NotFound)?;
    if tx.has_domain(name).await? {
        return Ok(Some(FieldError::DomainTaken));
    }
    if person.user().is_staff {
        return Ok(None);
    }
    if tx.is_reserved_from(user, name).await? {
        return Ok(Some(FieldError::DomainReserved));
    }
    let (today, waiting, owns_enabled) = tx.count_domains_of(user, tx.now().minus(DAY)).await?;
    let times = if owns_enabled { OWNERS_MAY } else { 1 };
    let settings = &app.settings;
    if today >= times * i64::from(settings.domains_per_day) {
        return Ok(Some(FieldError::DomainsToday));
    }
    if waiting >= times * i64::from(settings.domains_waiting) {
        return Ok(Some(FieldError::DomainsWaiting));
    }
    tx.note_domain_added(user).await?;
    Ok(None)
}

fn parse(person: &SignedIn, typed: &DomainFields) -> Result<NewDomain, FieldErrors> {
    let mut errors = FieldErrors::default();
    let own = |name: DomainName| check_not_public(&name).map(|()| name);
    let name = errors.check("name", DomainName::parse_pasted(&typed.name).and_then(own));
    let support = errors.check("support_email", support_email(&typed.support_email, name.as_ref()));
    match (name, support) {
        (Some(name), Some(support_email)) => Ok(NewDomain { name, support_email, added_by: Some(person.user().id) }),
        _ => Err(errors),
    }
}

/// Validates a support address: it must be outside of the domain, to be reachable when the domain is
/// not.
pub(crate) fn support_email(typed: &str, domain: Option<&DomainName>) -> Result<EmailAddress, FieldError> {
    let email = EmailAddress::parse(typed)?;
    match domain {
        Some(domain) if domain.contains(email.domain()) => Err(FieldError::SupportInsideDomain),
        _ => Ok(email),
    }
}

fn refusal(reason: Reason, domain: &DomainName) -> FieldError {
    match reason {
        Reason::DomainKnown => FieldError::DomainKnownToDimail,
        Reason::Refused { detail } => FieldError::RefusedByDimail(without_foreign_addresses(&detail, domain)),
        _ => FieldError::RefusedByDimail(String::new()),
    }
}

/// Waits for the first check, so that the person sees its result if it is quick.
async fn first_check(app: &App, domain: DomainId, until: Instant) -> Result<(), Fault> {
    let until = until.min(Instant::now() + FIRST_CHECK);
    timeout_at(until, check_and_wait(app, domain, until)).await.unwrap_or(Ok(()))
}

/// Runs the check that is due, or waits until the process that runs it has finished.
pub(crate) async fn check_and_wait(app: &App, domain: DomainId, until: Instant) -> Result<(), Fault> {
    let asked_at = app.clock.now();
    loop {
        let Some(order) = app.store.open_order_of(domain, OrderKind::CheckDomain).await? else { return Ok(()) };
        if let Some(order) = app.store.claim_this_order(order, &app.lease()).await? {
            carry_out_for_person(app, order, until).await;
            return Ok(());
        }
        let checked = app.store.domain_of(domain).await?.is_none_or(|domain| domain.checked_at >= Some(asked_at));
        if checked {
            return Ok(());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
