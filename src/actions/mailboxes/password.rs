//! Sets a new password for a mailbox user: sent by email if there is a secondary address, otherwise
//! shown once on a sheet to hand over.

use secrecy::SecretString;
use tokio::time::{Instant, timeout_at};

use crate::actions::guard::asker;
use crate::actions::mailboxes::access::{check, insert_key};
use crate::actions::sync::optional_routes::{OptionalRoute, lacks};
use crate::actions::{App, LEASE, Result};
use crate::dimail::CallError;
use crate::model::address::{DomainName, LocalPart};
use crate::model::email::MailboxEmail;
use crate::model::event::Event;
use crate::model::id::DomainId;
use crate::model::mailbox::Mailbox;
use crate::model::options::Verb;
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::model::time::Timestamp;
use crate::model::user::Actor;
use crate::store::{Allowed, Fault, QueuedEmail};

/// The result of asking for a new password.
#[derive(Clone, Debug)]
pub enum MailboxReset {
    /// This email will be sent.
    ByEmail(QueuedEmail),
    /// The password must be shown now, once.
    ToHandOver {
        /// The mailbox user's first and last name.
        user: String,
        /// The new password.
        password: SecretString,
    },
    /// dimail gave no clear answer; the former password may not work any more.
    Unclear,
    /// dimail was not asked; the former password is unchanged.
    Unasked,
    /// This version of dimail cannot set new passwords; the former password is unchanged.
    Unknown,
    /// dimail refused; the former password is unchanged.
    Refused(Reason),
}

/// A password reset that is recorded in the database before dimail is asked.
struct Begun {
    domain_id: DomainId,
    domain: DomainName,
    mailbox: Mailbox,
    /// Until when no other reset may begin.
    until: Timestamp,
}

/// Sets a new password for a mailbox user.
pub async fn new_password(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<MailboxReset> {
    let answer_by = app.answer_by();
    lacks(app, by.actor(), OptionalRoute::ResetPassword).await;
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let mailbox = tx.mailbox(&locked, part).await?.ok_or(Refusal::NotFound)?;
    let address = mailbox.address(&locked.domain.name);
    let guarded = tx.guard_of(&locked, &mailbox).await?;
    check(app, &locked, &mailbox, asker(&locked, &mailbox, &guarded), Verb::ResetPassword)?;
    let may = guarded.may_write()?;
    if mailbox.secondary_email.is_some() {
        let queued = insert_key(app, &mut tx, &locked, (&mailbox, &may), MailboxEmail::NewPassword).await?;
        tx.record(&locked, &Event::PasswordReset { address, by_email: true }, Some(mailbox.id)).await?;
        tx.commit().await?;
        app.wake.notify_one();
        return Ok(MailboxReset::ByEmail(queued));
    }
    // Recorded before dimail is asked: from now on it may happen that the new password is set and seen
    // by no person.
    let until = app.clock.now().plus(app.settings.dimail_timeout).plus(LEASE);
    if !tx.begin_reset(&locked, &may, mailbox.id, until).await? {
        return Err(Refusal::Conflict(Why::PasswordUnderWay).into());
    }
    tx.record(&locked, &Event::PasswordReset { address, by_email: false }, Some(mailbox.id)).await?;
    let begun = Begun { domain_id: locked.domain.id, domain: locked.domain.name.clone(), mailbox, until };
    tx.commit().await?;
    Ok(ask_for_person(&app.for_person(&locked.actor), begun, answer_by).await?)
}

/// Asks dimail in its own task, and waits until the person must be answered.
async fn ask_for_person(app: &App, begun: Begun, until: Instant) -> Result<MailboxReset, Fault> {
    let task_app = app.clone();
    let task = app.under_way.spawn(async move { ask(&task_app, begun).await });
    let waited = app.shutdown.run_until_cancelled(timeout_at(until, task)).await;
    waited.and_then(Result::ok).and_then(Result::ok).unwrap_or(Ok(MailboxReset::Unclear))
}

async fn ask(app: &App, begun: Begun) -> Result<MailboxReset, Fault> {
    let Begun { domain_id, domain, mailbox, until } = begun;
    let answer = app.dimail.reset_password(&domain, &mailbox.local_part).await;
    if let Err(failure) = &answer {
        tracing::info!(mailbox = %mailbox.id, %failure, "could not set a new password");
    }
    let (reset, is_known) = match answer {
        Ok(password) => (MailboxReset::ToHandOver { user: mailbox.display_name(), password }, false),
        Err(failure) if failure.may_have_acted() => (MailboxReset::Unclear, false),
        Err(failure) if failure.is_route_missing() => (MailboxReset::Unknown, true),
        Err(CallError::Refused(refusal)) => (MailboxReset::Refused(Reason::from(&refusal)), true),
        Err(_) => (MailboxReset::Unasked, true),
    };
    // If dimail changed nothing, the password is handed over, or not, as before.
    let to_hand_over = !is_known || mailbox.to_hand_over;
    let sheet_shown = matches!(reset, MailboxReset::ToHandOver { .. }) || (is_known && mailbox.sheet_shown);
    let mut tx = app.store.begin().await?;
    if let Some(locked) = tx.lock_as_portal(domain_id, Actor::portal()).await? {
        tx.end_reset(&locked, mailbox.id, until, (to_hand_over, sheet_shown)).await?;
        tx.commit().await?;
    }
    Ok(reset)
}
