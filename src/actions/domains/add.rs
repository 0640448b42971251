//! Adds a domain: the person becomes its owner, and dimail is asked within the request.

use std::time::Duration;

use tokio::time::Instant;

use crate::actions::sync::job::{Awaited, check_for_person, run_for_person};
use crate::actions::{App, Result};
use crate::config::DomainCreation;
use crate::model::change::{ChangeKind, Object};
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::public_names::check_not_public;
use crate::model::reason::Reason;
use crate::model::{DomainName, EmailAddress, Event, FieldError, FieldErrors, Refusal};
use crate::store::{Due, NewChange, NewDomain, SignedIn, Tx};

/// How long a person waits for the first check after dimail accepted the domain.
const FIRST_CHECK: Duration = Duration::from_secs(2);

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
    let refused = |error| FieldErrors::one("name", error);
    let mut tx = app.store.begin().await?;
    tx.check_signed_in(person).await?;
    let new = accepted(app, &mut tx, person, typed).await?;
    let id = tx.insert_domain(person, &new).await?.ok_or_else(|| refused(FieldError::DomainTaken))?;
    let locked = tx.lock_as_portal(id, person.actor()).await?.ok_or_else(|| refused(FieldError::DomainTaken))?;
    let event = Event::DomainAdded { support_email: new.support_email.to_string() };
    let subject = new.name.to_string();
    let change = NewChange { object: Object::Domain, subject, kind: ChangeKind::CreateDomain, destination: None };
    let change = tx.record_change(&locked, &event, &change).await?;
    let job = tx.need_step(&locked, &Object::Domain, Due::Here(app.lease())).await?;
    tx.commit().await?;
    let app = &app.for_person(&locked.actor);
    match run_for_person(app, job, (id, &[change]), until).await.pop() {
        Some(Awaited::Done(_)) => {
            // The person sees the result of the first check if it is quick.
            let job = app.store.claim_check(id, &app.lease()).await?;
            check_for_person(app, job, id, until.min(Instant::now() + FIRST_CHECK)).await;
            Ok(DomainAdded::Accepted(new.name))
        }
        // What was put into it meanwhile keeps the domain: its page shows the reason.
        Some(Awaited::Refused(_)) if app.store.domain_of(id).await?.is_some() => Ok(DomainAdded::Stored(new.name)),
        Some(Awaited::Refused(reason)) => Err(refused(refusal(reason, &new.name)).into()),
        Some(Awaited::UnderWay) | None => Ok(DomainAdded::Stored(new.name)),
    }
}

/// Why this person can not add a domain of this name now, and records that they add one if they can.
async fn obstacle(app: &App, tx: &mut Tx, person: &SignedIn, name: &DomainName) -> Result<Option<FieldError>> {
    let user = person.user().id;
    tx.lock_account(user).await?.ok_or(Refusal::NotFound)?;
    if tx.has_domain(name).await? {
        let is_seen = person.user().is_staff || tx.has_role_on(user, name).await?;
        return Ok(Some(if is_seen {
            FieldError::DomainYours { domain: name.unicode() }
        } else {
            FieldError::DomainTaken
        }));
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

/// The domain that the form asks for, or all that is wrong with its fields.
async fn accepted(app: &App, tx: &mut Tx, person: &SignedIn, typed: &DomainFields) -> Result<NewDomain> {
    let mut errors = FieldErrors::default();
    let own = |name: DomainName| check_not_public(&name).map(|()| name);
    let parsed = DomainName::parse_pasted(&typed.name).and_then(own);
    // The support address is outside of the domain that is proposed, too.
    let proposed = match &parsed {
        Err(FieldError::DidYouMean { domain }) => DomainName::parse(domain).ok(),
        _ => None,
    };
    let support = support_email(&typed.support_email, parsed.as_ref().ok().or(proposed.as_ref()));
    let mut name = errors.check("name", parsed);
    if let Some(parsed) = &name
        && let Some(error) = obstacle(app, tx, person, parsed).await?
    {
        errors.add("name", error);
        name = None;
    }
    match (name, errors.check("support_email", support)) {
        (Some(name), Some(support_email)) => Ok(NewDomain { name, support_email, added_by: Some(person.user().id) }),
        _ => Err(errors.into()),
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
        Reason::Refused { detail, .. } => FieldError::RefusedByDimail(without_foreign_addresses(&detail, domain)),
        _ => FieldError::RefusedByDimail(String::new()),
    }
}
