//! Sending a letter: is its reason still there, does the SMTP server answer, then the login link
//! or the password, then the letter. Secrets are asked of dimail last and never stored.

use secrecy::SecretString;

use crate::actions::App;
use crate::actions::accounts::reset_password::{new_link, to_account};
use crate::actions::emails::token::new_token;
use crate::actions::sync::run::trouble;
use crate::dimail::Failure;
use crate::mail::{Facts, LoginLink, Outgoing, SendFailure, message_id, write};
use crate::model::address::EmailAddress;
use crate::model::id::InvitationId;
use crate::model::letter::{GivenUp, HolderLetter, Letter, LetterContent, LetterState};
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
    /// dimail does not give what the letter should carry.
    Impossible(String),
}

pub(crate) async fn send(app: &App, letter: &Letter) -> Result<(), Fault> {
    let holder = match letter.mailbox_id {
        Some(id) => app.store.holder_of(id).await?,
        None => None,
    };
    let Some(letter) = &to_account(app, letter.clone()).await? else {
        return app.store.forget_letter(letter, app.id).await;
    };
    if is_pointless(app, letter, holder.as_ref()).await? {
        note_lost(app, letter, false).await?;
        return app.store.finish_letter(letter, app.id, LetterState::Withdrawn, None).await;
    }
    let letter = &addressed(app, letter, holder.as_ref()).await?;
    match deliver(app, letter, holder.as_ref()).await {
        Ok(opens) => {
            if !opens {
                note_lost(app, letter, false).await?;
            }
            note_sent(app, letter, opens).await
        }
        Err(Unsent::Refused(why)) => {
            tracing::info!(letter = %letter.id, why, "letter refused by the SMTP server");
            note_lost(app, letter, true).await?;
            app.store.give_up_letter(letter, app.id, GivenUp::Recipient, &why).await
        }
        Err(Unsent::Impossible(why)) => {
            tracing::warn!(letter = %letter.id, why, "letter given up: dimail does not give what it is for");
            note_lost(app, letter, false).await?;
            app.store.give_up_letter(letter, app.id, GivenUp::Dimail, &why).await
        }
        Err(Unsent::Later(trouble)) => put_off(app, letter, &trouble).await,
    }
}

/// Whether the letter opens a mailbox to its holder.
fn is_key(letter: &Letter) -> bool {
    letter.content.to_holder().is_some_and(HolderLetter::opens)
}

