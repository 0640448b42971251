//! Bulk operations on mailboxes, as text.
//!
//! Does not know how they are carried out.

use super::Sentences;
use crate::model::address::DomainName;
use crate::model::operation::{Action, Hindered, LineState};

impl Sentences {
    /// The label of an action in a list of choices.
    #[must_use]
    pub fn operation_action(&self, action: Action) -> String {
        self.t(match action {
            Action::Disable => "selected-action-disable",
            Action::Enable => "selected-action-enable",
            Action::LoginLink => "selected-action-login-link",
        })
    }

    /// The title of an operation on this number of mailboxes.
    #[must_use]
    pub fn operation_title(&self, action: Action, count: usize) -> String {
        let key = match action {
            Action::Disable => "selected-title-disable",
            Action::Enable => "selected-title-enable",
            Action::LoginLink => "selected-title-login-link",
        };
        self.sentence(key, &[("n", &count)])
    }

    /// The result for one mailbox.
    #[must_use]
    pub fn line_state(&self, state: &LineState, action: Action, domain: &DomainName, staff: bool) -> String {
        match state {
            LineState::Done => self.t(match action {
                Action::Disable => "line-done-disable",
                Action::Enable => "line-done-enable",
                Action::LoginLink => "line-done-login-link",
            }),
            LineState::UnderWay { has_trouble: false } => self.t("line-under-way"),
            LineState::UnderWay { has_trouble: true } => self.t("line-tried-again"),
            LineState::Refused(reason) => self.reason(reason, domain, staff),
            LineState::EmailGivenUp => self.t("line-email-given-up"),
            LineState::Replaced => self.t("line-replaced"),
            LineState::Hindered(hindered) => self.t(hindered_key(*hindered)),
        }
    }
}

fn hindered_key(hindered: Hindered) -> &'static str {
    match hindered {
        Hindered::Unknown => "line-unknown",
        Hindered::Unborn => "line-unborn",
        Hindered::UnderWay => "line-busy",
        Hindered::Guarded => "line-guarded",
        Hindered::NotEnabled => "line-not-enabled",
        Hindered::Unsupported => "line-unsupported",
        Hindered::NoSecondary => "line-no-secondary",
        Hindered::TooMany => "line-too-many",
    }
}
