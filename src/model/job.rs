//! A job: an object may need a step at dimail. There is at most one for each object.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumString};

use super::change::Object;
use super::id::{ClaimId, DomainId, JobId, SentCallId};
use super::reason::Trouble;
use super::retry::Series;
use super::time::Timestamp;

/// How long dimail may still carry out a call that its client gave up.
pub const MAY_ACT_FOR: Duration = Duration::from_mins(15);

/// A claimed job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its key.
    pub id: JobId,
    /// The domain of its object.
    pub domain_id: DomainId,
    /// What may need a step.
    pub object: Object,
    /// The claim under which this process works on it: another claim ends it.
    pub claim: ClaimId,
    /// Whether dimail is asked before anything else, although no call may still act.
    pub must_observe: bool,
    /// The number of attempts in this series, including this one.
    pub attempts: i64,
    /// When the first attempt of this series began.
    pub first_attempt_at: Timestamp,
    /// Why the previous attempt had no result.
    pub last_trouble: Option<Trouble>,
    /// When the previous attempt ended, if it was put off; older if the process stopped in the middle.
    pub last_attempt_at: Option<Timestamp>,
}

impl Job {
    /// The series to which this attempt belongs after it ended with `trouble`. Checks without an answer of
    /// the name servers are counted apart.
    #[must_use]
    pub fn series(&self, trouble: &Trouble, now: Timestamp) -> Series {
        let was_silent = self.last_trouble == Some(Trouble::NameServers);
        if was_silent != (*trouble == Trouble::NameServers) {
            return Series { attempts: 1, first_attempt_at: now };
        }
        let series = Series { attempts: self.attempts, first_attempt_at: self.first_attempt_at };
        series.after(self.last_trouble.as_ref().is_some_and(Trouble::is_away), trouble.is_away(), now)
    }

    /// An observation that began after this time settles all `sent` calls, if none was sent since the job was
    /// claimed. `now` if a call may still be running.
    #[must_use]
    pub fn observed_since(&self, sent: &[SentCall], now: Timestamp) -> Timestamp {
        let Some(ended_at) = self.last_attempt_at else { return now };
        if sent.is_empty() || sent.iter().any(|call| call.sent_at > ended_at) {
            return now;
        }
        sent.iter().map(SentCall::settles_at).filter(|at| *at <= now).fold(ended_at, Timestamp::max)
    }
}

/// The queues of jobs, which are claimed independently: changes must not wait for name servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Lane {
    /// Calls that change something.
    Changes,
    /// Checks of domains whose last check had a result, and first checks.
    Checks,
    /// Checks after one without a result, which may take long again.
    RepeatedChecks,
}

/// What a parked job waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum WaitsFor {
    /// Its domain becomes enabled.
    Enabled,
    /// Its domain is reopened.
    Reopened,
}

/// What a call sent to dimail, as far as it decides what dimail may show later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum Call {
    /// A new domain.
    CreateDomain,
    /// A new mailbox with these names, at an address that was seen absent.
    Create {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
    },
    /// These names of a mailbox.
    Rename {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
    },
    /// Make a mailbox inactive.
    Disable,
    /// Make a mailbox active again, with these names.
    Enable {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
    },
    /// Delete a mailbox.
    Delete,
    /// Add a destination to an alias.
    Add {
        /// The destination.
        destination: String,
    },
    /// Remove a destination of an alias.
    Remove {
        /// The destination.
        destination: String,
    },
    /// Remove all destinations of an alias.
    RemoveAll,
}

/// A call that is under way or had no answer: dimail carries out calls that its clients gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentCall {
    /// Its key.
    pub id: SentCallId,
    /// What it sent.
    pub call: Call,
    /// When it was sent.
    pub sent_at: Timestamp,
}

impl SentCall {
    /// A call that is sent now.
    #[must_use]
    pub fn new(call: Call, now: Timestamp) -> Self {
        Self { id: SentCallId::new(now), call, sent_at: now }
    }

    /// The names of a call that creates a mailbox.
    #[must_use]
    pub fn created_names(&self) -> Option<(&str, &str)> {
        match &self.call {
            Call::Create { first_name, last_name } => Some((first_name, last_name)),
            _ => None,
        }
    }

    /// The names that the call gives to a mailbox.
    #[must_use]
    pub fn sent_names(&self) -> Option<(&str, &str)> {
        match &self.call {
            Call::Create { first_name, last_name }
            | Call::Rename { first_name, last_name }
            | Call::Enable { first_name, last_name } => Some((first_name, last_name)),
            _ => None,
        }
    }

    /// Whether the call may still act after an observation that began at `observed_at`.
    #[must_use]
    pub fn may_act_after(&self, observed_at: Timestamp) -> bool {
        observed_at.since(self.sent_at) < MAY_ACT_FOR
    }

    /// The time from which an observation settles it.
    #[must_use]
    pub fn settles_at(&self) -> Timestamp {
        self.sent_at.plus(MAY_ACT_FOR)
    }
}
