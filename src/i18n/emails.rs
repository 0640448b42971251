//! The state of an email to a mailbox user, as a sentence with the next step.

use jiff::tz::TimeZone;

use super::Sentences;
use crate::model::{EmailState, EmailView, GivenUp, MailboxEmail, Timestamp};

impl Sentences {
    /// The state of an email to a mailbox user.
    pub fn email_stands(&self, email: &EmailView, now: Timestamp, zone: &TimeZone) -> String {
        let to = email.recipient.as_str();
        let ended = || self.timestamp(email.finished_at.unwrap_or(email.created_at), zone);
        match (email.state, email.due_at) {
            (EmailState::Waiting, None) => self.t1("mailbox-email-parked", "recipient", to),
            (EmailState::Waiting, Some(due_at)) if email.waits_its_turn() => {
                self.t2("email-waits-its-turn", "recipient", to, "timestamp", self.timestamp(due_at, zone))
            }
            (EmailState::Waiting, Some(due_at)) if email.has_trouble => {
                let next = self.in_duration(due_at.since(now));
                self.t3("mailbox-email-retried", "recipient", to, "n", email.attempts, "next", next)
            }
            (EmailState::Waiting, _) => self.t1("mailbox-email-waiting", "recipient", to),
            (EmailState::Held, _) => self.t1("mailbox-email-held", "recipient", to),
            (EmailState::Sent, _) => self.t2("mailbox-email-sent", "recipient", to, "timestamp", ended()),
            (EmailState::GivenUp, _) => self.t2(given_up_key(email), "recipient", to, "timestamp", ended()),
            (EmailState::Withdrawn, _) => self.t1("mailbox-email-withdrawn", "recipient", to),
        }
    }
}

/// The key for an email that was given up. The person to contact depends on what failed, and a new
/// password may exist although its email was not sent.
fn given_up_key(email: &EmailView) -> &'static str {
    match (email.given_up, email.to_user) {
        (Some(GivenUp::Dimail), Some(MailboxEmail::NewPassword)) => "mailbox-email-no-password",
        (Some(GivenUp::Dimail), _) => "mailbox-email-no-link",
        (Some(GivenUp::Recipient), Some(MailboxEmail::NewPassword)) => "mailbox-email-password-refused",
        (Some(GivenUp::Silence | GivenUp::Server), Some(MailboxEmail::NewPassword)) => "mailbox-email-password-lost",
        (Some(GivenUp::Silence), _) => "mailbox-email-silence",
        (Some(GivenUp::Server), _) => "mailbox-email-server",
        _ => "mailbox-email-given-up",
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use crate::i18n::Sentences;
    use crate::model::email::{EmailContent, EmailState, EmailView, GivenUp, MailboxEmail};
    use crate::model::time::Timestamp;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn an_email_that_was_given_up_says_what_to_do() {
        let now = Timestamp(1_795_338_000_000_000);
        let view = |kind, given_up| EmailView {
            to_user: Some(kind),
            content: EmailContent::ForgottenPassword,
            actor_name: None,
            invitation: None,
            recipient: "jean@ailleurs.fr".into(),
            state: EmailState::GivenUp,
            created_at: now,
            finished_at: Some(now),
            due_at: Some(now),
            attempts: 1,
            has_trouble: true,
            given_up,
        };
        let said = |kind, cause| Sentences::new(En).email_stands(&view(kind, Some(cause)), now, &TimeZone::UTC);
        assert!(said(MailboxEmail::LoginLink, GivenUp::Dimail).contains("gives no login link"));
        assert!(said(MailboxEmail::NewPassword, GivenUp::Silence).contains("may no longer work"));
        assert!(said(MailboxEmail::NewPassword, GivenUp::Recipient).contains("may no longer work"));
        assert!(said(MailboxEmail::LoginLink, GivenUp::Server).contains("the address is not at fault"));
        assert!(said(MailboxEmail::LoginLink, GivenUp::Recipient).contains("check this address"));
        let old = Sentences::new(Fr).email_stands(&view(MailboxEmail::NewMailbox, None), now, &TimeZone::UTC);
        assert!(old.contains("jean@ailleurs.fr"), "{old}");
    }
}
