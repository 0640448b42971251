//! Sends an email: checks that it is still needed, and makes its link or password when the SMTP server
//! has accepted sender and recipient. Of a link the hash is stored, of a password nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::SecretString;

use crate::actions::accounts::reset_password::{keep_reset_link, to_account};
use crate::actions::emails::token::new_token;
use crate::actions::emails::unrecorded;
use crate::actions::emails::unsent::{Decision, after_refusal, note_taken, put_off};
use crate::actions::sync::lease::Held;
use crate::actions::sync::optional_routes::{OptionalRoute, is_lacking};
use crate::actions::sync::trouble::trouble;
use crate::actions::{App, accounts, domains};
use crate::dimail::CallError;
use crate::mail::{Facts, Outgoing, SendFailure, message_id, write};
use crate::model::mailbox::MailboxStatus;
use crate::model::reason::Trouble;
use crate::model::wanted::Wants;
use crate::model::{Actor, Email, EmailAddress, EmailContent, EmailState, GivenUp, MailboxEmail, RefusedFor, User};
use crate::store::{Fault, MailboxInDomain};

/// Why an email was not sent.
enum Unsent {
    /// It will be retried.
    Later(Trouble),
    /// The SMTP server refused it.
    Refused(RefusedFor, String),
    /// Its recipient is not an address to which an email can be sent.
    NoRecipient(String),
    /// dimail does not provide the password for the email.
    Impossible(String),
}

/// Sends an email that this process has claimed.
pub(crate) async fn send(app: &App, email: &Email) -> Result<(), Fault> {
    if app.unrecorded.contains(email.id) {
        return Ok(());
    }
    let _held = Held::email(app, email.id);
    let target = match email.mailbox_id {
        Some(id) => app.store.mailbox_in_domain(id).await?,
        None => None,
    };
    let Some(email) = &to_account(app, email.clone()).await? else {
        return app.store.delete_email(email, app.id).await;
    };
    let account = account_of(app, email).await?;
    if is_pointless(app, email, target.as_ref(), account.as_ref()).await? {
        note_lost(app, email, false).await?;
        return app.store.finish_email(email, app.id, EmailState::Withdrawn, None).await;
    }
    if is_parked(app, email, target.as_ref()).await? {
        return Ok(());
    }
    let email = &addressed(app, email, target.as_ref(), account.as_ref()).await?;
    let is_asked = AtomicBool::new(false);
    let delivered = deliver(app, email, target.as_ref(), &is_asked).await;
    record(app, email, delivered, is_asked.into_inner()).await
}

/// Records what became of an email. `is_asked` is whether dimail was asked for its password.
async fn record(app: &App, email: &Email, delivered: Result<(), Unsent>, is_asked: bool) -> Result<(), Fault> {
    let decision = match delivered {
        Ok(()) => {
            unrecorded::record(app, email.id, || note_sent(app, email)).await;
            return note_taken(app).await;
        }
        Err(Unsent::Refused(about, detail)) => after_refusal(app, email, about, detail).await?,
        Err(Unsent::NoRecipient(why)) => Decision::GiveUp(GivenUp::Recipient, why),
        Err(Unsent::Impossible(why)) => {
            tracing::warn!(email = %email.id, why, "email given up: dimail provides no password for it");
            note_lost(app, email, false).await?;
            return app.store.give_up_email(email, app.id, GivenUp::Dimail, &why).await;
        }
        Err(Unsent::Later(trouble)) => put_off(app, email, trouble, GivenUp::Silence).await?,
    };
    match decision {
        Decision::GiveUp(cause, why) => {
            tracing::info!(email = %email.id, ?cause, why, "email given up");
            note_lost(app, email, is_asked).await?;
            app.store.give_up_email(email, app.id, cause, &why).await
        }
        Decision::Postponed => Ok(()),
    }
}

/// Whether the email gives the mailbox user access to a mailbox.
fn is_key(email: &Email) -> bool {
    email.content.to_user().is_some_and(MailboxEmail::opens)
}

/// The account to which an email goes, closed or not; not looked up for an email to a mailbox user.
async fn account_of(app: &App, email: &Email) -> Result<Option<User>, Fault> {
    match EmailAddress::parse(&email.recipient) {
        Ok(recipient) if email.content.to_user().is_none() => app.store.user_with_email(&recipient).await,
        _ => Ok(None),
    }
}

