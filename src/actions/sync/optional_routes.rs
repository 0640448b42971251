//! Finds out which optional routes this version of dimail lacks. The person is told at once, and no
//! change is stored that could never be carried out.

use std::time::Duration;

use tokio::time::timeout;

use crate::actions::App;
pub use crate::dimail::OptionalRoute;
use crate::model::user::Actor;

/// How long a person waits to learn whether dimail has a route. Without an answer in this time the
/// route is assumed to exist, and the job finds out.
const ASKED_WITHIN: Duration = Duration::from_secs(2);

/// Whether dimail was found to lack a route within the last ten minutes. Makes no call.
#[must_use]
pub fn is_lacking(app: &App, route: OptionalRoute) -> bool {
    app.dimail.lacks(route)
}

/// Whether dimail lacks a route. If that is not known, dimail is asked with the priority of a waiting
/// person. Never call it inside a transaction.
pub async fn lacks(app: &App, person: &Actor, route: OptionalRoute) -> bool {
    let dimail = app.for_person(person).dimail;
    let limit = ASKED_WITHIN.min(app.settings.answer_within);
    let Ok(answer) = timeout(limit, dimail.has(route)).await else { return false };
    match answer {
        Ok(has) => !has,
        Err(failure) => {
            tracing::info!(?route, %failure, "could not find out whether dimail has a route");
            false
        }
    }
}
