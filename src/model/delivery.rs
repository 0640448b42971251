//! What the SMTP server's answers say about a recipient and about the installation: which refusal gives
//! an email up, and which ones mean that the server does not let the portal send.

use std::time::Duration;

use super::time::Timestamp;

/// How long a refusal, and an email that the server took, count for the next decision.
const COUNTED: Duration = Duration::from_hours(1);
/// An email that the server takes is recorded at most this often, while nothing is refused.
const PRECISION: Duration = Duration::from_mins(1);

/// What a final refusal (5xx) of an email is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedFor {
    /// The recipient: the enhanced status code is 5.1.x (RFC 3463), but not one of the sender.
    Recipient,
    /// The recipient, or the portal: 550, 551 or 553 to RCPT, without an enhanced code.
    RecipientOrPortal,
    /// Any other answer to RCPT, such as "relay access denied": it says nothing about the recipient.
    Delivery,
    /// The content, after the recipient was accepted.
    Content,
}

/// The decision about a refused email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its recipient is refused: it is given up.
    GiveUp,
    /// It is retried alone.
    RetryAlone,
    /// The server refuses all recipients: a fault of the installation, and all emails wait.
    Fault,
}

/// What the SMTP server last answered, over all processes of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerAnswers {
    /// When it last took an email.
    pub accepted_at: Option<Timestamp>,
    /// When it last refused a recipient since then.
    pub refused_at: Option<Timestamp>,
    /// The domain of that recipient.
    pub refused_domain: Option<String>,
    /// Since when it refuses recipients in several domains.
    pub fault_since: Option<Timestamp>,
    /// Its last refusal, in its words.
    pub detail: Option<String>,
}

impl ServerAnswers {
    /// Counts a refusal of `recipient`, whose email was last refused at `before`, and decides about it.
    ///
    /// A refusal that is repeated although the server took another email in between is about its
    /// recipient, not about the installation: otherwise two wrong addresses would look like a server that
    /// refuses all.
    pub fn refused(
        &mut self,
        about: RefusedFor,
        recipient: &str,
        before: Option<Timestamp>,
        now: Timestamp,
        detail: &str,
    ) -> Verdict {
        if about == RefusedFor::Content {
            return Verdict::RetryAlone;
        }
        let took_another = before.is_some() && self.accepted_at >= before;
        if !took_another {
            self.count(recipient, now, detail);
        }
        let takes_emails = self.accepted_at.is_some_and(|at| now.since(at) <= COUNTED);
        match about {
            _ if self.fault_since.is_some() => Verdict::Fault,
            RefusedFor::Recipient => Verdict::GiveUp,
            RefusedFor::RecipientOrPortal if takes_emails => Verdict::GiveUp,
            RefusedFor::RecipientOrPortal | RefusedFor::Delivery | RefusedFor::Content => Verdict::RetryAlone,
        }
    }

    fn count(&mut self, recipient: &str, now: Timestamp, detail: &str) {
        let domain = recipient.rsplit('@').next().unwrap_or_default().to_lowercase();
        let is_recent = self.refused_at.is_some_and(|at| now.since(at) <= COUNTED);
        if is_recent && self.refused_domain.as_ref() != Some(&domain) {
            self.fault_since = self.fault_since.or(Some(now));
        }
        self.refused_at = Some(now);
        self.refused_domain = Some(domain);
        self.detail = Some(detail.to_owned());
    }

    /// The start of the period whose refusals count together: when the server last took an email, at most an
    /// hour ago.
    pub fn refusing_since(&self, now: Timestamp) -> Timestamp {
        let earliest = now.minus(COUNTED);
        self.accepted_at.map_or(earliest, |at| at.max(earliest))
    }

    /// Whether an email that the server takes now has to be recorded.
    pub fn must_be_recorded(&self, now: Timestamp) -> bool {
        self.refused_at.is_some()
            || self.fault_since.is_some()
            || self.accepted_at.is_none_or(|at| now.since(at) >= PRECISION)
    }