/// Whether an email is no longer needed: one that gives access, if the mailbox is not enabled or has no secondary
/// address; an invitation, confirmation or DNS email whose object is gone; and each to a closed account.
async fn is_pointless(
    app: &App,
    email: &Email,
    target: Option<&MailboxInDomain>,
    account: Option<&User>,
) -> Result<bool, Fault> {
    if account.is_some_and(|user| user.disabled_at.is_some()) {
        return Ok(true);
    }
    match (email.content.to_user(), email.invitation_id) {
        (Some(kind), _) if kind.opens() => Ok(target.is_none_or(|target| {
            target.mailbox.status != MailboxStatus::Enabled || target.mailbox.secondary_email.is_none()
        })),
        (None, Some(id)) if matches!(email.content, EmailContent::Invitation { .. }) => {
            Ok(app.store.invitation_of(id).await?.is_none_or(|open| !open.is_backed))
        }
        _ if matches!(email.content, EmailContent::ConfirmAddress { .. }) => {
            accounts::confirm::is_pointless(app, email).await
        }
        _ if matches!(email.content, EmailContent::DnsSettings { .. }) => {
            domains::share_dns::is_pointless(app, email).await
        }
        // That includes the former secondary address: it must be informed, whatever happened to the
        // mailbox since.
        _ => Ok(false),
    }
}

/// An email that gives access to a mailbox waits while the mailbox is to become inactive or to be deleted.
async fn is_parked(app: &App, email: &Email, target: Option<&MailboxInDomain>) -> Result<bool, Fault> {
    let Some(target) = target.filter(|target| is_key(email) && target.mailbox.wants != Wants::Active) else {
        return Ok(false);
    };
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(target.domain.id, Actor::portal()).await? else { return Ok(false) };
    let is_parked = tx.park_email(&locked, email, app.id).await?;
    tx.commit().await?;
    Ok(is_parked)
}

/// Emails that give access to a mailbox go to the current secondary address, even if it changed during an
/// earlier attempt. A support address is named only if it was confirmed; another one may be mistyped. An invitation is written in the language of the account, if there is one: that is
/// looked up only here, so that the inviter's page does not depend on it.
async fn addressed(
    app: &App,
    email: &Email,
    target: Option<&MailboxInDomain>,
    account: Option<&User>,
) -> Result<Email, Fault> {
    let mut email = email.clone();
    let secondary = target.filter(|_| is_key(&email)).and_then(|target| target.mailbox.secondary_email.clone());
    if let Some(recipient) = secondary.filter(|secondary| *secondary != email.recipient) {
        app.store.readdress_email(email.id, app.id, &recipient).await?;
        email.recipient = recipient;
    }
    let domain = target.map(|target| &target.domain).filter(|domain| domain.support_confirmed_at.is_some());
    email.content.set_support(domain.map(|domain| domain.support_email.as_str()).unwrap_or_default());
    if matches!(email.content, EmailContent::Invitation { .. }) {
        email.language = account.and_then(|user| user.language).unwrap_or(email.language);
    }
    Ok(email)
}

/// Records that no person can sign in to a mailbox, because its first email will not be sent or a new
/// password was set but not delivered: the mailbox's page then says so and offers another way. Recorded
/// before the email is finished: after a crash in between, the email is sent again, and that clears the
/// record. `is_asked`: this attempt asked dimail for a new password.
async fn note_lost(app: &App, email: &Email, is_asked: bool) -> Result<(), Fault> {
    let is_lost = match email.content.to_user() {
        Some(MailboxEmail::NewMailbox) => true,
        Some(MailboxEmail::NewPassword) => is_asked || email.attempts > 1,
        Some(MailboxEmail::LoginLink | MailboxEmail::SecondaryChanged) | None => false,
    };
    if is_lost { app.store.note_key_lost(email.id, app.id).await } else { Ok(()) }
}

/// Records that an email was sent. The link of a mailbox's first email is useless if dimail is known to
/// make no codes: then the mailbox's page says that its password has not reached its user.
async fn note_sent(app: &App, email: &Email) -> Result<(), Fault> {
    if is_lacking(app, OptionalRoute::Code) {
        note_lost(app, email, false).await?;
    }
    if !is_key(email) {
        return app.store.finish_email(email, app.id, EmailState::Sent, None).await;
    }
    let mut tx = app.store.begin().await?;
    tx.note_key_sent(email, app.id).await?;
    tx.commit().await
}