/// The reason of a letter to a holder is gone with the mailbox or its secondary address, that of
/// an invitation with it.
async fn is_pointless(app: &App, letter: &Letter, holder: Option<&Holder>) -> Result<bool, Fault> {
    match (letter.content.to_holder(), letter.invitation_id) {
        (Some(kind), _) if kind.opens() => Ok(holder.is_none_or(|holder| {
            holder.mailbox.status != MailboxStatus::Enabled || holder.mailbox.secondary_email.is_none()
        })),
        // Whoever read it until now is to know, whatever became of the mailbox since.
        (Some(_), _) => Ok(false),
        (None, Some(id)) if matches!(letter.content, LetterContent::Invitation { .. }) => {
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

/// What opens a mailbox goes to its secondary address of now, also when that changed while an
/// earlier attempt was under way.
async fn addressed(app: &App, letter: &Letter, holder: Option<&Holder>) -> Result<Letter, Fault> {
    let mut letter = letter.clone();
    let secondary = holder.filter(|_| is_key(&letter)).and_then(|holder| holder.mailbox.secondary_email.clone());
    if let Some(recipient) = secondary.filter(|secondary| *secondary != letter.recipient) {
        app.store.readdress_letter(letter.id, app.id, &recipient).await?;
        letter.recipient = recipient;
    }
    Ok(letter)
}

/// A first letter that will not leave, or a password that was asked of dimail and reached nobody,
/// leaves a mailbox into which nobody may get: its page says so, and offers a way in. Noted first: a
/// portal that dies in between sends the letter again, and its leaving takes the note back.
async fn note_lost(app: &App, letter: &Letter, may_have_asked: bool) -> Result<(), Fault> {
    let is_lost = match letter.content.to_holder() {
        Some(HolderLetter::NewMailbox) => true,
        Some(HolderLetter::NewPassword) => may_have_asked || letter.attempts > 1,
        Some(HolderLetter::LoginLink | HolderLetter::SecondaryChanged) | None => false,
    };
    if is_lost { app.store.note_key_lost(letter.id, app.id).await } else { Ok(()) }
}

/// Notes that a letter left; `opens`: with what lets its reader in, if that is what it is for.
async fn note_sent(app: &App, letter: &Letter, opens: bool) -> Result<(), Fault> {
    if !is_key(letter) || !opens {
        return app.store.finish_letter(letter, app.id, LetterState::Sent, None).await;
    }
    let mut tx = app.store.begin().await?;
    tx.note_key_sent(letter, app.id).await?;
    tx.commit().await
}

async fn put_off(app: &App, letter: &Letter, trouble: &Trouble) -> Result<(), Fault> {
    let why = match trouble {
        Trouble::NoAnswer { detail } | Trouble::Installation { detail } => detail.as_str(),
        Trouble::Portal | Trouble::NameServers => "",
    };
    tracing::info!(letter = %letter.id, attempts = letter.attempts, why, "letter put off");
    let is_silence = !matches!(trouble, Trouble::Installation { .. });
    if is_silence && app.clock.now().since(letter.created_at) >= app.pauses().give_up {
        note_lost(app, letter, true).await?;
        return app.store.give_up_letter(letter, app.id, GivenUp::Silence, why).await;
    }
    app.store.postpone_letter(letter, app.id, app.next_attempt(letter.attempts, trouble), why).await
}

/// Sends a letter; `false`: it left without the login link that it is for.
async fn deliver(app: &App, letter: &Letter, holder: Option<&Holder>) -> Result<bool, Unsent> {
    app.sender.ready().await.map_err(unsent)?;
    let keys = keys(app, letter, holder).await?;
    let opens = !is_key(letter) || keys.login_link.is_some() || keys.new_password.is_some();
    let invitation_token = match letter.invitation_id {
        Some(id) => Some(invitation_token(app, id).await?),
        None => None,
    };
    let reset_token = match letter.content {
        LetterContent::ForgottenPassword => Some(reset_token(app, letter).await?),
        _ => None,
    };
    let settings = &app.settings;
    let public_url = settings.public_url();
    let facts = Facts {
        public_url: &public_url,
        webmail_url: settings.webmail_url.as_deref().unwrap_or_default(),
        brand: &settings.brand_name,
        accent: settings.accent_colour.as_deref(),
        login_link: keys.login_link,
        new_password: keys.new_password,
        invitation_token,
        reset_token,
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
    app.sender.send(&outgoing).await.map_err(unsent)?;
    Ok(opens)
}

/// What lets a holder in. It lives as long as the letter is written and sent.
#[derive(Default)]
struct Keys {
    login_link: Option<LoginLink>,
    new_password: Option<SecretString>,
}

/// The key that a letter carries, fresh from dimail.
async fn keys(app: &App, letter: &Letter, holder: Option<&Holder>) -> Result<Keys, Unsent> {
    let Some(holder) = holder else { return Ok(Keys::default()) };
    match letter.content.to_holder() {
        Some(HolderLetter::NewMailbox) => match login_link(app, holder).await {
            Ok(link) => Ok(Keys { login_link: Some(link), ..Keys::default() }),
            // The letter says that there is a mailbox, and names whom to ask.
            Err(Unsent::Impossible(why)) => {
                tracing::warn!(letter = %letter.id, why, "dimail gave no login link; the letter leaves without");
                Ok(Keys::default())
            }
            Err(unsent) => Err(unsent),
        },
        Some(HolderLetter::LoginLink) => {
            Ok(Keys { login_link: Some(login_link(app, holder).await?), ..Keys::default() })
        }
        Some(HolderLetter::NewPassword) => {
            Ok(Keys { new_password: Some(new_password(app, holder).await?), ..Keys::default() })
        }
        Some(HolderLetter::SecondaryChanged) | None => Ok(Keys::default()),
    }
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

/// A fresh link to choose a password.
async fn reset_token(app: &App, letter: &Letter) -> Result<SecretString, Unsent> {
    // What goes wrong here is looked at anew at the next attempt.
    new_link(app, letter).await.ok().flatten().ok_or(Unsent::Later(Trouble::Portal))
}

/// A fresh login link; impossible where this dimail makes none.
async fn login_link(app: &App, holder: &Holder) -> Result<LoginLink, Unsent> {
    let valid = app.settings.login_link_valid;
    let (domain, part) = (&holder.domain.name, &holder.mailbox.local_part);
    let dimail = app.dimail.for_emails();
    let code = dimail.login_code(domain, part, valid, LOGIN_LINK_USES).await.map_err(|failure| ungiven(&failure))?;
    Ok(LoginLink { code: code.code, valid, uses: LOGIN_LINK_USES })
}

/// A new password, which ends the former one. A letter that is tried again asks for another: what
/// an attempt without answer has made, nobody has seen.
async fn new_password(app: &App, holder: &Holder) -> Result<SecretString, Unsent> {
    app.dimail
        .for_emails()
        .reset_password(&holder.domain.name, &holder.mailbox.local_part)
        .await
        .map_err(|failure| ungiven(&failure))
}

fn ungiven(failure: &Failure) -> Unsent {
    if failure.is_route_missing() || matches!(failure, Failure::Refused(_)) {
        Unsent::Impossible(failure.to_string())
    } else {
        Unsent::Later(trouble(failure))
    }
}

fn unsent(failure: SendFailure) -> Unsent {
    match failure {
        SendFailure::Refused(why) => Unsent::Refused(why),
        SendFailure::Later(detail) => Unsent::Later(Trouble::NoAnswer { detail }),
    }
}
