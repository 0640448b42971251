//! What came of an attempt to carry out an order.

use crate::dimail::CallError;
use crate::model::reason::{Reason, Trouble};

/// The recorded result of an attempt to carry out an order.
#[derive(Debug)]
pub enum Outcome {
    /// It is done.
    Done,
    /// dimail refused it for good.
    Refused(Reason),
    /// It will be tried again.
    Later(Trouble),
    /// The lease was lost or the object is gone: nothing was recorded.
    Lost,
}

/// The trouble to record for a failure that is not a refusal.
pub(crate) fn trouble(failure: &CallError) -> Trouble {
    let detail = failure.to_string();
    match failure {
        CallError::Installation(_) => Trouble::Installation { detail },
        CallError::NoAnswer(silence) => Trouble::NoAnswer { detail, away: silence.is_away() },
        CallError::Refused(_) => Trouble::no_answer(detail),
    }
}