/// Sends an email. Its link or password is made once the SMTP server has accepted sender and recipient.
/// Sets `is_asked` when dimail is asked for a password.
async fn deliver(
    app: &App,
    email: &Email,
    target: Option<&MailboxInDomain>,
    is_asked: &AtomicBool,
) -> Result<(), Unsent> {
    let outgoing = async {
        let new_password = match target {
            Some(target) if email.content.to_user() == Some(MailboxEmail::NewPassword) => {
                is_asked.store(true, Ordering::Relaxed);
                Some(new_password(app, target).await?)
            }
            _ => None,
        };
        outgoing(app, email, token(app, email).await?, new_password)
    };
    // Boxed, because futures nest by value and those of an SMTP session are large.
    app.sender.send(&email.recipient, Box::pin(outgoing)).await
}

/// Renders an email with its secrets.
fn outgoing(
    app: &App,
    email: &Email,
    token: Option<SecretString>,
    new_password: Option<SecretString>,
) -> Result<Outgoing, Unsent> {
    let settings = &app.settings;
    let public_url = settings.public_url();
    let facts = Facts {
        public_url: &public_url,
        webmail_url: settings.webmail_url.as_deref().unwrap_or_default(),
        brand: &settings.brand_name,
        accent: settings.accent_colour.as_deref(),
        token,
        login_link_valid: settings.login_link_valid,
        new_password,
        time_zone: &settings.time_zone,
        support_url: settings.support_url.as_deref(),
    };
    let written = write(&email.content, email.language, &facts).map_err(|error| {
        tracing::error!(email = %email.id, %error, "could not render an email");
        Unsent::Later(Trouble::Portal)
    })?;
    let message_id = message_id(email.id, &public_url);
    Ok(Outgoing { message_id, to: email.recipient.clone(), written, date: app.clock.now() })
}

/// Creates the token of an email's link, if it has one. Only its hash is stored; if an email is sent
/// twice, both links work.
async fn token(app: &App, email: &Email) -> Result<Option<SecretString>, Unsent> {
    let (token, hash) = new_token();
    match keep_link(app, email, &hash).await {
        Ok(Some(true)) => Ok(Some(token)),
        Ok(None) => Ok(None),
        // What the link leads to is gone since the email was claimed: the next attempt withdraws the
        // email.
        Ok(Some(false)) | Err(_) => Err(Unsent::Later(Trouble::Portal)),
    }
}

/// Stores the hash of an email's link; `None` if it has no link, `false` if what it leads to is gone.
async fn keep_link(app: &App, email: &Email, hash: &str) -> Result<Option<bool>, Fault> {
    let is_kept = match (&email.content, email.invitation_id) {
        (EmailContent::ForgottenPassword, _) => keep_reset_link(app, email, hash).await?,
        (EmailContent::NewMailbox { .. } | EmailContent::LoginLink { .. }, _) => {
            app.store.insert_login_link(email, hash).await?
        }
        (EmailContent::ConfirmAddress { .. }, _) => accounts::confirm::keep_link(app, email, hash).await?,
        (EmailContent::DnsSettings { .. }, _) => domains::share_dns::keep_link(app, email, hash).await?,
        (EmailContent::Invitation { .. }, Some(id)) => app.store.insert_link(id, hash).await?,
        _ => return Ok(None),
    };
    Ok(Some(is_kept))
}

/// Sets a new password, which replaces the former one. A retry sets another one, because the password
/// of an attempt without an answer is not known.
async fn new_password(app: &App, target: &MailboxInDomain) -> Result<SecretString, Unsent> {
    let answer = app.dimail.reset_password(&target.domain.name, &target.mailbox.local_part).await;
    answer.map_err(|failure| {
        if failure.is_route_missing() || matches!(failure, CallError::Refused(_)) {
            Unsent::Impossible(failure.to_string())
        } else {
            Unsent::Later(trouble(&failure))
        }
    })
}

impl From<SendFailure> for Unsent {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::Refused { about, detail } => Self::Refused(about, detail),
            SendFailure::NoRecipient(why) => Self::NoRecipient(why),
            SendFailure::Later(detail) => Self::Later(Trouble::no_answer(detail)),
            SendFailure::Away(detail) => Self::Later(Trouble::NoAnswer { detail, away: true }),
        }
    }
}
