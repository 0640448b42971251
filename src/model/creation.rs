//! Decides whether a mailbox found at dimail was created by the portal, from the calls sent and from
//! the state that dimail shows.

use super::job::SentCall;
use super::name::KnownNames;
use super::time::Timestamp;

/// The state at an address where a mailbox is to be created.
#[derive(Clone, Copy, Debug)]
pub enum AtAddress<'a> {
    /// A mailbox, with its names if dimail returned them.
    Mailbox(Option<&'a KnownNames>),
    /// An Open-XChange user without a mailbox.
    HalfMade,
}

/// The origin of the object at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxOrigin<'a> {
    /// The mailbox was created by this call.
    Ours(&'a SentCall),
    /// The mailbox was not created by the portal.
    Foreign,
    /// Half made, but a call of ours may still complete it.
    Unsure,
    /// Half made permanently: only the operators of the mail service can repair it.
    HalfMade,
}

/// The origin of an object that an observation found, which began at `observed_at`. `unanswered` are
/// the calls that had seen the address absent and got no answer;
/// `just_failed` is one that got a server error just before the observation.
#[must_use]
pub fn origin<'a>(
    found: AtAddress<'_>,
    unanswered: &'a [SentCall],
    just_failed: Option<&'a SentCall>,
    observed_at: Timestamp,
) -> MailboxOrigin<'a> {
    match found {
        AtAddress::Mailbox(names) => {
            let are_sent = |call: &&SentCall| {
                let sent = call.created_names();
                sent.is_some_and(|(first, last)| names.is_some_and(|names| names.are(first, last)))
            };
            unanswered.iter().chain(just_failed).find(are_sent).map_or(MailboxOrigin::Foreign, MailboxOrigin::Ours)
        }
        AtAddress::HalfMade if unanswered.iter().any(|call| call.may_act_after(observed_at)) => MailboxOrigin::Unsure,
        AtAddress::HalfMade => MailboxOrigin::HalfMade,
    }
}

#[cfg(test)]
mod tests {
    use super::{AtAddress, MailboxOrigin, SentCall, origin};
    use crate::model::job::{Call, MAY_ACT_FOR};
    use crate::model::name::KnownNames;
    use crate::model::time::Timestamp;

    const SENT_AT: Timestamp = Timestamp(1_000_000);

    fn sent(last_name: &str) -> SentCall {
        SentCall::new(Call::Create { first_name: "Jean".to_owned(), last_name: last_name.to_owned() }, SENT_AT)
    }

    #[test]
    fn a_call_is_settled_by_an_observation_a_quarter_of_an_hour_later() {
        let call = sent("Dupont");
        assert!(call.may_act_after(SENT_AT));
        assert!(call.may_act_after(Timestamp(SENT_AT.plus(MAY_ACT_FOR).0 - 1)));
        assert!(!call.may_act_after(SENT_AT.plus(MAY_ACT_FOR)));
    }

    #[test]
    fn only_what_shows_the_names_of_a_call_is_ours() {
        let shown = |sur: &str| KnownNames { given: "Jean".into(), sur: sur.into(), display: format!("Jean {sur}") };
        let (dupont, durand, martin) = (shown("Dupont"), shown("Durand"), shown("Martin"));
        let calls = [sent("Dupont"), sent("Durand")];
        let of = |names, unanswered, just_failed| origin(AtAddress::Mailbox(names), unanswered, just_failed, SENT_AT);
        assert_eq!(of(Some(&durand), &calls, None), MailboxOrigin::Ours(&calls[1]));
        assert_eq!(of(Some(&dupont), &[], Some(&calls[0])), MailboxOrigin::Ours(&calls[0]));
        assert_eq!(of(Some(&martin), &calls, None), MailboxOrigin::Foreign);
        assert_eq!(of(Some(&dupont), &[], None), MailboxOrigin::Foreign);
        assert_eq!(of(None, &calls, Some(&calls[0])), MailboxOrigin::Foreign);
    }

    #[test]
    fn half_made_is_final_once_no_call_may_act() {
        let calls = [sent("Dupont")];
        let of = |unanswered, just_failed, at| origin(AtAddress::HalfMade, unanswered, just_failed, at);
        assert_eq!(of(&calls, None, SENT_AT), MailboxOrigin::Unsure);
        assert_eq!(of(&calls, None, SENT_AT.plus(MAY_ACT_FOR)), MailboxOrigin::HalfMade);
        // An answered call has ended: it cannot complete a half-made mailbox later.
        assert_eq!(of(&[], Some(&calls[0]), SENT_AT), MailboxOrigin::HalfMade);
    }
}
