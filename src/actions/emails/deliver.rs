//! Sends an email: checks that it is still needed and that the SMTP server answers, then gets the login
//! link or password, then sends it. Secrets are requested from dimail last and never stored.

use secrecy::SecretString;

use crate::actions::App;
use crate::actions::accounts::reset_password::{new_link, to_account};
use crate::actions::emails::token::new_token;
use crate::actions::sync::outcome::trouble;
use crate::dimail::CallError;
use crate::mail::{Facts, LoginLink, Outgoing, SendFailure, message_id, write};
use crate::model::address::EmailAddress;
use crate::model::email::{Email, EmailContent, EmailState, GivenUp, MailboxEmail};
use crate::model::id::InvitationId;
use crate::model::mailbox::MailboxStatus;
use crate::model::reason::Trouble;
use crate::store::{Fault, MailboxInDomain};

/// How often a login link can be used: more than once, because some mail clients open links
/// automatically.
const LOGIN_LINK_USES: u32 = 3;

/// Why an email was not sent.
enum Unsent {
    /// It will be retried.
    Later(Trouble),
    /// The SMTP server rejected it permanently.
    Refused(String),
    /// dimail does not provide the link or password for the email.
    Impossible(String),
}

pub(crate) async fn send(app: &App, email: &Email) -> Result<(), Fault> {
    let target = match email.mailbox_id {
        Some(id) => app.store.mailbox_in_domain(id).await?,
        None => None,
    };
    let Some(email) = &to_account(app, email.clone()).await? else {
        return app.store.delete_email(email, app.id).await;
    };
    if is_pointless(app, email, target.as_ref()).await? {
        note_lost(app, email, false).await?;
        return app.store.finish_email(email, app.id, EmailState::Withdrawn, None).await;
    }
    let email = &addressed(app, email, target.as_ref()).await?;
    match deliver(app, email, target.as_ref()).await {
        Ok(opens) => {
            if !opens {
                note_lost(app, email, false).await?;
            }
            note_sent(app, email, opens).await
        }
        Err(Unsent::Refused(why)) => {
            tracing::info!(email = %email.id, why, "email refused by the SMTP server");
            note_lost(app, email, true).await?;
            app.store.give_up_email(email, app.id, GivenUp::Recipient, &why).await
        }
        Err(Unsent::Impossible(why)) => {
            tracing::warn!(email = %email.id, why, "email given up: dimail provides no link or password for it");
            note_lost(app, email, false).await?;
            app.store.give_up_email(email, app.id, GivenUp::Dimail, &why).await
        }
        Err(Unsent::Later(trouble)) => put_off(app, email, &trouble).await,
    }
}

/// Whether the email gives the mailbox user access to a mailbox.
fn is_key(email: &Email) -> bool {
    email.content.to_user().is_some_and(MailboxEmail::opens)
}

/// Whether an email is no longer needed: one to a mailbox user when the mailbox or its secondary
/// address no longer exists, one with an invitation when the invitation no longer exists.
async fn is_pointless(app: &App, email: &Email, target: Option<&MailboxInDomain>) -> Result<bool, Fault> {
    match (email.content.to_user(), email.invitation_id) {
        (Some(kind), _) if kind.opens() => Ok(target.is_none_or(|target| {
            target.mailbox.status != MailboxStatus::Enabled || target.mailbox.secondary_email.is_none()
        })),
        // The former address must be informed, whatever happened to the mailbox since.
        (Some(_), _) => Ok(false),
        (None, Some(id)) if matches!(email.content, EmailContent::Invitation { .. }) => {
            Ok(app.store.invitation_of(id).await?.is_none_or(|open| !open.is_backed))
        }
        // An email to a closed account is not sent.
        _ => {
            let account = match EmailAddress::parse(&email.recipient) {
                Ok(email) => app.store.user_with_email(&email).await?,
                Err(_) => None,
            };
            Ok(account.is_some_and(|user| user.disabled_at.is_some()))
        }
    }
}

/// Emails with a link or password go to the current secondary address, even if it changed during an
/// earlier attempt.
async fn addressed(app: &App, email: &Email, target: Option<&MailboxInDomain>) -> Result<Email, Fault> {
    let mut email = email.clone();
    let secondary = target.filter(|_| is_key(&email)).and_then(|target| target.mailbox.secondary_email.clone());
    if let Some(recipient) = secondary.filter(|secondary| *secondary != email.recipient) {
        app.store.readdress_email(email.id, app.id, &recipient).await?;
        email.recipient = recipient;
    }
    Ok(email)
}

/// Records that no person can sign in to a mailbox, because its first email will not be sent or a new
/// password was set but not delivered: the mailbox's page then says so and offers another way. Recorded
/// before the email is finished: after a crash in between, the email is sent again, and that clears the
/// record.
async fn note_lost(app: &App, email: &Email, may_have_asked: bool) -> Result<(), Fault> {
    let is_lost = match email.content.to_user() {
        Some(MailboxEmail::NewMailbox) => true,
        Some(MailboxEmail::NewPassword) => may_have_asked || email.attempts > 1,
        Some(MailboxEmail::LoginLink | MailboxEmail::SecondaryChanged) | None => false,
    };
    if is_lost { app.store.note_key_lost(email.id, app.id).await } else { Ok(()) }
}

