//! What an alias needs at dimail: which destinations are added and removed next.

use super::alias::{AliasDestination, AliasKnown};
use super::change::{ChangeKind, WaitingChange};
use super::domain::DomainStatus;
use super::job::{Call, SentCall, WaitsFor};
use super::time::Timestamp;

/// An alias while a process works on it.
#[derive(Clone, Copy, Debug)]
pub struct AliasWork<'a> {
    /// Its destinations, those that are to be removed included.
    pub pairs: &'a [AliasDestination],
    /// The calls whose effect is not known.
    pub sent: &'a [SentCall],
    /// The destinations, as they were wanted, for which a call of this attempt had no result: they are not
    /// sent once more before the next attempt.
    pub tried: &'a [AliasDestination],
    /// Whether dimail is asked what it has before anything is sent.
    pub looks_first: bool,
    /// Whether dimail was asked in this attempt what it has.
    pub is_observed: bool,
    /// The status of the domain.
    pub status: DomainStatus,
    /// Whether the deletion of the whole alias was asked for. The removal of its last known destination is no
    /// deletion: others may have added destinations at dimail, which the portal does not know.
    pub is_deleted: bool,
}

/// What is done next.
#[derive(Clone, Debug)]
pub enum AliasStep {
    /// Forget these destinations, of which dimail has nothing.
    Forget(Vec<AliasDestination>),
    /// Add these destinations.
    Add(Vec<AliasDestination>),
    /// Remove these destinations.
    Remove(Vec<AliasDestination>),
    /// Remove all destinations with one call, unknown ones included: the alias is deleted.
    RemoveAll(Vec<AliasDestination>),
    /// Ask dimail what it has: a call that had no answer can no longer act.
    Observe,
    /// Nothing can be done now.
    Nothing,
}

impl AliasWork<'_> {
    /// The next step. Additions come before removals, but do not keep them back.
    #[must_use]
    pub fn next_step(&self, now: Timestamp) -> AliasStep {
        let chosen = |is_chosen: &dyn Fn(&AliasDestination) -> bool| -> Vec<AliasDestination> {
            self.pairs.iter().filter(|pair| is_chosen(pair)).cloned().collect()
        };
        let unsent = chosen(&|pair| !pair.wanted && pair.known == AliasKnown::New && !self.may_be_added(pair));
        if !unsent.is_empty() {
            return AliasStep::Forget(unsent);
        }
        if self.looks_first && !self.is_observed {
            return AliasStep::Observe;
        }
        let additions =
            chosen(&|pair| needs_addition(pair) && self.status.creates(pair.is_pushed) && !self.was_tried(pair));
        if !additions.is_empty() {
            return AliasStep::Add(additions);
        }
        let removals = chosen(&|pair| !pair.wanted && !self.was_tried(pair));
        if !removals.is_empty() {
            let is_whole = self.is_deleted && !self.pairs.iter().any(|pair| pair.wanted);
            return if is_whole { AliasStep::RemoveAll(removals) } else { AliasStep::Remove(removals) };
        }
        if !self.is_observed && self.sent.iter().any(|sent| sent.settles_at() <= now) {
            return AliasStep::Observe;
        }
        AliasStep::Nothing
    }

    /// Until when the domain keeps additions back that are left.
    #[must_use]
    pub fn waits_for(&self) -> Option<WaitsFor> {
        let mut kept_back =
            self.pairs.iter().filter(|pair| needs_addition(pair) && !self.status.creates(pair.is_pushed)).peekable();
        kept_back.peek()?;
        // Only a closed domain keeps back what is added again.
        Some(if kept_back.any(|pair| pair.is_pushed) { WaitsFor::Reopened } else { WaitsFor::Enabled })
    }

    /// Whether a call that adds it may act.
    fn may_be_added(&self, pair: &AliasDestination) -> bool {
        self.sent.iter().any(|sent| matches!(&sent.call, Call::Add { destination } if pair.destination.is(destination)))
    }

    fn was_tried(&self, pair: &AliasDestination) -> bool {
        self.tried.iter().any(|tried| tried.id == pair.id && tried.wanted == pair.wanted)
    }
}

fn needs_addition(pair: &AliasDestination) -> bool {
    pair.wanted && pair.reason.is_none() && pair.known != AliasKnown::Present
}

/// The destinations that dimail has because a call of ours added them late, although they are in the portal
/// no longer.
#[must_use]
pub fn late_additions(pairs: &[AliasDestination], sent: &[SentCall], at_dimail: &[String]) -> Vec<String> {
    let mut late: Vec<String> = Vec::new();
    for sent in sent {
        let Call::Add { destination } = &sent.call else { continue };
        let is_same = |other: &String| other.to_lowercase() == destination.to_lowercase();
        let is_known = pairs.iter().any(|pair| pair.destination.is(destination)) || late.iter().any(is_same);
        if !is_known && at_dimail.iter().any(is_same) {
            late.push(destination.clone());
        }
    }
    late
}

