//! Emails that left although the database fails: recorded as soon as it can be, and not sent again meanwhile.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::actions::App;
use crate::model::id::EmailId;
use crate::store::Fault;

/// How often the recording is tried. Shorter than the worker's pause after a failure of the database, so that it
/// usually comes before another portal claims an email whose lease has expired.
const PAUSE: Duration = Duration::from_millis(250);

/// The emails that the SMTP server took from this process and that are not recorded as sent.
#[derive(Default)]
pub struct Unrecorded(Mutex<BTreeSet<EmailId>>);

impl Unrecorded {
    fn emails(&self) -> MutexGuard<'_, BTreeSet<EmailId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this email has left. Its lease may have expired since, and been claimed again.
    pub(super) fn contains(&self, id: EmailId) -> bool {
        self.emails().contains(&id)
    }
}

/// Records that an email has left, and tries that until it succeeds: an email that left and is not recorded would
/// be sent twice. Ends without it only with the process.
pub(super) async fn record<F: Future<Output = Result<(), Fault>>>(app: &App, id: EmailId, record: impl Fn() -> F) {
    app.unrecorded.emails().insert(id);
    while let Err(fault) = record().await {
        tracing::warn!(email = %id, %fault, "could not record that an email was sent: trying again");
        tokio::time::sleep(PAUSE).await;
    }
    app.unrecorded.emails().remove(&id);
}
