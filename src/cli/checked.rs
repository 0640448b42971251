//! Checks a domain now, for the commands that end with a check.

use super::{CommandError, say};
use crate::actions::sync::outcome::Outcome;
use crate::actions::{App, domains};
use crate::i18n::Sentences;
use crate::model::reason::Trouble;
use crate::model::{Domain, Language};

/// Checks a domain and prints the result; `false` if there is no result.
pub(super) async fn checked(app: &App, domain: &Domain) -> Result<bool, CommandError> {
    let outcome = domains::check_now::check_as_operator(app, domain.id).await?;
    let now = app.store.domain_of(domain.id).await?;
    let status = now.as_ref().map_or(domain.status, |now| now.status);
    // One bad result does not change an enabled domain, but the operator is told about it.
    let is_doubted = now.is_some_and(|now| now.bad_since.is_some());
    let (has_result, words) = match outcome {
        Some(Outcome::Done) if is_doubted => {
            (true, format!("{status}: the check found errors; a second bad result will decide"))
        }
        Some(Outcome::Done) => (true, status.to_string()),
        Some(Outcome::Later(Trouble::NoAnswer { detail, .. } | Trouble::Installation { detail })) => {
            (false, format!("{status}: no result: {detail}"))
        }
        Some(Outcome::Later(Trouble::NameServers)) => {
            (false, format!("{status}: no result: the name servers of the domain do not answer dimail"))
        }
        Some(Outcome::Later(Trouble::Portal)) => (false, format!("{status}: no result: the portal is at fault")),
        Some(Outcome::Refused(reason)) => {
            let words = Sentences(Language::En).reason(&reason, &domain.name, true);
            (false, format!("{status}: refused: {words}"))
        }
        Some(Outcome::Lost) => (false, format!("{status}: no result")),
        None if domain.accepted_at.is_none() => (false, format!("{status}: dimail has not accepted it yet")),
        None => (true, format!("{status}: the running portal is checking it")),
    };
    say::line(format!("{}\t{words}", domain.name));
    Ok(has_result)
}
