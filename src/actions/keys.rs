//! Keys to a mailbox that leave by letter: login links and new passwords, within the limit, for
//! managers, for the holder, for several mailboxes, and for holders without an account.
//!
//! Nothing is asked of dimail here: that is done when the letter leaves.

use std::time::Duration;

use super::App;
use super::taking::is_guarded;
use crate::model::activity::Event;
use crate::model::address::{EmailAddress, LocalPart};
use crate::model::change::Wanted;
use crate::model::domain::DomainStatus;
use crate::model::id::LetterId;
use crate::model::letter::{HolderLetter, LetterContent};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::mistake::Mistake;
use crate::model::role::ManageMailboxes;
use crate::model::time::Moment;
use crate::model::user::Actor;
use crate::store::{ByPortal, Fault, FirstAccess, Locked, NewLetter, Tended, Tx};

const HOUR: Duration = Duration::from_hours(1);
/// Who asks more often from one place for a first access is asked to wait. Whole offices have one
/// address, and all new holders may come on one morning.
const FIRST_ACCESSES: i64 = 30;
/// The time in which they are counted.
const FIRST_ACCESSES_WITHIN: Duration = Duration::from_mins(10);

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
    /// There is no secondary address to which a letter could go.
    NoSecondary,
    /// A new password is being asked of dimail at this moment.
    UnderWay,
    /// So many letters in so short a time; the next one after this long.
    TooMany(Duration),
}

/// Has a letter with a login link sent to the holder, who is told to `Ok`: its secondary address.
///
/// # Errors
/// A fault of the database; inside, why not.
pub async fn login_link(app: &App, by: &Tended) -> Result<Result<String, NoKey>, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_tended(by).await? else { return Ok(Err(NoKey::Gone)) };
    let Some(mailbox) = tx.mailbox(&locked, by.part()).await? else { return Ok(Err(NoKey::Gone)) };
    if let Err(no_key) = ask_login_link(app, &mut tx, &locked, &mailbox).await? {
        return Ok(Err(no_key));
    }
    tx.commit().await?;
    app.bell.notify_one();
    Ok(Ok(mailbox.secondary_email.unwrap_or_default()))
}

/// The same inside the transaction of whoever asks for several; they ring the bell.
pub(super) async fn ask_login_link<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    mailbox: &Mailbox,
) -> Result<Result<LetterId, NoKey>, Fault> {
    let address = mailbox.address(&locked.domain.name);
    if !locked.actor.holds(&address) && is_guarded(tx, locked, &address).await? {
        return Ok(Err(NoKey::Guarded));
    }
    let letter = match insert_key(app, tx, locked, mailbox, HolderLetter::LoginLink).await? {
        Ok(letter) => letter,
        Err(no_key) => return Ok(Err(no_key)),
    };
    tx.record(locked, &Event::LoginLinkAsked { address }, Some(mailbox.id)).await?;
    Ok(Ok(letter))
}

/// Has a letter with a new password sent; one that still waits is withdrawn, since of two
/// passwords only the last would work.
pub(super) async fn ask_new_password(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    mailbox: &Mailbox,
) -> Result<Result<LetterId, NoKey>, Fault> {
    let letter = match insert_key(app, tx, locked, mailbox, HolderLetter::NewPassword).await? {
        Ok(letter) => letter,
        Err(no_key) => return Ok(Err(no_key)),
    };
    let event = Event::PasswordReset { address: mailbox.address(&locked.domain.name), by_letter: true };
    tx.record(locked, &event, Some(mailbox.id)).await?;
    Ok(Ok(letter))
}

/// Whether the state of the mailbox and of its domain lets it have a key at all.
pub(super) fn is_open<R>(locked: &Locked<R>, mailbox: &Mailbox) -> Result<(), NoKey> {
    if locked.domain.status == DomainStatus::Disabled {
        return Err(NoKey::DomainDisabled);
    }
    if mailbox.status == MailboxStatus::Enabled { Ok(()) } else { Err(NoKey::NotOpen) }
}

async fn insert_key<R>(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<R>,
    mailbox: &Mailbox,
    kind: HolderLetter,
) -> Result<Result<LetterId, NoKey>, Fault> {
    if let Err(no_key) = is_open(locked, mailbox) {
        return Ok(Err(no_key));
    }
    let Some(recipient) = mailbox.secondary_email.clone() else { return Ok(Err(NoKey::NoSecondary)) };
    let most = app.settings.letters_per_hour;
    let now = tx.now();
    let asked = tx.keys_asked(locked, mailbox.id, now.minus(HOUR), most).await?;
    if let Some(wait) = wait(&asked, usize::try_from(most).unwrap_or(usize::MAX), now, HOUR) {
        return Ok(Err(NoKey::TooMany(wait)));
    }
    let (holder, address) = (mailbox.display_name(), mailbox.address(&locked.domain.name));
    let support = locked.domain.support_email.clone();
    let content = if kind == HolderLetter::NewPassword {
        tx.replace_letters(locked, mailbox.id, kind).await?;
        LetterContent::NewPassword { holder, address, support }
    } else {
        LetterContent::LoginLink { holder, address, support }
    };
    let letter = NewLetter::about(locked.domain.id, recipient, mailbox.language, content);
    tx.insert_letter(&NewLetter { mailbox_id: Some(mailbox.id), ..letter }).await.map(Ok)
}

