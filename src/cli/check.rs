//! Checks a domain now, for the commands that end with a check.

use super::{CommandError, say};
use crate::actions::{App, domains};
use crate::model::Domain;
use crate::model::reason::Trouble;

/// Checks a domain and prints the result; `false` if there is no result.
pub(super) async fn check_and_print(app: &App, domain: &Domain) -> Result<bool, CommandError> {
    let job = domains::check_now::check_as_operator(app, domain.id).await?;
    let now = app.store.domain_of(domain.id).await?;
    let status = now.as_ref().map_or(domain.status, |now| now.status);
    // One bad result does not change an enabled domain, but the operator is told about it.
    let is_doubted = now.is_some_and(|now| now.bad_since.is_some());
    let (has_result, words) = match job.map(|job| job.trouble) {
        Some(None) if is_doubted => {
            (true, format!("{status}: the check found errors; a second bad result will decide"))
        }
        Some(None) => (true, status.to_string()),
        Some(Some(Trouble::Refused { detail })) => (false, format!("{status}: dimail refused to check it: {detail}")),
        Some(Some(trouble)) => (false, format!("{status}: no result: {}", trouble.detail())),
        None if domain.accepted_at.is_none() => (false, format!("{status}: dimail has not accepted it yet")),
        None => (true, format!("{status}: the running portal is checking it")),
    };
    say::line(format!("{}\t{words}", domain.name));
    Ok(has_result)
}
