//! Confirms addresses by a link that is sent there: that of an account, which its own mailbox may have,
//! and the support address of a domain. A link works once, for a day.

use std::time::Duration;

use crate::actions::emails::token::hash_of;
use crate::actions::mailboxes::access::wait;
use crate::actions::{App, Result};
use crate::model::{
    Actor, Confirming, DomainName, EditDomain, Email, EmailContent, Event, Language, LocalPart, Refusal, Right,
    SeeDomain, Timestamp, UserId, Why,
};
use crate::store::{Allowed, Confirmation, Fault, Locked, NewConfirmation, NewEmail, QueuedEmail, SignedIn, Tx};

/// The period in which links to one address are counted.
const HOUR: Duration = Duration::from_hours(1);

/// Whether the link that confirms the support address of a domain leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SupportLink {
    /// It leaves now, or can be asked for.
    Leaves,
    /// It leaves then, because too many emails left for its address today.
    WaitsUntil(Timestamp),
    /// It was not sent, because too many were; it can be asked for after this time.
    HeldFor(Duration),
}

/// Requests a link that confirms the address of the person's account.
pub async fn ask_account(app: &App, person: &SignedIn, language: Language) -> Result<QueuedEmail> {
    ask_own(app, person, (Confirming::Account, None), language).await
}

/// The same from the page of the mailbox with that address; for others it is forbidden.
pub async fn ask_mailbox(
    app: &App,
    person: &SignedIn,
    (by, part): (&Allowed<SeeDomain>, &LocalPart),
    language: Language,
) -> Result<QueuedEmail> {
    if by.own_local_part() != part.as_str() {
        return Err(Refusal::Forbidden(Why::Role).into());
    }
    ask_own(app, person, (Confirming::Mailbox, Some(&by.domain().name)), language).await
}

async fn ask_own(
    app: &App,
    person: &SignedIn,
    (what, domain): (Confirming, Option<&DomainName>),
    language: Language,
) -> Result<QueuedEmail> {
    let mut tx = app.store.begin().await?;
    tx.check_signed_in(person).await?;
    let account = tx.lock_account(person.user().id).await?.ok_or(Refusal::NotFound)?;
    let user = account.person.user();
    check_limit(app, &mut tx, &user.email).await?;
    let content = EmailContent::ConfirmAddress {
        what,
        by: user.name.clone(),
        user: user.id.to_string(),
        domain: domain.map(ToString::to_string),
    };
    let queued = tx.queue_email(&NewEmail::to_user(user, language, content)).await?;
    tx.note_confirmation_asked(&user.email).await?;
    app.commit(tx).await?;
    Ok(queued)
}

async fn check_limit(app: &App, tx: &mut Tx, address: &str) -> Result<()> {
    match held_for(app, &tx.confirmations_asked(address, HOUR, app.settings.emails_per_hour).await?) {
        Some(retry_after) => Err(Refusal::TooMany { why: Why::ConfirmEmails, retry_after }.into()),
        None => Ok(()),
    }
}

/// How long until another link may be sent to an address to which these were, if that is not now.
fn held_for(app: &App, asked: &[Timestamp]) -> Option<Duration> {
    let most = usize::try_from(app.settings.emails_per_hour).unwrap_or(usize::MAX);
    wait(asked, most, app.clock.now(), HOUR)
}

/// Sends the link of the support address again; `None` if it was confirmed meanwhile.
pub async fn ask_support(app: &App, by: &Allowed<EditDomain>, language: Language) -> Result<Option<QueuedEmail>> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    if locked.domain.support_confirmed_at.is_some() {
        return Ok(None);
    }
    let address = locked.domain.support_email.clone();
    check_limit(app, &mut tx, &address).await?;
    let queued = queue_support(&mut tx, &locked, (&address, &locked.actor), language).await?;
    app.commit(tx).await?;
    Ok(queued)
}

/// Whether the link of a support address that is not confirmed can be asked for again.
pub async fn support_link<R: Right>(app: &App, by: &Allowed<R>) -> Result<SupportLink> {
    if let Some(until) = app.store.email_waits_until(by, &by.domain().support_email).await? {
        return Ok(SupportLink::WaitsUntil(until));
    }
    let asked = app.store.support_links_asked(by, HOUR, app.settings.emails_per_hour).await?;
    Ok(held_for(app, &asked).map_or(SupportLink::Leaves, SupportLink::HeldFor))
}

