//! Bulk actions on mailboxes, as text.

use super::{Sentences, Told};
use crate::model::DomainName;
use crate::model::bulk::{Action, LineState, NotRequested};

impl Sentences {
    /// The label of an action in a list of choices.
    pub fn bulk_action(&self, action: Action) -> String {
        self.t(match action {
            Action::Disable => "selected-action-disable",
            Action::Enable => "selected-action-enable",
            Action::LoginLink => "selected-action-login-link",
        })
    }

    /// The title of a bulk action on this number of mailboxes.
    pub fn bulk_title(&self, action: Action, count: usize) -> String {
        let key = match action {
            Action::Disable => "selected-title-disable",
            Action::Enable => "selected-title-enable",
            Action::LoginLink => "selected-title-login-link",
        };
        self.sentence(key, &[("n", &count)])
    }

    /// The result for one mailbox.
    pub fn line_state(&self, state: &LineState, action: Action, domain: &DomainName, staff: bool) -> Told {
        let key = match state {
            LineState::Done => match action {
                Action::Disable => "line-done-disable",
                Action::Enable => "line-done-enable",
                Action::LoginLink => "line-done-login-link",
            },
            LineState::UnderWay { has_trouble: false } => "line-under-way",
            LineState::UnderWay { has_trouble: true } => "line-tried-again",
            LineState::Refused(reason) => return self.reason(reason, domain, staff),
            LineState::EmailGivenUp => "line-email-given-up",
            LineState::Replaced => "line-replaced",
            LineState::NotRequested(not_requested) => not_requested_key(*not_requested),
        };
        self.t(key).into()
    }
}

fn not_requested_key(not_requested: NotRequested) -> &'static str {
    match not_requested {
        NotRequested::Unknown => "line-unknown",
        NotRequested::NotCreated => "line-not-created",
        NotRequested::Other => "line-busy",
        NotRequested::Guarded => "line-guarded",
        NotRequested::NotEnabled => "line-not-enabled",
        NotRequested::Unsupported => "line-unsupported",
        NotRequested::NoSecondary => "line-no-secondary",
        NotRequested::TooMany => "line-too-many",
    }
}
