//! Sends the DNS settings of a domain to the person who manages its DNS: an email with the records, and a link
//! that shows what is left to do, without an account.

use crate::actions::emails::token::hash_of;
use crate::actions::mailboxes::access::wait;
use crate::actions::members::invite::limit_reached;
use crate::actions::{App, Result};
use crate::model::dns_guide::{Guide, GuideRow};
use crate::model::dns_share::DNS_LINKS_MAX;
use crate::model::throttle::EMAILS_COUNTED;
use crate::model::{
    DnsShareId, EditDomain, Email, EmailAddress, EmailContent, Event, FieldError, FieldErrors, Language, Refusal,
    SettingToSend, Why,
};
use crate::store::{Allowed, DomainChecks, Fault, Locked, NewEmail, QueuedEmail, SharedDns, Tx};

/// Sends the settings to an address. An older link of this address ends. Returns the link and the email.
pub async fn share_dns(
    app: &App,
    by: &Allowed<EditDomain>,
    typed: &str,
    language: Language,
) -> Result<(DnsShareId, QueuedEmail)> {
    let checks = app.store.checks(by).await?;
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    if checks.records.is_empty() {
        return Err(Refusal::Conflict(Why::RecordsUnknown).into());
    }
    let email = EmailAddress::parse(typed).map_err(|error| FieldErrors::one("email", error))?;
    if let Some(error) = obstacle(app, &mut tx, &locked, &email).await? {
        return Err(FieldErrors::one("email", error).into());
    }
    let Some(sender) = locked.actor.id else { return Err(Refusal::Forbidden(Why::Role).into()) };
    let share = tx.replace_dns_share(&locked, &email, sender).await?;
    tx.note_dns_share_to(&email).await?;
    tx.note_invite(&locked, sender).await?;
    let content = content(&locked, share, &checks);
    let new = NewEmail::about(locked.domain.id, email.to_string(), language, content).by(&locked.actor);
    let queued = tx.queue_email(&new).await?;
    tx.record(&locked, &Event::DnsShared { email: email.to_string() }, None).await?;
    app.commit(tx).await?;
    Ok((share, queued))
}

/// Why no link can be sent to this address now. Links count with invitations, too: both are emails to
/// addresses that a person types.
async fn obstacle(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<EditDomain>,
    email: &EmailAddress,
) -> Result<Option<FieldError>, Fault> {
    let most = app.settings.emails_per_hour;
    let sent = tx.dns_shares_to(email, most).await?;
    let to_address = wait(&sent, usize::try_from(most).unwrap_or(usize::MAX), tx.now(), EMAILS_COUNTED);
    if let Some(retry_after) = to_address.max(limit_reached(app, tx, locked).await?) {
        return Ok(Some(FieldError::TooManyEmails { retry_after }));
    }
    let is_full = tx.count_dns_shares(locked, email).await? >= DNS_LINKS_MAX;
    Ok(is_full.then_some(FieldError::TooManyDnsLinks))
}

/// The email with what is left to do, or with all records if nothing is.
fn content(locked: &Locked<EditDomain>, share: DnsShareId, checks: &DomainChecks) -> EmailContent {
    let domain = &locked.domain.name;
    let guide = Guide::new(domain, &checks.records, checks.report.as_ref());
    let setting = |row: &GuideRow| SettingToSend {
        kind: row.record.type_name(),
        name: row.record.relative_name().to_owned(),
        value: row.record.value.clone(),
        priority: row.priority(),
    };
    let left: Vec<SettingToSend> = guide.to_do().map(setting).collect();
    let (settings, right) =
        if left.is_empty() { (guide.rows.iter().map(setting).collect(), 0) } else { (left, guide.in_place().count()) };
    EmailContent::DnsSettings {
        by: locked.actor.name.clone(),
        address: locked.actor.email.clone(),
        domain: domain.to_string(),
        share: share.to_string(),
        settings,
        right,
    }
}

/// Ends a link. Returns its address.
pub async fn revoke_share(app: &App, by: &Allowed<EditDomain>, id: DnsShareId) -> Result<String> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let email = tx.delete_dns_share(&locked, id).await?.ok_or(Refusal::NotFound)?;
    tx.record(&locked, &Event::DnsShareRevoked { email: email.clone() }, None).await?;
    tx.commit().await?;
    Ok(email)
}

/// What a link shows.
pub async fn look_up(app: &App, token: &str) -> Result<SharedDns> {
    Ok(app.store.dns_share_of_link(&hash_of(token)).await?.ok_or(Refusal::NotFound)?)
}

/// The link of an email.
fn share_of(email: &Email) -> Option<DnsShareId> {
    let EmailContent::DnsSettings { share, .. } = &email.content else { return None };
    share.parse().ok()
}

/// Whether an email with such a link is no longer needed: the link was ended.
pub(crate) async fn is_pointless(app: &App, email: &Email) -> Result<bool, Fault> {
    match share_of(email) {
        Some(share) => Ok(!app.store.has_dns_share(share).await?),
        None => Ok(true),
    }
}

/// Stores the hash of an email's link; `false` if it was ended.
pub(crate) async fn keep_link(app: &App, email: &Email, hash: &str) -> Result<bool, Fault> {
    match share_of(email) {
        Some(share) => app.store.insert_dns_share_link(share, hash).await,
        None => Ok(false),
    }
}
