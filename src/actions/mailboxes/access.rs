//! Sends access to a mailbox by email: login links and new passwords, within the limit, requested by
//! managers, by the mailbox user, or for several mailboxes. Also handles changes of the secondary
//! address, to which these emails go.
//!
//! dimail is not called here: the link or password is created when the email is sent.

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
/// Why no email with a link or password is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The mailbox or its domain no longer exists.
    Gone,
    /// The address is guarded: an administrator must not take over the account that has it.
    Guarded,
    /// The domain is closed.
    DomainDisabled,
    /// The mailbox is not enabled.
    NotOpen,
    /// This version of dimail creates no such links or passwords.
    Unsupported,
    /// There is no secondary address to send the email to.
    NoSecondary,
    /// dimail is being asked for a new password right now.
    UnderWay,
    /// Too many emails in a short time; another one is allowed after this duration.
    TooMany(Duration),
}

/// Requests an email with a login link for the mailbox user. Returns the secondary address that it goes
/// to.
///
/// # Errors
/// A database error. The inner result says why no email is sent.
pub async fn login_link(app: &App, by: &Tended) -> Result<Result<String, NoKey>, Fault> {
    // The route is probed before the transaction and checked under the lock, so that a missing
    // permission is reported first.
    lacks(app, by.by().actor(), OptionalRoute::Code).await;
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_tended(by).await?;
    let Some(mailbox) = tx.mailbox(&locked, by.part()).await? else { return Ok(Err(NoKey::Gone)) };
    if let Err(no_key) = ask_login_link(app, &mut tx, &locked, &mailbox).await? {
        return Ok(Err(no_key));
    }
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Ok(mailbox.secondary_email.unwrap_or_default()))
}

/// The same inside the caller's transaction, for several mailboxes; the caller wakes the worker.
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

/// Requests an email with a new password. An older one that has not been sent is withdrawn, because
/// only the last of two passwords works.
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

/// Whether the state of the mailbox and of its domain allows a link or password at all.
pub(crate) fn is_open<R>(locked: &Locked<R>, mailbox: &Mailbox) -> Result<(), NoKey> {
    if locked.domain.status == DomainStatus::Disabled {
        return Err(NoKey::DomainDisabled);
    }
    if mailbox.status == MailboxStatus::Enabled { Ok(()) } else { Err(NoKey::NotOpen) }
}

/// Inserts the email into the outbox, if the state and the limit allow it.
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

/// How long until another email is allowed; `None` means now. `asked` has the newest first.
pub(crate) fn wait(asked: &[Timestamp], most: usize, now: Timestamp, within: Duration) -> Option<Duration> {
    let oldest = asked.get(most.checked_sub(1)?)?;
    Some(within.saturating_sub(now.since(*oldest)).max(Duration::from_secs(1)))
}

/// After a change of the secondary address, informs the former one and redirects unsent emails to the
/// new one; without a new one they are withdrawn. The email to the former address does not contain the
/// new one. Call it in the transaction of the change, with the mailbox as it was before.
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
