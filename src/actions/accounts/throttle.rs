//! Testing a password, unless too many wrong ones were tried: the attempt is noted before its test
//! begins, so that parallel ones can't slip through, and what is known of an account changes
//! neither the answer nor its time.

use std::time::Duration;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use crate::actions::{App, accounts};
use crate::model::address::EmailAddress;
use crate::model::id::AttemptId;
use crate::model::throttle::{Verdict, WRONG_FOR_ADDRESS, WRONG_FROM_ORIGIN};
use crate::model::time::Timestamp;
use crate::store::{AllTried, Attempt, Credentials, Fault};

/// How often an attempt that depends on others looks whether they are done.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// How long it does so.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of trying a password.
#[derive(Clone, Debug)]
pub enum Tested {
    /// It is the password of this account.
    Right(Credentials),
    /// It is not, or there is no such account, or it is closed.
    Wrong,
    /// It was not tested: too many were wrong before.
    TooMany,
}

/// Tests the password of an address for somebody who comes from `origin`.
pub async fn test(app: &App, email: &str, password: SecretString, origin: &str) -> Result<Tested, Fault> {
    let attempt = attempt(email, origin);
    let Some(id) = begun(app, &attempt).await? else {
        tracing::warn!(origin, "a password was not tested: too many were wrong");
        return Ok(Tested::TooMany);
    };
    let email = EmailAddress::parse(email).ok();
    let task_app = app.clone();
    // In a task of its own: whoever hangs up has tried nevertheless.
    let task = app.under_way.spawn(async move { finish(&task_app, &attempt, id, email, password).await });
    task.await.unwrap_or(Ok(Tested::Wrong))
}

/// The attempt to do something with an address: addresses and origins are kept as hashes.
pub(crate) fn attempt(email: &str, origin: &str) -> Attempt {
    let key = EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key());
    let hash = |kind: &str, text: &str| format!("{:x}", Sha256::digest(format!("{kind} {text}").as_bytes()));
    Attempt { address: hash("address", &key), origin: hash("origin", origin) }
}

/// Notes the attempt before its test; `None` when it is not to be tested.
async fn begun(app: &App, attempt: &Attempt) -> Result<Option<AttemptId>, Fault> {
    let since = Instant::now();
    loop {
        // Turning somebody away must cost less than they did.
        match verdict(app.store.tried(attempt).await?, app.clock.now()) {
            Verdict::Refuse => return Ok(None),
            Verdict::Wait => {}
            Verdict::Test => {
                if let Some(id) = noted(app, attempt).await? {
                    return Ok(Some(id));
                }
            }
        }
        if since.elapsed() >= PATIENCE {
            return Ok(None);
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// Notes the attempt if it may be tested at this moment.
async fn noted(app: &App, attempt: &Attempt) -> Result<Option<AttemptId>, Fault> {
    let mut tx = app.store.begin().await?;
    tx.lock_origin(attempt).await?;
    if verdict(tx.tried(attempt).await?, tx.now()) != Verdict::Test {
        return Ok(None);
    }
    let id = tx.note_test(attempt).await?;
    tx.commit().await?;
    Ok(Some(id))
}

fn verdict(tried: AllTried, now: Timestamp) -> Verdict {
    let for_address = tried.for_address.verdict(WRONG_FOR_ADDRESS, now);
    for_address.max(tried.from_origin.verdict(WRONG_FROM_ORIGIN, now))
}

async fn finish(
    app: &App,
    attempt: &Attempt,
    id: AttemptId,
    email: Option<EmailAddress>,
    password: SecretString,
) -> Result<Tested, Fault> {
    let found = match email {
        Some(email) => app.store.credentials(&email).await?,
        None => None,
    };
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let fits = accounts::password_hash::verified(password, hash).await;
    let mut tx = app.store.begin().await?;
    let tested = if let Some(found) = found.filter(|_| fits) {
        tx.forget_wrong(attempt, Some(id)).await?;
        Tested::Right(found)
    } else {
        tx.note_wrong(id).await?;
        Tested::Wrong
    };
    tx.commit().await?;
    Ok(tested)
}
