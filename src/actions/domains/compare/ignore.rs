//! Leaves differences as they are, with a reason, or ends that.

use std::collections::BTreeSet;

use super::act::{Acted, subject_of};
use super::check;
use super::observe::Observation;
use super::recheck::{Deciding, NotDone, Stop, line_now, observe_and_lock};
use crate::actions::{App, Result};
use crate::model::compared::IGNORED_BECAUSE_MAX;
use crate::model::text::cleaned;
use crate::model::{Event, FieldError, FieldErrors, FollowChanges};
use crate::store::{Allowed, Locked, Tx};

/// Ignores the lines with these keys for this reason; without a reason they are ignored no longer. `None` if
/// dimail gives no answer.
pub(crate) async fn ignore(
    app: &App,
    by: &Allowed<FollowChanges>,
    keys: &[String],
    typed: &str,
) -> Result<Option<Acted>> {
    check(by.domain())?;
    let reason = cleaned(typed);
    if reason.chars().count() > IGNORED_BECAUSE_MAX {
        return Err(FieldErrors::one("reason", FieldError::TooLong(IGNORED_BECAUSE_MAX)).into());
    }
    if reason.contains(char::is_control) {
        return Err(FieldErrors::one("reason", FieldError::InvisibleCharacters).into());
    }
    if reason.is_empty() {
        return heed(app, by, keys).await.map(Some);
    }
    let Some(Deciding { observation, mut tx, locked }) = observe_and_lock(app, by).await? else { return Ok(None) };
    let (mut acted, mut fewer) = (Acted::default(), 0);
    for key in keys {
        let result = one(&mut tx, &locked, &observation, (key, &reason)).await;
        fewer += i64::from(matches!(result, Ok((_, true))));
        acted.add(result.map(|(subject, _)| subject), key, &locked)?;
    }
    tx.count_differences(&locked, -fewer).await?;
    tx.commit().await?;
    Ok(Some(acted))
}

/// Ignores one line. Returns what it is about, in words, and whether it was not ignored before.
async fn one(
    tx: &mut Tx,
    locked: &Locked<FollowChanges>,
    observation: &Observation,
    (key, reason): (&str, &str),
) -> Result<(String, bool), Stop> {
    let (line, _) = line_now(tx, locked, observation, key).await?;
    if !line.ignores() {
        return Err(NotDone::NotOffered.into());
    }
    let is_new = tx.ignore_difference(locked, key, reason).await?;
    let event = Event::DifferenceIgnored { subject: line.subject.clone(), reason: reason.to_owned() };
    tx.record(locked, &event, None).await?;
    Ok((line.subject, is_new))
}

/// Ignores lines no longer. One that is not ignored needs a reason.
async fn heed(app: &App, by: &Allowed<FollowChanges>, keys: &[String]) -> Result<Acted> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    check(&locked.domain)?;
    let ignored = tx.ignored_differences(&locked).await?;
    let ignored: BTreeSet<&str> = ignored.iter().map(|ignored| ignored.line.as_str()).collect();
    if !keys.iter().all(|key| ignored.contains(key.as_str())) {
        return Err(FieldErrors::one("reason", FieldError::Required).into());
    }
    let mut acted = Acted::default();
    for key in keys {
        tx.heed_difference(&locked, key).await?;
        let subject = subject_of(key, &locked);
        tx.record(&locked, &Event::DifferenceHeeded { subject: subject.clone() }, None).await?;
        acted.done.push(subject);
    }
    tx.count_differences(&locked, acted.count()).await?;
    tx.commit().await?;
    Ok(acted)
}
