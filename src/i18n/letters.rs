//! Where a letter to the holder of a mailbox stands, in a sentence with the next step.
//!
//! Must not know: how letters are sent, who may see this.

use jiff::tz::TimeZone;

use super::Sentences;
use crate::model::letter::{GivenUp, HolderLetter, LetterState, LetterView};
use crate::model::time::Moment;

impl Sentences {
    /// Which letter to a holder it is.
    #[must_use]
    pub fn holder_letter(&self, letter: HolderLetter) -> String {
        self.t(match letter {
            HolderLetter::NewMailbox => "holder-letter-new-mailbox",
            HolderLetter::LoginLink => "holder-letter-login-link",
            HolderLetter::NewPassword => "holder-letter-new-password",
            HolderLetter::SecondaryChanged => "holder-letter-secondary-changed",
        })
    }

    /// Where a letter to a holder stands.
    #[must_use]
    pub fn letter_stands(&self, letter: &LetterView, now: Moment, zone: &TimeZone) -> String {
        let to = letter.recipient.as_str();
        let ended = || self.moment(letter.finished_at.unwrap_or(letter.created_at), zone);
        match letter.state {
            LetterState::Waiting if letter.has_trouble => {
                let next = self.in_duration(letter.due_at.since(now));
                self.t3("mailbox-letter-retried", "recipient", to, "n", letter.attempts, "next", next)
            }
            LetterState::Waiting => self.t1("mailbox-letter-waiting", "recipient", to),
            LetterState::Sent => self.t2("mailbox-letter-sent", "recipient", to, "moment", ended()),
            LetterState::GivenUp => self.t2(given_up_key(letter), "recipient", to, "moment", ended()),
            LetterState::Withdrawn => self.t1("mailbox-letter-withdrawn", "recipient", to),
        }
    }
}

/// Whom to turn to depends on what failed; a new password may have been made without its letter.
fn given_up_key(letter: &LetterView) -> &'static str {
    match (letter.given_up, letter.to_holder) {
        (Some(GivenUp::Dimail), Some(HolderLetter::NewPassword)) => "mailbox-letter-no-password",
        (Some(GivenUp::Dimail), _) => "mailbox-letter-no-link",
        (Some(GivenUp::Recipient), Some(HolderLetter::NewPassword)) => "mailbox-letter-password-refused",
        (Some(GivenUp::Silence), Some(HolderLetter::NewPassword)) => "mailbox-letter-password-lost",
        (Some(GivenUp::Silence), _) => "mailbox-letter-silence",
        _ => "mailbox-letter-given-up",
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use crate::i18n::Sentences;
    use crate::model::letter::{GivenUp, HolderLetter, LetterState, LetterView};
    use crate::model::time::Moment;
    use crate::model::user::Language::{En, Fr};

    #[test]
    fn a_letter_that_was_given_up_says_what_to_do() {
        let now = Moment(1_795_338_000_000_000);
        let view = |kind, given_up| LetterView {
            to_holder: Some(kind),
            recipient: "jean@ailleurs.fr".into(),
            state: LetterState::GivenUp,
            created_at: now,
            finished_at: Some(now),
            due_at: now,
            attempts: 1,
            has_trouble: true,
            given_up,
        };
        let said = |kind, cause| Sentences(En).letter_stands(&view(kind, Some(cause)), now, &TimeZone::UTC);
        assert!(said(HolderLetter::LoginLink, GivenUp::Dimail).contains("gives no login link"));
        assert!(said(HolderLetter::NewPassword, GivenUp::Silence).contains("may no longer work"));
        assert!(said(HolderLetter::NewPassword, GivenUp::Recipient).contains("may no longer work"));
        assert!(said(HolderLetter::LoginLink, GivenUp::Recipient).contains("check this address"));
        let old = Sentences(Fr).letter_stands(&view(HolderLetter::NewMailbox, None), now, &TimeZone::UTC);
        assert!(old.contains("jean@ailleurs.fr"), "{old}");
    }
}
