//! What is known of the creation of a mailbox: what was sent, what dimail shows, and what follows.
//!
//! Must not know: how dimail is asked, nor how attempts are stored.

use std::time::Duration;

use super::id::CreationAttemptId;
use super::time::Moment;

/// For this long dimail may carry out a call that its client gave up (product page, section 7).
pub const MAY_ACT_FOR: Duration = Duration::from_mins(15);

/// A call that creates a mailbox, with what it sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreationAttempt {
    /// Its key.
    pub id: CreationAttemptId,
    /// What was sent before the `@`.
    pub local_part: String,
    /// The first name that was sent.
    pub first_name: String,
    /// The last name that was sent.
    pub last_name: String,
    /// When it was sent.
    pub sent_at: Moment,
}

impl CreationAttempt {
    /// Whether dimail may still act on it after an observation that began at `observed_at`.
    #[must_use]
    pub fn may_act_after(&self, observed_at: Moment) -> bool {
        observed_at.since(self.sent_at) < MAY_ACT_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::{CreationAttempt, MAY_ACT_FOR};
    use crate::model::id::CreationAttemptId;
    use crate::model::time::Moment;

    #[test]
    fn an_attempt_is_settled_by_an_observation_a_quarter_of_an_hour_later() {
        let sent_at = Moment(1_000_000);
        let (local_part, first_name, last_name) = (String::new(), String::new(), String::new());
        let id = CreationAttemptId::new(sent_at);
        let attempt = CreationAttempt { id, local_part, first_name, last_name, sent_at };
        assert!(attempt.may_act_after(sent_at));
        assert!(attempt.may_act_after(Moment(sent_at.plus(MAY_ACT_FOR).0 - 1)));
        assert!(!attempt.may_act_after(sent_at.plus(MAY_ACT_FOR)));
    }
}
