//! Sending a letter: is its reason still there, does the SMTP server answer, then the login link,
//! then the letter. Secrets are asked of dimail last and never stored.

use secrecy::SecretString;

use super::App;
use super::tokens::new_token;
use super::upkeep::trouble;
use crate::dimail::Failure;
use crate::mail::{Facts, LoginLink, Outgoing, SendFailure, message_id, write};
use crate::model::address::EmailAddress;
use crate::model::id::InvitationId;
use crate::model::letter::{Letter, LetterContent, LetterState};
use crate::model::mailbox::MailboxStatus;
use crate::model::order::Trouble;
use crate::store::{Fault, Holder};

/// How often a login link can be used: some mail clients open links by themselves.
const LOGIN_LINK_USES: u32 = 3;

/// Why a letter has not left.
enum Unsent {
    /// It will be tried again.
    Later(Trouble),
    /// The SMTP server refuses it for good.
    Refused(String),
}

pub(super) async fn send(app: &App, letter: &Letter) -> Result<(), Fault> {
    let holder = match letter.mailbox_id {
        Some(id) => app.store.holder_of(id).await?,
        None => None,
    };
    if is_pointless(app, letter, holder.as_ref()).await? {
        return app.store.finish_letter(letter, app.id, LetterState::Withdrawn, None).await;
    }
    match deliver(app, letter, holder.as_ref()).await {
        Ok(()) => app.store.finish_letter(letter, app.id, LetterState::Sent, None).await,
        Err(Unsent::Refused(why)) => {
            tracing::info!(letter = %letter.id, why, "letter refused by the SMTP server");
            app.store.finish_letter(letter, app.id, LetterState::GivenUp, Some(&why)).await
        }
        Err(Unsent::Later(trouble)) => put_off(app, letter, &trouble).await,
    }
}

/// The reason of a letter to a holder is gone with the mailbox, that of an invitation with it.
async fn is_pointless(app: &App, letter: &Letter, holder: Option<&Holder>) -> Result<bool, Fault> {
    match (&letter.content, letter.invitation_id) {
        (LetterContent::NewMailbox { .. }, _) => {
            Ok(holder.is_none_or(|holder| holder.mailbox.status != MailboxStatus::Enabled))
        }
        (LetterContent::Invitation { .. }, Some(id)) => {
            Ok(app.store.invitation_of(id).await?.is_none_or(|open| !open.is_backed))
        }
        // A letter to an account is not for one that is closed.
        _ => {
            let account = match EmailAddress::parse(&letter.recipient) {
                Ok(email) => app.store.user_with_email(&email).await?,
                Err(_) => None,
            };
            Ok(account.is_some_and(|user| user.disabled_at.is_some()))
        }
    }
}

async fn put_off(app: &App, letter: &Letter, trouble: &Trouble) -> Result<(), Fault> {
    let why = match trouble {
        Trouble::NoAnswer { detail } | Trouble::Installation { detail } => detail.as_str(),
        Trouble::Portal => "",
    };
    tracing::info!(letter = %letter.id, attempts = letter.attempts, why, "letter put off");
    let is_silence = !matches!(trouble, Trouble::Installation { .. });
    if is_silence && app.clock.now().since(letter.created_at) >= app.pauses().give_up {
        return app.store.finish_letter(letter, app.id, LetterState::GivenUp, Some(why)).await;
    }
    app.store.postpone_letter(letter, app.id, app.next_attempt(letter.attempts, trouble), why).await
}

async fn deliver(app: &App, letter: &Letter, holder: Option<&Holder>) -> Result<(), Unsent> {
    app.sender.ready().await.map_err(unsent)?;
    let login_link = match holder {
        Some(holder) => login_link(app, holder).await?,
        None => None,
    };
    let invitation_token = match letter.invitation_id {
        Some(id) => Some(invitation_token(app, id).await?),
        None => None,
    };
    let settings = &app.settings;
    let public_url = settings.public_url();
    let facts = Facts {
        public_url: &public_url,
        webmail_url: settings.webmail_url.as_deref().unwrap_or_default(),
        brand: &settings.brand_name,
        accent: settings.accent_colour.as_deref(),
        login_link,
        invitation_token,
        time_zone: &settings.time_zone,
    };
    let written = write(&letter.content, letter.language, &facts).map_err(|error| {
        tracing::error!(letter = %letter.id, %error, "a letter could not be written");
        Unsent::Later(Trouble::Portal)
    })?;
    let outgoing = Outgoing {
        message_id: message_id(letter.id, &public_url),
        to: letter.recipient.clone(),
        written,
        date: app.clock.now(),
    };
    app.sender.send(&outgoing).await.map_err(unsent)
}

/// A fresh link into the portal. Only its hash is kept, and a letter that leaves twice carries
/// two that both work.
async fn invitation_token(app: &App, id: InvitationId) -> Result<SecretString, Unsent> {
    let (token, hash) = new_token();
    let keep = async {
        let mut tx = app.store.begin().await?;
        let is_open = tx.insert_link(id, &hash).await?;
        tx.commit().await?;
        Ok::<bool, Fault>(is_open)
    };
    match keep.await {
        Ok(true) => Ok(token),
        // Gone since the letter was claimed: the next attempt withdraws it.
        Ok(false) | Err(_) => Err(Unsent::Later(Trouble::Portal)),
    }
}

/// A fresh login link; `None` where this dimail can't make one: the letter then names whom to ask.
async fn login_link(app: &App, holder: &Holder) -> Result<Option<LoginLink>, Unsent> {
    let valid = app.settings.login_link_valid;
    let (domain, part) = (&holder.domain.name, &holder.mailbox.local_part);
    match app.dimail.login_code(domain, part, valid, LOGIN_LINK_USES).await {
        Ok(code) => Ok(Some(LoginLink { code: code.code, valid, uses: LOGIN_LINK_USES })),
        Err(failure) if failure.is_route_missing() || matches!(failure, Failure::Refused(_)) => {
            tracing::warn!(%failure, "dimail gave no login link; the letter leaves without");
            Ok(None)
        }
        Err(failure) => Err(Unsent::Later(trouble(&failure))),
    }
}

fn unsent(failure: SendFailure) -> Unsent {
    match failure {
        SendFailure::Refused(why) => Unsent::Refused(why),
        SendFailure::Later(detail) => Unsent::Later(Trouble::NoAnswer { detail }),
    }
}