impl WaitingChange {
    /// The destination of an alias that it is about.
    #[must_use]
    pub fn is_about(&self, pair: &AliasDestination) -> bool {
        self.destination.as_deref().is_some_and(|destination| pair.destination.is(destination))
    }

    /// Whether a change of an alias with these destinations has been carried out.
    #[must_use]
    pub fn is_done(&self, pairs: &[AliasDestination]) -> bool {
        let own = pairs.iter().find(|pair| self.is_about(pair));
        match self.kind {
            ChangeKind::AddDestination => own.is_some_and(|pair| pair.wanted && pair.known == AliasKnown::Present),
            ChangeKind::RemoveDestination => own.is_none(),
            ChangeKind::DeleteAlias => pairs.iter().all(|pair| pair.wanted),
            _ => false,
        }
    }

    /// Whether a later wish took the place of this change of an alias.
    #[must_use]
    pub fn is_replaced(&self, pairs: &[AliasDestination]) -> bool {
        let own = pairs.iter().find(|pair| self.is_about(pair));
        match self.kind {
            ChangeKind::AddDestination => own.is_none_or(|pair| !pair.wanted),
            ChangeKind::RemoveDestination => own.is_some_and(|pair| pair.wanted),
            ChangeKind::DeleteAlias => pairs.iter().all(|pair| pair.wanted),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{AliasStep, AliasWork, late_additions};
    use crate::model::address::LocalPart;
    use crate::model::alias::{AliasDestination, AliasKnown, Destination};
    use crate::model::domain::DomainStatus;
    use crate::model::guard::Guard;
    use crate::model::id::AliasId;
    use crate::model::job::{Call, MAY_ACT_FOR, SentCall, WaitsFor};
    use crate::model::reason::Reason;
    use crate::model::time::Timestamp;

    const NOW: Timestamp = Timestamp(1_795_338_000_000_000);
    const NOT_ENABLED: [DomainStatus; 4] =
        [DomainStatus::Pending, DomainStatus::ActionRequired, DomainStatus::Failed, DomainStatus::Disabled];

    /// A destination `a@x.fr` from a text such as `+a new` (wanted), `-a present`, `!a absent` (refused).
    fn pair(text: &str) -> AliasDestination {
        let (name, known) = text.split_once(' ').expect("two words");
        let (sign, name) = name.split_at(1);
        AliasDestination {
            id: AliasId::new(NOW),
            local_part: LocalPart::parse("contact").expect("a part"),
            destination: Destination::parse(&format!("{name}@x.fr")).expect("a destination"),
            wanted: sign != "-",
            known: known.parse().expect("a word"),
            reason: (sign == "!").then_some(Reason::GivenUp),
            cleared: Guard::None,
            is_pushed: false,
        }
    }

    fn added(name: &str, ago: Duration) -> SentCall {
        SentCall::new(Call::Add { destination: format!("{name}@x.fr") }, NOW.minus(ago))
    }

    fn named(verb: &str, pairs: &[AliasDestination]) -> String {
        let names = pairs.iter().map(|pair| pair.destination.as_str().trim_end_matches("@x.fr"));
        std::iter::once(verb).chain(names).collect::<Vec<_>>().join(" ")
    }

    fn step(pairs: &[AliasDestination], sent: &[SentCall], tried: &[AliasDestination], status: DomainStatus) -> String {
        said(&AliasWork { pairs, sent, tried, looks_first: false, is_observed: false, status, is_deleted: true })
    }

    fn said(work: &AliasWork<'_>) -> String {
        match work.next_step(NOW) {
            AliasStep::Forget(pairs) => named("forget", &pairs),
            AliasStep::Add(pairs) => named("add", &pairs),
            AliasStep::Remove(pairs) => named("remove", &pairs),
            AliasStep::RemoveAll(pairs) => named("remove all", &pairs),
            AliasStep::Observe => "observe".to_owned(),
            AliasStep::Nothing => String::new(),
        }
    }

    #[test]
    fn each_state_has_its_step() {
        let second = Duration::from_secs(1);
        let young = || vec![added("a", second)];
        let old = || vec![added("z", MAY_ACT_FOR)];
        for (pairs, sent, enabled, otherwise) in [
            (&["+a new"][..], vec![], "add a", ""),
            (&["+a absent"], vec![], "add a", ""),
            (&["+a present"], vec![], "", ""),
            (&["!a new"], vec![], "", ""),
            (&["!a absent"], young(), "", ""),
            (&["!a present"], vec![], "", ""),
            (&["-a new"], vec![], "forget a", "forget a"),
            (&["-a new"], young(), "remove all a", "remove all a"),
            (&["-a absent"], vec![], "remove all a", "remove all a"),
            (&["-a present"], vec![], "remove all a", "remove all a"),
            (&["-a present", "-b new", "-c absent"], vec![], "forget b", "forget b"),
            (&["-a present", "-c absent"], vec![], "remove all a c", "remove all a c"),
            (&["-a present", "+b present"], vec![], "remove a", "remove a"),
            (&["-a present", "!b new"], vec![], "remove a", "remove a"),
            (&["-a present", "+b new", "+c absent", "!d new"], vec![], "add b c", "remove a"),
            (&["+a present"], young(), "", ""),
            (&["+a present"], old(), "observe", "observe"),
            (&["-a present"], old(), "remove all a", "remove all a"),
            (&[], vec![], "", ""),
            (&[], young(), "", ""),
            (&[], old(), "observe", "observe"),
        ] {
            let read: Vec<AliasDestination> = pairs.iter().map(|text| pair(text)).collect();
            assert_eq!(step(&read, &sent, &[], DomainStatus::Enabled), enabled, "{pairs:?} {sent:?}");
            for status in NOT_ENABLED {
                assert_eq!(step(&read, &sent, &[], status), otherwise, "{pairs:?} {sent:?}, {status}");
            }
        }
    }

    #[test]
    fn what_dimail_lost_is_added_again_unless_the_domain_is_closed() {
        let pairs = [AliasDestination { is_pushed: true, ..pair("+a absent") }, pair("+b new")];
        let waits_for = |pairs: &[AliasDestination], status| {
            AliasWork {
                pairs,
                sent: &[],
                tried: &[],
                looks_first: false,
                is_observed: false,
                status,
                is_deleted: false,
            }
            .waits_for()
        };
        assert_eq!(step(&pairs, &[], &[], DomainStatus::Enabled), "add a b");
        assert_eq!(waits_for(&pairs, DomainStatus::Enabled), None);
        for status in NOT_ENABLED {
            let is_closed = status == DomainStatus::Disabled;
            assert_eq!(step(&pairs, &[], &[], status), if is_closed { "" } else { "add a" }, "{status}");
            let both = if is_closed { WaitsFor::Reopened } else { WaitsFor::Enabled };
            assert_eq!(waits_for(&pairs, status), Some(both), "{status}");
            assert_eq!(waits_for(&pairs[..1], status), is_closed.then_some(WaitsFor::Reopened), "{status}");
            assert_eq!(waits_for(&pairs[1..], status), Some(WaitsFor::Enabled), "{status}");
        }
    }

    #[test]
    fn removing_the_last_destination_removes_no_other() {
        let pairs = ["-a present", "-b absent"].map(pair);
        let work = AliasWork {
            pairs: &pairs,
            sent: &[],
            tried: &[],
            looks_first: false,
            is_observed: false,
            status: DomainStatus::Enabled,
            is_deleted: false,
        };
        assert_eq!(said(&work), "remove a b");
        assert_eq!(said(&AliasWork { is_deleted: true, ..work }), "remove all a b");
    }

    #[test]
    fn what_had_no_result_waits_and_keeps_nothing_back() {
        let pairs: Vec<_> = ["+a new", "-b present", "+c new"].map(pair).into();
        let old = [added("z", MAY_ACT_FOR)];
        assert_eq!(step(&pairs, &old, &pairs[..1], DomainStatus::Enabled), "add c");
        assert_eq!(step(&pairs, &old, &[pairs[0].clone(), pairs[2].clone()], DomainStatus::Enabled), "remove b");
        assert_eq!(step(&pairs, &old, &pairs, DomainStatus::Enabled), "observe");
        assert_eq!(step(&pairs, &[], &pairs, DomainStatus::Enabled), "");
        let turned = AliasDestination { wanted: true, known: AliasKnown::Absent, ..pairs[1].clone() };
        assert_eq!(step(&[turned], &[], &pairs, DomainStatus::Enabled), "add b", "it is wanted again meanwhile");
    }

    #[test]
    fn dimail_may_be_asked_before_anything_is_sent() {
        let pairs: Vec<_> = ["+a absent", "-b present"].map(pair).into();
        let work = AliasWork {
            pairs: &pairs,
            sent: &[],
            tried: &[],
            looks_first: true,
            is_observed: false,
            status: DomainStatus::Enabled,
            is_deleted: false,
        };
        assert!(matches!(work.next_step(NOW), AliasStep::Observe));
        assert!(matches!(AliasWork { is_observed: true, ..work }.next_step(NOW), AliasStep::Add(_)));
    }

    #[test]
    fn late_additions_are_ours_alone() {
        let pairs = [pair("+a present")];
        let sent = [added("a", MAY_ACT_FOR), added("b", MAY_ACT_FOR), added("b", MAY_ACT_FOR), added("c", MAY_ACT_FOR)];
        let at_dimail = ["a@x.fr", "B@x.fr", "d@x.fr"].map(str::to_owned);
        assert_eq!(late_additions(&pairs, &sent, &at_dimail), ["b@x.fr"]);
    }
}
