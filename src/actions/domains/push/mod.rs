//! Gives dimail the portal's content, for an operator: domains, mailboxes, aliases. It is the comparison with one
//! answer: what dimail lost is created again, other differences are reported. No email is sent.

pub mod content;
pub mod domain;
mod outcome;

pub(crate) use outcome::carried_out;

use crate::dimail::{CallError, FaultKind};

/// The result for one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushResult {
    /// dimail has created it.
    Created,
    /// dimail had it already.
    Present,
    /// dimail does not have it, or has it with other data; with the reason.
    Refused(String),
    /// It is unknown whether dimail has it; with the reason.
    Unknown(String),
}

impl PushResult {
    pub(crate) fn no(failure: &CallError) -> Self {
        let why = failure.to_string();
        match failure {
            CallError::Refused(_) => Self::Refused(why),
            // A missing route stays missing in this version of dimail; other faults may be temporary.
            CallError::Installation(fault) if fault.kind == FaultKind::RouteMissing => Self::Refused(why),
            CallError::Installation(_) | CallError::NoAnswer(_) => Self::Unknown(why),
        }
    }

    /// The same with `words` before the reason.
    fn after(self, words: &str) -> Self {
        match self {
            Self::Refused(why) => Self::Refused(format!("{words}: {why}")),
            Self::Unknown(why) => Self::Unknown(format!("{words}: {why}")),
            Self::Created | Self::Present => self,
        }
    }
}
