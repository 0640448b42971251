//! Tests a password, unless there were too many wrong ones. The attempt is stored before its test, so
//! that parallel attempts are counted, and neither the answer nor its time reveals anything about an
//! account.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};
use tracing::Instrument;

use crate::actions::emails::token::hash_of;
use crate::actions::{App, accounts};
use crate::model::throttle::{WRONG_FOR_ADDRESS, WRONG_FROM_ORIGIN};
use crate::model::{AttemptDecision, AttemptId, EmailAddress, EmailContent, FieldError, Language, Timestamp};
use crate::store::{AllTried, Credentials, Fault, NewEmail, PasswordAttempt, Tx};

/// How often an attempt that waits for parallel ones checks whether they have ended.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// How long it waits for them.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The network address of the client.
    pub origin: String,
    /// The cookie of a browser that may be known.
    pub browser: Option<SecretString>,
    /// The language of the page.
    pub language: Language,
}

/// The result of testing a password.
#[derive(Clone, Debug)]
pub enum Tested {
    /// It is the password of this account.
    Right(Credentials),
    /// The password is wrong, or there is no such account, or it is closed.
    Wrong,
    /// The password was not tested.
    Untested(Untested),
}

/// Why a password was not tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untested {
    /// There were too many wrong ones just before.
    TooMany,
    /// The address has taken all wrong passwords of an hour.
    AddressFull,
    /// Too many others wait.
    Busy,
}

impl Untested {
    /// The error at the field of the password.
    pub(crate) fn error(self) -> FieldError {
        match self {
            Self::TooMany => FieldError::TooManyAttempts,
            Self::AddressFull => FieldError::TooManyForAddress,
            Self::Busy => FieldError::TooManyWaiting,
        }
    }
}

/// An attempt, from a known browser or not.
#[derive(Clone, Debug)]
struct Asked {
    attempt: PasswordAttempt,
    /// The address, if it is one.
    email: Option<EmailAddress>,
    /// The hash of the cookie, if the account knows the browser.
    browser: Option<String>,
    language: Language,
}

/// Tests the password of an address.
pub async fn test(app: &App, email: &str, password: SecretString, source: &Source) -> Result<Tested, Fault> {
    let asked = asked(app, email, source).await?;
    let account = asked.email.as_ref().map_or_else(|| "(no address)".to_owned(), ToString::to_string);
    let (id, turn) = match begun(app, &asked).await? {
        Begun::Test(id, turn) => (id, turn),
        Begun::Refused(why) => {
            tracing::warn!(account, origin = source.origin, ?why, "password not tested");
            return Ok(Tested::Untested(why));
        }
    };
    let (app_of_task, origin) = (app.clone(), source.origin.clone());
    // In its own task, so that the attempt counts even if the client closes the connection.
    let task = async move {
        let tested = finish(&app_of_task, &asked, id, password, turn).await;
        if let Ok(Tested::Wrong) = tested {
            tracing::warn!(account, origin, "wrong password");
        }
        tested
    };
    app.under_way.spawn(task.in_current_span()).await.unwrap_or(Ok(Tested::Wrong))
}

async fn asked(app: &App, typed: &str, source: &Source) -> Result<Asked, Fault> {
    let email = EmailAddress::parse(typed).ok();
    let browser = source.browser.as_ref().map(|cookie| hash_of(cookie.expose_secret()));
    let browser = match (&email, browser) {
        (Some(email), Some(hash)) if app.store.knows_browser(email, &hash).await? => Some(hash),
        _ => None,
    };
    let attempt = match &browser {
        Some(hash) => in_browser(typed, hash),
        None => attempt(typed, &source.origin),
    };
    Ok(Asked { attempt, email, browser, language: source.language })
}

/// A request for an email to an address: a browser that its account knows counts as an origin of its own.
pub(crate) async fn request(app: &App, typed: &str, source: &Source) -> Result<PasswordAttempt, Fault> {
    let origin = asked(app, typed, source).await?.attempt.origin;
    Ok(PasswordAttempt { origin, ..attempt(typed, &source.origin) })
}

/// An attempt with an address: address and origin are stored as hashes.
pub(crate) fn attempt(email: &str, origin: &str) -> PasswordAttempt {
    PasswordAttempt { address: hash("address", &key(email)), origin: hash("origin", origin) }
}

