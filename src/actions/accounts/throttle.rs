//! Tests a password, unless there were too many wrong ones. The attempt is stored before its test, so
//! that parallel attempts are counted, and neither the answer nor its time reveals anything about an
//! account.

use std::time::Duration;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use crate::actions::{App, accounts};
use crate::model::address::EmailAddress;
use crate::model::id::AttemptId;
use crate::model::throttle::{AttemptDecision, WRONG_FOR_ADDRESS, WRONG_FROM_ORIGIN};
use crate::model::time::Timestamp;
use crate::store::{AllTried, Attempt, Credentials, Fault};

/// How often an attempt that waits for parallel ones checks whether they have ended.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// How long it waits for them.
const PATIENCE: Duration = Duration::from_secs(10);

/// The result of testing a password.
#[derive(Clone, Debug)]
pub enum Tested {
    /// It is the password of this account.
    Right(Credentials),
    /// The password is wrong, or there is no such account, or it is closed.
    Wrong,
    /// The password was not tested, because there were too many wrong ones before.
    TooMany,
}

/// Tests the password of an address for a request from `origin`.
pub async fn test(app: &App, email: &str, password: SecretString, origin: &str) -> Result<Tested, Fault> {
    let attempt = attempt(email, origin);
    let Some(id) = begun(app, &attempt).await? else {
        tracing::warn!(origin, "password not tested: too many wrong attempts");
        return Ok(Tested::TooMany);
    };
    let email = EmailAddress::parse(email).ok();
    let task_app = app.clone();
    // In its own task, so that the attempt counts even if the client closes the connection.
    let task = app.under_way.spawn(async move { finish(&task_app, &attempt, id, email, password).await });
    task.await.unwrap_or(Ok(Tested::Wrong))
}

/// An attempt with an address: address and origin are stored as hashes.
pub(crate) fn attempt(email: &str, origin: &str) -> Attempt {
    let key = EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key());
    let hash = |kind: &str, text: &str| format!("{:x}", Sha256::digest(format!("{kind} {text}").as_bytes()));
    Attempt { address: hash("address", &key), origin: hash("origin", origin) }
}

/// Stores the attempt before its test. Returns `None` if the password must not be tested.
async fn begun(app: &App, attempt: &Attempt) -> Result<Option<AttemptId>, Fault> {
    let since = Instant::now();
    loop {
        // Rejecting a request must cost the portal less than sending it costs the client.
        match verdict(app.store.tried(attempt).await?, app.clock.now()) {
            AttemptDecision::Refuse => return Ok(None),
            AttemptDecision::Wait => {}
            AttemptDecision::Test => {
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

/// Stores the attempt if it may be tested now.
async fn noted(app: &App, attempt: &Attempt) -> Result<Option<AttemptId>, Fault> {
    let mut tx = app.store.begin().await?;
    tx.lock_origin(attempt).await?;
    if verdict(tx.tried(attempt).await?, tx.now()) != AttemptDecision::Test {
        return Ok(None);
    }
    let id = tx.note_test(attempt).await?;
    tx.commit().await?;
    Ok(Some(id))
}

fn verdict(tried: AllTried, now: Timestamp) -> AttemptDecision {
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
        tx.clear_wrong(attempt, Some(id)).await?;
        Tested::Right(found)
    } else {
        tx.note_wrong(id).await?;
        Tested::Wrong
    };
    tx.commit().await?;
    Ok(tested)
}
