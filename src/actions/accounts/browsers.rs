//! Makes browsers known in which people have signed in.

use secrecy::{ExposeSecret, SecretString};

use crate::actions::App;
use crate::actions::accounts::throttle::Source;
use crate::actions::emails::token::{hash_of, new_token};
use crate::model::EmailContent;
use crate::model::throttle::{BROWSERS_TOLD, EMAILS_COUNTED};
use crate::store::{Fault, NewEmail, SignedIn, Tx};

/// How a person has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// By the password.
    Password,
    /// By the link of an email, or by a session: an email about a new browser would say nothing new.
    Other,
}

/// Makes the browser known to the account of a person; returns the cookie that it must keep. An email tells
/// the person of a new browser, unless it is the first one.
pub async fn remember(app: &App, person: &SignedIn, source: &Source, arrival: Arrival) -> Result<SecretString, Fault> {
    let mut tx = app.store.begin().await?;
    let (cookie, hash) = cookie(&mut tx, source).await?;
    let is_new = tx.keep_browser(person.user().id, &hash).await?;
    if is_new && arrival == Arrival::Password {
        tell(app, &mut tx, person).await?;
    }
    app.commit(tx).await?;
    Ok(cookie)
}

/// The cookie that the browser has, if it is known to any account, else a new one: a cookie that was
/// planted is worth nothing.
async fn cookie(tx: &mut Tx, source: &Source) -> Result<(SecretString, String), Fault> {
    if let Some(cookie) = &source.browser {
        let hash = hash_of(cookie.expose_secret());
        if tx.is_known_browser(&hash).await? {
            return Ok((cookie.clone(), hash));
        }
    }
    Ok(new_token())
}

async fn tell(app: &App, tx: &mut Tx, person: &SignedIn) -> Result<(), Fault> {
    let user = person.user();
    if !tx.has_signed_in(user.id).await? || !tx.may_tell_of_browser(user.id, BROWSERS_TOLD, EMAILS_COUNTED).await? {
        return Ok(());
    }
    let content = EmailContent::NewBrowser { address: user.email.clone(), at: tx.now() };
    tx.insert_email(&NewEmail::to_user(user, app.settings.default_language, content)).await?;
    Ok(())
}
