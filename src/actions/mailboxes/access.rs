//! Sends access to a mailbox by email: login links and new passwords, within the limit, requested by
//! managers, by the mailbox user, or for several mailboxes. Also handles changes of the secondary
//! address, to which these emails go.
//!
//! dimail is not called here: the link or password is created when the email is sent.

use std::time::Duration;

use crate::actions::guard::asker;
use crate::actions::sync::optional_routes::{OptionalRoute, is_lacking, lacks};
use crate::actions::{App, Result};
use crate::model::email::{EmailContent, MailboxEmail};
use crate::model::event::Event;
use crate::model::mailbox::{Mailbox, Wanted};
use crate::model::options::{Asker, Verb};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::Permission;
use crate::model::time::Timestamp;
use crate::store::{Fault, Guarded, Locked, MayWrite, NewEmail, QueuedEmail, Tended, Tx};

const HOUR: Duration = Duration::from_hours(1);

/// Requests an email with a login link for the mailbox user.
pub async fn login_link(app: &App, by: &Tended) -> Result<QueuedEmail> {
    // The route is probed before the transaction and checked under the lock, so that a missing
    // permission is reported first.
    lacks(app, by.by().actor(), OptionalRoute::Code).await;
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_tended(by).await?;
    let mailbox = tx.mailbox(&locked, by.part()).await?.ok_or(Refusal::NotFound)?;
    let guarded = tx.guard_of(&locked, &mailbox).await?;
    let queued = ask_login_link(app, &mut tx, &locked, &mailbox, &guarded).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(queued)
}

/// The same inside the caller's transaction, for several mailboxes; the caller wakes the worker.
pub(crate) async fn ask_login_link<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    mailbox: &Mailbox,
    guarded: &Guarded,
) -> Result<QueuedEmail> {
    check(app, locked, mailbox, asker(locked, mailbox, guarded), Verb::LoginLink)?;
    let email = insert_key(app, tx, locked, (mailbox, &guarded.may_reach()?), MailboxEmail::LoginLink).await?;
    let event = Event::LoginLinkAsked { address: mailbox.address(&locked.domain.name) };
    tx.record(locked, &event, Some(mailbox.id)).await?;
    Ok(email)
}

/// What this dimail server is known not to support.
#[must_use]
pub fn unsupported(app: &App) -> Vec<Verb> {
    let routes = [(Verb::LoginLink, OptionalRoute::Code), (Verb::ResetPassword, OptionalRoute::ResetPassword)];
    routes.into_iter().filter(|(_, route)| is_lacking(app, *route)).map(|(verb, _)| verb).collect()
}

/// Checks that access can be sent or shown now.
pub(crate) fn check<R>(
    app: &App,
    locked: &Locked<R>,
    mailbox: &Mailbox,
    asker: Asker,
    verb: Verb,
) -> Result<(), Refusal> {
    mailbox.options(&locked.domain, asker, None, &unsupported(app)).how(verb).map(|_| ())
}

/// Inserts the email into the outbox, if the limit allows it; the caller has checked the state. Of two new
/// passwords only the last one works: an older one that has not been sent is withdrawn.
pub(crate) async fn insert_key<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    (mailbox, may): (&Mailbox, &MayWrite),
    kind: MailboxEmail,
) -> Result<QueuedEmail> {
    let recipient = mailbox.recipient(!locked.role.allows(Permission::ManageMailboxes))?.to_owned();
    let most = app.settings.emails_per_hour;
    let now = tx.now();
    let asked = tx.keys_asked(locked, mailbox.id, now.minus(HOUR), most).await?;
    if let Some(retry_after) = wait(&asked, usize::try_from(most).unwrap_or(usize::MAX), now, HOUR) {
        return Err(Refusal::TooMany { why: Why::EmailsOfMailbox, retry_after }.into());
    }
    let (user, address) = (mailbox.display_name(), mailbox.address(&locked.domain.name));
    let support = locked.domain.support_email.clone();
    let content = if kind == MailboxEmail::NewPassword {
        tx.replace_emails(locked, mailbox.id, kind).await?;
        EmailContent::NewPassword { user, address, support }
    } else {
        EmailContent::LoginLink { user, address, support }
    };
    let email = NewEmail::about(locked.domain.id, recipient, mailbox.language, content).by(&locked.actor);
    Ok(tx.insert_access_email(may, &NewEmail { mailbox_id: Some(mailbox.id), ..email }).await?)
}

/// How long until another email is allowed; `None` means now. `asked` has the newest first.
pub(crate) fn wait(asked: &[Timestamp], most: usize, now: Timestamp, within: Duration) -> Option<Duration> {
    let oldest = asked.get(most.checked_sub(1)?)?;
    Some(within.saturating_sub(now.since(*oldest)).max(Duration::from_secs(1)))
}

/// After a change of the secondary address, informs the former one and redirects unsent emails to the
/// new one; without a new one they are withdrawn. The email to the former address does not contain the
/// new one. If the former one was refused, it is not informed, and the refused email is sent again. Call it
/// in the transaction of the change, with the mailbox as it was before.
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
        Some(to) => {
            tx.readdress_keys(locked, before.id, to).await?;
            if tx.reopen_refused_key(locked, before.id, to).await? {
                return Ok(());
            }
        }
        None => tx.withdraw_keys(locked, before.id).await?,
    }
    let Some(former) = before.secondary_email.clone() else { return Ok(()) };
    let content = EmailContent::SecondaryChanged {
        user: before.display_name(),
        address: before.address(&locked.domain.name),
        by: to.by.clone(),
        support: locked.domain.support_email.clone(),
    };
    let email = NewEmail::about(locked.domain.id, former, before.language, content).by(&locked.actor);
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