/// How long until one more is allowed; `None`: now. The newest come first.
fn wait(asked: &[Moment], most: usize, now: Moment, within: Duration) -> Option<Duration> {
    let oldest = asked.get(most.checked_sub(1)?)?;
    Some(within.saturating_sub(now.since(*oldest)).max(Duration::from_secs(1)))
}

/// Tells the former secondary address of a mailbox that it is that no more, and sends the letters
/// that wait to the new one; without a new one they are withdrawn. The new one is not told to the
/// old one. Call it in the transaction of the change, with the mailbox before.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn tell_secondary_changed<R>(
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
    let content = LetterContent::SecondaryChanged {
        holder: before.display_name(),
        address: before.address(&locked.domain.name),
        by: to.by.clone(),
        support: locked.domain.support_email.clone(),
    };
    let letter = NewLetter::about(locked.domain.id, former, before.language, content);
    tx.insert_letter(&NewLetter { mailbox_id: Some(before.id), ..letter }).await?;
    Ok(())
}

/// Why nobody's first access is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// What was typed is no address.
    Mistake(Mistake),
    /// So many from one place in so short a time; the next one after this long.
    TooMany(Duration),
}

/// Keeps that somebody without an account wants to get into the mailbox at an address. Whether
/// there is one is looked up afterwards: the answer is the same, and takes as long.
///
/// # Errors
/// A fault of the database; inside, why not.
pub async fn first_access(app: &App, typed: &str, origin: &str) -> Result<Result<(), NotAsked>, Fault> {
    let address = match EmailAddress::parse(typed) {
        Ok(address) => address,
        Err(mistake) => return Ok(Err(NotAsked::Mistake(mistake))),
    };
    let mut tx = app.store.begin().await?;
    let now = tx.now();
    let since = now.minus(FIRST_ACCESSES_WITHIN);
    let asked = tx.first_accesses_of(origin, since, FIRST_ACCESSES).await?;
    let most = usize::try_from(FIRST_ACCESSES).unwrap_or(usize::MAX);
    if let Some(wait) = wait(&asked, most, now, FIRST_ACCESSES_WITHIN) {
        return Ok(Err(NotAsked::TooMany(wait)));
    }
    tx.insert_first_access(origin, &address, since).await?;
    tx.commit().await?;
    app.bell.notify_one();
    Ok(Ok(()))
}

/// Answers the next first access with a letter, where the mailbox is there, is open, has a
/// secondary address and had not too many letters; else in silence.
pub(super) async fn answer_first_access(app: &App) -> Result<bool, Fault> {
    let Some(first_access) = app.store.next_first_access().await? else { return Ok(false) };
    let domain = match EmailAddress::parse(&first_access.address) {
        Ok(address) => app.store.domain_named(address.domain()).await?,
        Err(_) => None,
    };
    let mut tx = app.store.begin().await?;
    if !tx.take_first_access(&first_access).await? {
        return Ok(true);
    }
    if let Some(domain) = domain
        && let Some(locked) = tx.lock_as_portal(domain.id, Actor::portal()).await?
    {
        let answer = open_to_holder(app, &mut tx, &locked, &first_access).await?;
        if let Err(no_key) = answer {
            tracing::info!(domain = %locked.domain.name, ?no_key, "a first access leads nowhere");
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn open_to_holder(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    first_access: &FirstAccess,
) -> Result<Result<LetterId, NoKey>, Fault> {
    let part = first_access.address.rsplit_once('@').map_or("", |(part, _)| part);
    let Ok(part) = LocalPart::parse(part) else { return Ok(Err(NoKey::Gone)) };
    let Some(mailbox) = tx.mailbox(locked, &part).await? else { return Ok(Err(NoKey::Gone)) };
    let letter = match insert_key(app, tx, locked, &mailbox, HolderLetter::LoginLink).await? {
        Ok(letter) => letter,
        Err(no_key) => return Ok(Err(no_key)),
    };
    let event = Event::FirstAccessAsked { address: mailbox.address(&locked.domain.name) };
    tx.record(locked, &event, Some(mailbox.id)).await?;
    Ok(Ok(letter))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::wait;
    use crate::model::time::Moment;

    #[test]
    fn one_waits_until_the_oldest_that_counts_is_past() {
        let minute = Duration::from_mins(1);
        let now = Moment(1_795_338_000_000_000);
        let asked = [now.minus(minute), now.minus(4 * minute)];
        assert_eq!(wait(&asked, 3, now, 10 * minute), None);
        assert_eq!(wait(&asked, 2, now, 10 * minute), Some(6 * minute));
        assert_eq!(wait(&asked, 1, now, 10 * minute), Some(9 * minute));
    }
}