/// Stores the email with the link that confirms the support address of a domain, which `by` has chosen,
/// unless too many such emails went to that address in the last hour: it can be sent again later.
pub(crate) async fn write_to_support<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    (address, by): (&str, &Actor),
    language: Language,
) -> Result<SupportLink, Fault> {
    let asked = tx.confirmations_asked(address, HOUR, app.settings.emails_per_hour).await?;
    if let Some(held) = held_for(app, &asked) {
        return Ok(SupportLink::HeldFor(held));
    }
    let queued = queue_support(tx, locked, (address, by), language).await?;
    Ok(queued.and_then(|queued| queued.waits_until).map_or(SupportLink::Leaves, SupportLink::WaitsUntil))
}

/// The same for a domain that dimail has just accepted, for the person who added it.
pub(crate) async fn write_to_new_support<R>(app: &App, tx: &mut Tx, locked: &Locked<R>) -> Result<(), Fault> {
    let Some(user) = tx.adder(locked).await? else { return Ok(()) };
    let language = user.language.unwrap_or(app.settings.default_language);
    let by = Actor::person(&user, user.is_staff, None);
    write_to_support(app, tx, locked, (&locked.domain.support_email, &by), language).await.map(|_| ())
}

async fn queue_support<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    (address, by): (&str, &Actor),
    language: Language,
) -> Result<Option<QueuedEmail>, Fault> {
    let Some(user) = by.id else { return Ok(None) };
    let content = EmailContent::ConfirmAddress {
        what: Confirming::Support,
        by: by.name.clone(),
        user: user.to_string(),
        domain: Some(locked.domain.name.to_string()),
    };
    let email = NewEmail::about(locked.domain.id, address.to_owned(), language, content);
    let queued = tx.queue_email(&email.by(by)).await?;
    tx.note_confirmation_asked(address).await?;
    Ok(Some(queued))
}

/// What an email with such a link is about.
fn asked_by(email: &Email) -> Option<NewConfirmation<'_>> {
    let EmailContent::ConfirmAddress { what, user, domain, .. } = &email.content else { return None };
    let user_id = user.parse::<UserId>().ok()?;
    Some(NewConfirmation { what: *what, user_id, email: &email.recipient, domain: domain.as_deref() })
}

/// Whether an email with such a link is no longer needed: the address was changed, or confirmed already.
pub(crate) async fn is_pointless(app: &App, email: &Email) -> Result<bool, Fault> {
    match asked_by(email) {
        Some(new) => Ok(!app.store.is_confirmable(&new).await?),
        None => Ok(true),
    }
}

/// Stores the hash of an email's link; `false` if there is nothing to confirm any more.
pub(crate) async fn keep_link(app: &App, email: &Email, hash: &str) -> Result<bool, Fault> {
    let Some(new) = asked_by(email) else { return Ok(false) };
    if !app.store.is_confirmable(&new).await? {
        return Ok(false);
    }
    app.store.insert_confirmation(hash, &new).await?;
    Ok(true)
}

/// The confirmation of a link that still works.
pub async fn look_up(app: &App, token: &str) -> Result<Confirmation> {
    Ok(app.store.confirmation(&hash_of(token)).await?.ok_or(Refusal::NotFound)?)
}

/// Confirms the address of a link. What is about an account needs its session.
pub async fn confirm(app: &App, person: Option<&SignedIn>, token: &str, origin: &str) -> Result<Confirmation> {
    let found = look_up(app, token).await?;
    if found.what.is_about_account() {
        let person = person.filter(|person| person.user().id == found.user_id);
        confirm_account(app, person.ok_or(Refusal::Forbidden(Why::Role))?, &found, token).await?;
    } else {
        confirm_support(app, &found, token, origin).await?;
    }
    Ok(found)
}

async fn confirm_account(app: &App, person: &SignedIn, found: &Confirmation, token: &str) -> Result<()> {
    let mut tx = app.store.begin().await?;
    tx.check_signed_in(person).await?;
    let account = tx.lock_account(person.user().id).await?.ok_or(Refusal::NotFound)?;
    if account.person.user().email != found.email || !tx.use_confirmation(&hash_of(token)).await? {
        return Err(Refusal::NotFound.into());
    }
    tx.note_proved(person.user().id, found.sent_at).await?;
    Ok(tx.commit().await?)
}

async fn confirm_support(app: &App, found: &Confirmation, token: &str, origin: &str) -> Result<()> {
    let domain = found.domain_id.ok_or(Refusal::NotFound)?;
    let mut tx = app.store.begin().await?;
    // No account is needed: the journal names the address, which is what was confirmed.
    let actor = Actor::by_link(&found.email, origin);
    let locked = tx.lock_as_portal(domain, actor).await?.ok_or(Refusal::NotFound)?;
    if !tx.use_confirmation(&hash_of(token)).await? || !tx.confirm_support(&locked, &found.email).await? {
        return Err(Refusal::NotFound.into());
    }
    tx.record(&locked, &Event::SupportEmailConfirmed { email: found.email.clone() }, None).await?;
    Ok(tx.commit().await?)
}
