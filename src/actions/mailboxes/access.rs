//! Keys to a mailbox that leave by email: login links and new passwords, within the limit, for
//! managers, for the holder, for several mailboxes. What ties them to the secondary address.
//!
//! Nothing is asked of dimail here: that is done when the email leaves.

use std::time::Duration;

use crate::actions::App;
use crate::actions::mailboxes::lock::is_guarded;
use crate::actions::sync::optional_routes::{OptionalRoute, is_lacking, lacks};
use crate::model::activity::Event;
use crate::model::domain::DomainStatus;
use crate::model::email::{EmailContent, HolderEmail};
use crate::model::id::EmailId;
use crate::model::mailbox::Wanted;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::role::ManageMailboxes;
use crate::model::time::Timestamp;
use crate::store::{Fault, Locked, NewEmail, Tended, Tx};

const HOUR: Duration = Duration::from_hours(1);
/// Why no key leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The mailbox or its domain is gone.
    Gone,
    /// The mailbox is the account of somebody whom an administrator must not take over.
    Guarded,
    /// The domain is closed.
    DomainDisabled,
    /// The mailbox is not enabled.
    NotOpen,
    /// This mail service makes no such keys.
    Unsupported,
    /// There is no secondary address to which an email could go.
    NoSecondary,
    /// A new password is being asked of dimail at this moment.
    UnderWay,
    /// So many emails in so short a time; the next one after this long.
    TooMany(Duration),
}

/// Has an email with a login link sent to the holder, who is told to `Ok`: its secondary address.
///
/// # Errors
/// A fault of the database; inside, why not.
pub async fn login_link(app: &App, by: &Tended) -> Result<Result<String, NoKey>, Fault> {
    // Asked before the transaction, told under the lock: what the role forbids comes first.
    lacks(app, by.by().actor(), OptionalRoute::Code).await;
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_tended(by).await? else { return Ok(Err(NoKey::Gone)) };
    let Some(mailbox) = tx.mailbox(&locked, by.part()).await? else { return Ok(Err(NoKey::Gone)) };
    if let Err(no_key) = ask_login_link(app, &mut tx, &locked, &mailbox).await? {
        return Ok(Err(no_key));
    }
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Ok(mailbox.secondary_email.unwrap_or_default()))
}

/// The same inside the transaction of whoever asks for several; they ring the wake.
pub(crate) async fn ask_login_link<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    mailbox: &Mailbox,
) -> Result<Result<EmailId, NoKey>, Fault> {
    let address = mailbox.address(&locked.domain.name);
    if !locked.actor.holds(&address) && is_guarded(tx, locked, &address).await? {
        return Ok(Err(NoKey::Guarded));
    }
    let email = match insert_key(app, tx, locked, mailbox, HolderEmail::LoginLink).await? {
        Ok(email) => email,
        Err(no_key) => return Ok(Err(no_key)),
    };
    tx.record(locked, &Event::LoginLinkAsked { address }, Some(mailbox.id)).await?;
    Ok(Ok(email))
}

/// Has an email with a new password sent; one that still waits is withdrawn, since of two
/// passwords only the last would work.
pub(crate) async fn ask_new_password(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    mailbox: &Mailbox,
) -> Result<Result<EmailId, NoKey>, Fault> {
    let email = match insert_key(app, tx, locked, mailbox, HolderEmail::NewPassword).await? {
        Ok(email) => email,
        Err(no_key) => return Ok(Err(no_key)),
    };
    let event = Event::PasswordReset { address: mailbox.address(&locked.domain.name), by_email: true };
    tx.record(locked, &event, Some(mailbox.id)).await?;
    Ok(Ok(email))
}

/// Whether the state of the mailbox and of its domain lets it have a key at all.
pub(crate) fn is_open<R>(locked: &Locked<R>, mailbox: &Mailbox) -> Result<(), NoKey> {
    if locked.domain.status == DomainStatus::Disabled {
        return Err(NoKey::DomainDisabled);
    }
    if mailbox.status == MailboxStatus::Enabled { Ok(()) } else { Err(NoKey::NotOpen) }
}

/// Puts the email into the outbox, where the state and the limit allow it.
pub(crate) async fn insert_key<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    mailbox: &Mailbox,
    kind: HolderEmail,
) -> Result<Result<EmailId, NoKey>, Fault> {
    if let Err(no_key) = is_open(locked, mailbox) {
        return Ok(Err(no_key));
    }
    let route = if kind == HolderEmail::NewPassword { OptionalRoute::ResetPassword } else { OptionalRoute::Code };
    if is_lacking(app, route) {
        return Ok(Err(NoKey::Unsupported));
    }
    let Some(recipient) = mailbox.secondary_email.clone() else { return Ok(Err(NoKey::NoSecondary)) };
    let most = app.settings.emails_per_hour;
    let now = tx.now();
    let asked = tx.keys_asked(locked, mailbox.id, now.minus(HOUR), most).await?;
    if let Some(wait) = wait(&asked, usize::try_from(most).unwrap_or(usize::MAX), now, HOUR) {
        return Ok(Err(NoKey::TooMany(wait)));
    }
    let (holder, address) = (mailbox.display_name(), mailbox.address(&locked.domain.name));
    let support = locked.domain.support_email.clone();
    let content = if kind == HolderEmail::NewPassword {
        tx.replace_emails(locked, mailbox.id, kind).await?;
        EmailContent::NewPassword { holder, address, support }
    } else {
        EmailContent::LoginLink { holder, address, support }
    };
    let email = NewEmail::about(locked.domain.id, recipient, mailbox.language, content);
    tx.insert_email(&NewEmail { mailbox_id: Some(mailbox.id), ..email }).await.map(Ok)
}

/// How long until one more is allowed; `None`: now. The newest come first.
pub(crate) fn wait(asked: &[Timestamp], most: usize, now: Timestamp, within: Duration) -> Option<Duration> {
    let oldest = asked.get(most.checked_sub(1)?)?;
    Some(within.saturating_sub(now.since(*oldest)).max(Duration::from_secs(1)))
}

/// Tells the former secondary address of a mailbox that it is that no more, and sends the emails
/// that wait to the new one; without a new one they are withdrawn. The new one is not told to the
/// old one. Call it in the transaction of the change, with the mailbox before.
pub(crate) async fn tell_secondary_changed<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    before: &Mailbox,
    to: &Wanted,
) -> Result<(), Fault> {
    if to.secondary_email == before.secondary_email {
        return Ok(());
    }
    match &to.secondary_email {
        Some(to) => tx.readdress_keys(locked, before.id, to).await?,
        None => tx.withdraw_keys(locked, before.id).await?,
    }
    let Some(former) = before.secondary_email.clone() else { return Ok(()) };
    let content = EmailContent::SecondaryChanged {
        holder: before.display_name(),
        address: before.address(&locked.domain.name),
        by: to.by.clone(),
        support: locked.domain.support_email.clone(),
    };
    let email = NewEmail::about(locked.domain.id, former, before.language, content);
    tx.insert_email(&NewEmail { mailbox_id: Some(before.id), ..email }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::wait;
    use crate::model::time::Timestamp;

    #[test]
    fn one_waits_until_the_oldest_that_counts_is_past() {
        let minute = Duration::from_mins(1);
        let now = Timestamp(1_795_338_000_000_000);
        let asked = [now.minus(minute), now.minus(4 * minute)];
        assert_eq!(wait(&asked, 3, now, 10 * minute), None);
        assert_eq!(wait(&asked, 2, now, 10 * minute), Some(6 * minute));
        assert_eq!(wait(&asked, 1, now, 10 * minute), Some(9 * minute));
    }
}