    /// The answers after an email that the server took.
    pub fn after_taking(now: Timestamp) -> Self {
        Self { accepted_at: Some(now), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{RefusedFor, ServerAnswers, Verdict};
    use crate::model::time::Timestamp;

    const NOW: Timestamp = Timestamp(1_795_338_000_000_000);

    fn refused(answers: &mut ServerAnswers, about: RefusedFor, recipient: &str, at: Timestamp) -> Verdict {
        answers.refused(about, recipient, None, at, "no")
    }

    #[test]
    fn only_a_refused_recipient_gives_an_email_up() {
        for (about, fresh, after_taking) in [
            (RefusedFor::Recipient, Verdict::GiveUp, Verdict::GiveUp),
            (RefusedFor::RecipientOrPortal, Verdict::RetryAlone, Verdict::GiveUp),
            (RefusedFor::Delivery, Verdict::RetryAlone, Verdict::RetryAlone),
            (RefusedFor::Content, Verdict::RetryAlone, Verdict::RetryAlone),
        ] {
            assert_eq!(refused(&mut ServerAnswers::default(), about, "a@x.fr", NOW), fresh, "{about:?}");
            let later = NOW.plus(Duration::from_hours(1));
            assert_eq!(
                refused(&mut ServerAnswers::after_taking(NOW), about, "a@x.fr", later),
                after_taking,
                "{about:?}"
            );
            let too_late = later.plus(Duration::from_secs(1));
            assert_eq!(refused(&mut ServerAnswers::after_taking(NOW), about, "a@x.fr", too_late), fresh, "{about:?}");
        }
    }

    #[test]
    fn two_domains_within_an_hour_are_a_fault_of_the_installation() {
        let hour = Duration::from_hours(1);
        let mut answers = ServerAnswers::default();
        assert_eq!(refused(&mut answers, RefusedFor::Recipient, "a@x.fr", NOW), Verdict::GiveUp);
        assert_eq!(refused(&mut answers, RefusedFor::Delivery, "b@X.fr", NOW.plus(hour)), Verdict::RetryAlone);
        assert_eq!(refused(&mut answers, RefusedFor::Recipient, "c@y.fr", NOW.plus(hour * 2)), Verdict::Fault);
        assert_eq!(answers.fault_since, Some(NOW.plus(hour * 2)));
        assert_eq!(refused(&mut answers, RefusedFor::RecipientOrPortal, "d@y.fr", NOW.plus(hour * 9)), Verdict::Fault);

        let mut slow = ServerAnswers::default();
        refused(&mut slow, RefusedFor::Delivery, "a@x.fr", NOW);
        let later = NOW.plus(hour + Duration::from_secs(1));
        assert_eq!(refused(&mut slow, RefusedFor::Delivery, "a@y.fr", later), Verdict::RetryAlone);
        // Content is refused after the recipient was accepted.
        assert_eq!(refused(&mut slow, RefusedFor::Content, "a@z.fr", later), Verdict::RetryAlone);
        assert_eq!(slow.fault_since, None);
    }

    #[test]
    fn a_refusal_repeated_after_another_email_was_taken_is_about_its_recipient() {
        let minute = Duration::from_mins(1);
        let mut answers = ServerAnswers::after_taking(NOW.plus(minute));
        for (n, recipient) in [(2, "a@x.fr"), (3, "b@y.fr")] {
            let at = NOW.plus(minute * n);
            let verdict = answers.refused(RefusedFor::Recipient, recipient, Some(NOW), at, "no");
            assert_eq!(verdict, Verdict::GiveUp, "{recipient}");
        }
        assert_eq!(answers.refused_at, None);
    }

    #[test]
    fn emails_that_are_taken_are_recorded_once_a_minute() {
        let minute = Duration::from_mins(1);
        assert!(ServerAnswers::default().must_be_recorded(NOW));
        let mut answers = ServerAnswers::after_taking(NOW);
        assert!(!answers.must_be_recorded(NOW.plus(minute / 2)) && answers.must_be_recorded(NOW.plus(minute)));
        refused(&mut answers, RefusedFor::Delivery, "a@x.fr", NOW);
        assert!(answers.must_be_recorded(NOW));
    }
}
