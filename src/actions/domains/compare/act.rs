//! Adopts or pushes chosen differences: each is compared once more under the lock, and a refused one keeps no
//! other back.

use super::observe::Observation;
use super::recheck::{Deciding, NotDone, Sides, Stop, line_now, observe_and_lock};
use crate::actions::{App, Result};
use crate::model::comparison::{LineObject, object_of};
use crate::model::{EmailContent, Language, LocalPart, Reconcile, Refusal, Why};
use crate::store::{Allowed, ByPortal, Fault, Guarded, Locked, NewEmail, Tx};

/// How many objects an email to the owners names.
const NAMED: usize = 50;

/// What is done about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The portal takes over dimail's state.
    Adopt,
    /// dimail is given the portal's state.
    Push,
}

/// What became of the chosen lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acted {
    /// What something was done about.
    pub(crate) done: Vec<String>,
    /// What was refused, and why.
    pub(crate) refused: Vec<(String, NotDone)>,
}

impl Acted {
    /// How many lines something was done about.
    pub(super) fn count(&self) -> i64 {
        i64::try_from(self.done.len()).unwrap_or(i64::MAX)
    }

    /// Adds the result for a line.
    pub(super) fn add<R>(&mut self, result: Result<String, Stop>, key: &str, locked: &Locked<R>) -> Result<()> {
        match result {
            Ok(subject) => self.done.push(subject),
            Err(Stop::NotDone(not_done)) => self.refused.push((subject_of(key, locked), not_done)),
            Err(Stop::Fault(fault)) => return Err(fault.into()),
        }
        Ok(())
    }
}

/// The work on lines of a locked domain.
pub(super) struct Acting {
    pub(super) tx: Tx,
    pub(super) locked: Locked<Reconcile>,
    /// The same lock, to record what dimail has.
    pub(super) recording: Locked<ByPortal>,
    /// The language of emails to the users of adopted mailboxes.
    pub(super) language: Language,
}

/// Adopts or pushes the lines with these keys; `None` if dimail gives no answer.
pub(crate) async fn act(
    app: &App,
    by: &Allowed<Reconcile>,
    (act, keys): (Act, &[String]),
    language: Language,
) -> Result<Option<Acted>> {
    let Some(Deciding { observation, mut tx, locked }) = observe_and_lock(app, by).await? else { return Ok(None) };
    let guards = guards(&mut tx, &locked, keys).await?;
    let recording = locked.recording();
    let mut acting = Acting { tx, locked, recording, language };
    let mut acted = Acted::default();
    for key in keys {
        let result = acting.line(act, &observation, (key, &guards)).await;
        acted.add(result, key, &acting.locked)?;
    }
    let Acting { mut tx, locked, .. } = acting;
    tx.count_differences(&locked, -acted.count()).await?;
    tell_owners(app, &mut tx, &locked, (act, &acted.done)).await?;
    app.commit(tx).await?;
    Ok(Some(acted))
}

/// The guards of all addresses that the keys name.
async fn guards(tx: &mut Tx, locked: &Locked<Reconcile>, keys: &[String]) -> Result<Vec<Guarded>, Fault> {
    let mut parts: Vec<LocalPart> = Vec::new();
    for key in keys {
        if let Some(LineObject::Mailbox(part) | LineObject::Pair(part, _)) = object_of(key)
            && !parts.contains(&part)
        {
            parts.push(part);
        }
    }
    tx.guards(locked, &parts).await
}

/// What a key names, in words; the key itself if the portal does not accept its name.
pub(super) fn subject_of<R>(key: &str, locked: &Locked<R>) -> String {
    let domain = &locked.domain.name;
    match object_of(key) {
        Some(LineObject::Mailbox(part)) => part.at(domain),
        Some(LineObject::Pair(part, destination)) => format!("{} → {}", part.at(domain), destination.as_str()),
        Some(LineObject::Odd) | None => key.chars().take(NAMED).collect(),
    }
}

impl Acting {
    /// Acts on one line. Returns what it is about, in words.
    async fn line(
        &mut self,
        act: Act,
        observation: &Observation,
        (key, guards): (&str, &[Guarded]),
    ) -> Result<String, Stop> {
        let (line, sides) = line_now(&mut self.tx, &self.locked, observation, key).await?;
        let is_offered = match act {
            Act::Adopt => line.adopts,
            Act::Push => line.pushes,
        };
        let part = match &sides {
            Sides::Mailbox { part, .. } | Sides::Pair { part, .. } if is_offered => part,
            _ => return Err(NotDone::NotOffered.into()),
        };
        let guarded = guards.iter().find(|guarded| guarded.part() == part).ok_or(Refusal::Forbidden(Why::Role))?;
        let may = guarded.may_write()?;
        match act {
            Act::Adopt => self.adopt(&line, sides, &may).await?,
            Act::Push => self.push(&line, sides, &may).await?,
        }
        self.tx.heed_difference(&self.locked, key).await?;
        Ok(line.subject)
    }
}

/// Tells the other owners what was adopted or pushed.
async fn tell_owners(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<Reconcile>,
    (act, done): (Act, &[String]),
) -> Result<(), Fault> {
    if done.is_empty() {
        return Ok(());
    }
    let content = EmailContent::Reconciled {
        domain: locked.domain.name.to_string(),
        by: locked.actor.name.clone(),
        adopted: act == Act::Adopt,
        subjects: done.iter().take(NAMED).cloned().collect(),
        count: done.len(),
    };
    for owner in tx.active_owners(locked).await? {
        if Some(owner.user_id) != locked.actor.id {
            let language = owner.language.unwrap_or(app.settings.default_language);
            let email = NewEmail::about(locked.domain.id, owner.email, language, content.clone());
            tx.insert_email(&email.by(&locked.actor)).await?;
        }
    }
    Ok(())
}
