//! Signs a mailbox user in to the webmail by the link of an email. The link leads to a page of the
//! portal with a button, so that programs which open the links of emails use nothing up; dimail is asked
//! for a code when the button is pressed.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout_at};

use crate::actions::emails::token::hash_of;
use crate::actions::{App, Result};
use crate::dimail::CallError;
use crate::model::Refusal;
use crate::store::{Fault, MailboxInDomain};

/// How long a code is valid: the browser uses it at once.
const CODE_VALID: Duration = Duration::from_mins(10);
/// How often a code can be used.
const CODE_USES: u32 = 1;
/// RFC 3986, 2.3: these need no encoding.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The result of pressing the button.
#[derive(Debug)]
pub enum Pressed {
    /// The address in the webmail that signs the person in, once.
    SignedIn(SecretString),
    /// dimail did not answer; the press does not count.
    Unanswered,
    /// This version of dimail makes no codes.
    Unsupported,
    /// dimail refuses a code for this mailbox.
    Refused,
}

/// The mailbox of a link. A link that is unknown, expired, used up or ended is not found; that of a
/// disabled domain is a conflict, and works again later.
pub async fn look_up(app: &App, token: &str) -> Result<MailboxInDomain> {
    let since = app.clock.now().minus(app.settings.login_link_valid);
    let target = app.store.mailbox_of_login_link(&hash_of(token), since).await?.ok_or(Refusal::NotFound)?;
    target.domain.check_not_closed()?;
    Ok(target)
}

/// Presses the button of a link: counts the press and asks dimail for a code. It runs to its end even if
/// the browser hangs up, so that the count stays right.
pub async fn press(app: &App, token: &str) -> Result<Pressed> {
    let until = app.answer_by();
    let target = look_up(app, token).await?;
    let (own, hash) = (app.clone(), hash_of(token));
    let task = app.under_way.spawn(async move { ask(&own, &hash, &target, until).await });
    match app.shutdown.run_until_cancelled(task).await {
        Some(Ok(pressed)) => pressed,
        Some(Err(_)) | None => Ok(Pressed::Unanswered),
    }
}

async fn ask(app: &App, hash: &str, target: &MailboxInDomain, until: Instant) -> Result<Pressed> {
    if !app.store.press_login_link(hash).await? {
        return Err(Refusal::NotFound.into());
    }
    let (domain, mailbox) = (&target.domain.name, &target.mailbox);
    let dimail = app.dimail.for_person(&mailbox.id.to_string());
    let answer = timeout_at(until, dimail.login_code(domain, &mailbox.local_part, CODE_VALID, CODE_USES)).await;
    let failure = match answer.map_err(|_| None).and_then(|code| code.map_err(Some)) {
        Ok(code) => {
            app.store.note_signed_in(mailbox.id).await?;
            return Ok(Pressed::SignedIn(code_address(app, &code.code)));
        }
        Err(failure) => failure,
    };
    tracing::info!(mailbox = %mailbox.id, failure = failure.as_ref().map(tracing::field::display), "no login code");
    Ok(settle(app, hash, target, failure).await?)
}

/// What the person reads without a code. Only an answer about this mailbox counts as a press.
async fn settle(app: &App, hash: &str, target: &MailboxInDomain, failure: Option<CallError>) -> Result<Pressed, Fault> {
    if matches!(failure, Some(CallError::Refused(_))) {
        return Ok(Pressed::Refused);
    }
    app.store.take_back_press(hash).await?;
    if !failure.is_some_and(|failure| failure.is_route_missing()) {
        return Ok(Pressed::Unanswered);
    }
    app.store.note_unreached(target).await?;
    Ok(Pressed::Unsupported)
}

/// The address of a code: `{webmail}/code/{code}`.
fn code_address(app: &App, code: &SecretString) -> SecretString {
    let webmail = app.settings.webmail_url.as_deref().unwrap_or_default();
    address(webmail, code.expose_secret()).into()
}

fn address(webmail: &str, code: &str) -> String {
    format!("{}/code/{}", webmail.trim_end_matches('/'), utf8_percent_encode(code, ENCODED))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn a_code_is_one_segment_of_the_address() {
        assert_eq!(address("https://webmail.fr/", "a/b?c-d_e.f"), "https://webmail.fr/code/a%2Fb%3Fc-d_e.f");
    }
}