/// Records that an email was sent; `opens` says whether it contained the link or password it is for.
async fn note_sent(app: &App, email: &Email, opens: bool) -> Result<(), Fault> {
    if !is_key(email) || !opens {
        return app.store.finish_email(email, app.id, EmailState::Sent, None).await;
    }
    let mut tx = app.store.begin().await?;
    tx.note_key_sent(email, app.id).await?;
    tx.commit().await
}

async fn put_off(app: &App, email: &Email, trouble: &Trouble) -> Result<(), Fault> {
    let why = match trouble {
        Trouble::NoAnswer { detail } | Trouble::Installation { detail } => detail.as_str(),
        Trouble::Portal | Trouble::NameServers => "",
    };
    tracing::info!(email = %email.id, attempts = email.attempts, why, "email put off");
    let is_silence = !matches!(trouble, Trouble::Installation { .. });
    if is_silence && app.clock.now().since(email.created_at) >= app.pauses().give_up {
        note_lost(app, email, true).await?;
        return app.store.give_up_email(email, app.id, GivenUp::Silence, why).await;
    }
    app.store.postpone_email(email, app.id, app.next_attempt(email.attempts, trouble), why).await
}

/// Sends an email. Returns `false` if it was sent without the login link it is for.
async fn deliver(app: &App, email: &Email, target: Option<&MailboxInDomain>) -> Result<bool, Unsent> {
    app.sender.ready().await.map_err(unsent)?;
    let keys = keys(app, email, target).await?;
    let opens = !is_key(email) || keys.login_link.is_some() || keys.new_password.is_some();
    let invitation_token = match email.invitation_id {
        Some(id) => Some(invitation_token(app, id).await?),
        None => None,
    };
    let reset_token = match email.content {
        EmailContent::ForgottenPassword => Some(reset_token(app, email).await?),
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
    let written = write(&email.content, email.language, &facts).map_err(|error| {
        tracing::error!(email = %email.id, %error, "could not render an email");
        Unsent::Later(Trouble::Portal)
    })?;
    let outgoing = Outgoing {
        message_id: message_id(email.id, &public_url),
        to: email.recipient.clone(),
        written,
        date: app.clock.now(),
    };
    app.sender.send(&outgoing).await.map_err(unsent)?;
    Ok(opens)
}

/// The link or password in an email. It exists only while the email is rendered and sent.
#[derive(Default)]
struct Keys {
    login_link: Option<LoginLink>,
    new_password: Option<SecretString>,
}

/// Gets a new link or password from dimail for an email.
async fn keys(app: &App, email: &Email, target: Option<&MailboxInDomain>) -> Result<Keys, Unsent> {
    let Some(target) = target else { return Ok(Keys::default()) };
    match email.content.to_user() {
        Some(MailboxEmail::NewMailbox) => match login_link(app, target).await {
            Ok(link) => Ok(Keys { login_link: Some(link), ..Keys::default() }),
            // Without a link the email still says that there is a mailbox, and whom to ask.
            Err(Unsent::Impossible(why)) => {
                tracing::warn!(email = %email.id, why, "dimail created no login link; sending the email without it");
                Ok(Keys::default())
            }
            Err(unsent) => Err(unsent),
        },
        Some(MailboxEmail::LoginLink) => {
            Ok(Keys { login_link: Some(login_link(app, target).await?), ..Keys::default() })
        }
        Some(MailboxEmail::NewPassword) => {
            Ok(Keys { new_password: Some(new_password(app, target).await?), ..Keys::default() })
        }
        Some(MailboxEmail::SecondaryChanged) | None => Ok(Keys::default()),
    }
}

/// Creates a new invitation link. Only its hash is stored; if an email is sent twice, both links work.
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
        // The invitation was removed since the email was claimed: the next attempt withdraws the email.
        Ok(false) | Err(_) => Err(Unsent::Later(Trouble::Portal)),
    }
}

/// Creates a new link to choose a password.
async fn reset_token(app: &App, email: &Email) -> Result<SecretString, Unsent> {
    // Any failure is handled at the next attempt.
    new_link(app, email).await.ok().flatten().ok_or(Unsent::Later(Trouble::Portal))
}

/// Creates a new login link; impossible if this version of dimail has none.
async fn login_link(app: &App, target: &MailboxInDomain) -> Result<LoginLink, Unsent> {
    let valid = app.settings.login_link_valid;
    let (domain, part) = (&target.domain.name, &target.mailbox.local_part);
    let dimail = app.dimail.for_emails();
    let code = dimail.login_code(domain, part, valid, LOGIN_LINK_USES).await.map_err(|failure| ungiven(&failure))?;
    Ok(LoginLink { code: code.code, valid, uses: LOGIN_LINK_USES })
}

/// Sets a new password, which replaces the former one. A retry sets another one, because the password
/// of an attempt without an answer is not known.
async fn new_password(app: &App, target: &MailboxInDomain) -> Result<SecretString, Unsent> {
    app.dimail
        .for_emails()
        .reset_password(&target.domain.name, &target.mailbox.local_part)
        .await
        .map_err(|failure| ungiven(&failure))
}

fn ungiven(failure: &CallError) -> Unsent {
    if failure.is_route_missing() || matches!(failure, CallError::Refused(_)) {
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
