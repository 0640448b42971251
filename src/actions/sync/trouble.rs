//! Why a call had no result, and when it is tried again.

use crate::actions::App;
use crate::dimail::CallError;
use crate::model::reason::Trouble;
use crate::model::retry::after_silent_check;
use crate::model::time::Timestamp;

/// The trouble to record for a failure that is not a refusal.
pub(crate) fn trouble(failure: &CallError) -> Trouble {
    let detail = failure.to_string();
    match failure {
        CallError::Installation(_) => Trouble::Installation { detail },
        CallError::NoAnswer(silence) => Trouble::NoAnswer { detail, away: silence.is_away() },
        CallError::Refused(_) => Trouble::no_answer(detail),
    }
}

impl App {
    /// When to try again after `trouble` at attempt number `attempts` of its series.
    pub(crate) fn next_attempt(&self, attempts: i64, trouble: &Trouble) -> Timestamp {
        let pauses = self.pauses();
        let pause = match trouble {
            Trouble::Installation { .. } => pauses.longest,
            Trouble::NameServers => after_silent_check(attempts),
            Trouble::NoAnswer { .. } | Trouble::Refused { .. } | Trouble::Portal => {
                pauses.after(attempts, rand::random())
            }
        };
        self.clock.now().plus(pause)
    }
}