/// An attempt from a browser that the account knows.
fn in_browser(email: &str, browser: &str) -> PasswordAttempt {
    let hash = hash("browser", &format!("{browser} {}", key(email)));
    PasswordAttempt { address: hash.clone(), origin: hash }
}

fn key(email: &str) -> String {
    EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key())
}

fn hash(kind: &str, text: &str) -> String {
    format!("{:x}", Sha256::digest(format!("{kind} {text}").as_bytes()))
}

/// Whether a password may be tested now.
enum Begun {
    /// It may: the stored attempt, and the turn for the test.
    Test(AttemptId, Option<OwnedSemaphorePermit>),
    /// It may not.
    Refused(Untested),
}

/// Waits until the password may be tested, and stores the attempt. Nothing is stored before the turn has
/// come: a request that ends meanwhile was no attempt.
async fn begun(app: &App, asked: &Asked) -> Result<Begun, Fault> {
    let since = Instant::now();
    let mut place = None;
    loop {
        // Rejecting a request must cost the portal less than sending it costs the client.
        match verdict(app.store.tried(&asked.attempt).await?, app.clock.now()) {
            AttemptDecision::Refuse => return Ok(Begun::Refused(Untested::TooMany)),
            AttemptDecision::AddressFull => return Ok(Begun::Refused(Untested::AddressFull)),
            verdict => {
                place = place.or_else(|| app.passwords.place(asked.browser.is_some()));
                if place.is_none() {
                    return Ok(Begun::Refused(Untested::Busy));
                }
                if verdict == AttemptDecision::Test {
                    let turn = app.passwords.turn(asked.browser.is_some()).await;
                    if let Some(id) = noted(app, &asked.attempt).await? {
                        return Ok(Begun::Test(id, turn));
                    }
                }
            }
        }
        if since.elapsed() >= PATIENCE {
            return Ok(Begun::Refused(Untested::TooMany));
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// Stores the attempt if it may be tested now.
async fn noted(app: &App, attempt: &PasswordAttempt) -> Result<Option<AttemptId>, Fault> {
    let mut tx = app.store.begin().await?;
    tx.lock_origin(attempt).await?;
    tx.lock_address(attempt).await?;
    if verdict(tx.tried(attempt).await?, tx.now()) != AttemptDecision::Test {
        return Ok(None);
    }
    let id = tx.note_test(attempt).await?;
    tx.commit().await?;
    Ok(Some(id))
}

fn verdict(tried: AllTried, now: Timestamp) -> AttemptDecision {
    let for_address = tried.for_address.verdict(WRONG_FOR_ADDRESS, now);
    let from_origin = tried.from_origin.verdict(WRONG_FROM_ORIGIN, now);
    for_address.max(from_origin).max(tried.in_an_hour.verdict_in_an_hour())
}

async fn finish(
    app: &App,
    asked: &Asked,
    id: AttemptId,
    password: SecretString,
    turn: Option<OwnedSemaphorePermit>,
) -> Result<Tested, Fault> {
    let found = match &asked.email {
        Some(email) => app.store.credentials(email).await?,
        None => None,
    };
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let fits = accounts::password_hash::verified(password, hash).await;
    drop(turn);
    let mut tx = app.store.begin().await?;
    let tested = if let Some(found) = found.filter(|_| fits) {
        tx.clear_wrong(&asked.attempt, Some(id)).await?;
        if let Some(browser) = &asked.browser {
            tx.note_right_in_browser(found.person.user().id, browser).await?;
        }
        Tested::Right(found)
    } else {
        note_wrong(&mut tx, asked, id).await?;
        Tested::Wrong
    };
    tx.commit().await?;
    Ok(tested)
}

/// Records a wrong password. When the address has taken all of an hour, its person is told, once a day. The
/// email is stored whether there is an account or not, so that both take the same time.
async fn note_wrong(tx: &mut Tx, asked: &Asked, id: AttemptId) -> Result<(), Fault> {
    tx.lock_address(&asked.attempt).await?;
    tx.note_wrong(id).await?;
    match (&asked.email, &asked.browser) {
        (Some(email), Some(browser)) => tx.note_wrong_in_browser(email, browser).await,
        (Some(email), None) if tx.may_tell_of_wrong(&asked.attempt).await? => {
            let content = EmailContent::ManyWrongPasswords { address: email.to_string(), at: tx.now() };
            tx.insert_email(&NewEmail::to_account(email.to_string(), asked.language, content)).await.map(|_| ())
        }
        _ => Ok(()),
    }
}
