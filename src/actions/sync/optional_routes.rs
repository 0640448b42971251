//! What this mail service may be too old for: what it lacks is said to the person at once, and
//! nothing is stored that could never be done.

use std::time::Duration;

use tokio::time::timeout;

use crate::actions::App;
pub use crate::dimail::OptionalRoute;
use crate::model::user::Actor;

/// How long a person waits to learn whether dimail has a route: one that does not answer so long is
/// treated as one that has it, and the job finds out.
const ASKED_WITHIN: Duration = Duration::from_secs(2);

/// Whether dimail was found to lack a route within the last ten minutes. Asks nothing.
#[must_use]
pub fn is_lacking(app: &App, route: OptionalRoute) -> bool {
    app.dimail.lacks(route)
}

/// Whether dimail lacks a route. It is asked where that is not known, as a call of the person who
/// waits for it; never inside a transaction.
pub async fn lacks(app: &App, person: &Actor, route: OptionalRoute) -> bool {
    let dimail = app.for_person(person).dimail;
    match timeout(ASKED_WITHIN.min(app.settings.answer_within), dimail.has(route)).await {
        Ok(Ok(has)) => !has,
        Ok(Err(failure)) => {
            tracing::info!(?route, %failure, "dimail did not tell whether it has a route");
            false
        }
        Err(_) => false,
    }
}
