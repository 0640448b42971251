//! A mail domain: its statuses, and how the result of a check changes them.

use std::time::Duration;

use strum::{AsRefStr, Display, EnumString, IntoStaticStr};

use super::address::DomainName;
use super::check::Verdict;
use super::id::DomainId;
use super::reason::Reason;
use super::refusal::{Refusal, Why};
use super::time::Timestamp;

/// The status of a domain. Its name in paths, pages and the database is that of the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum DomainStatus {
    /// Known here, not yet accepted by dimail or not yet checked.
    Pending,
    /// An external check fails: the owner must change the DNS.
    ActionRequired,
    /// External checks pass, an internal one fails even after dimail was asked to fix it.
    Failed,
    /// All checks pass.
    Enabled,
    /// Closed by staff.
    Disabled,
}

impl DomainStatus {
    /// All statuses, in the order of a domain's lifecycle.
    pub const ALL: [Self; 5] = [Self::Pending, Self::ActionRequired, Self::Failed, Self::Enabled, Self::Disabled];

    /// Whether mailboxes and destinations of aliases are created in this status: new ones only if the domain is
    /// enabled, those that dimail had before (`is_pushed`) unless it is closed.
    #[must_use]
    pub fn creates(self, is_pushed: bool) -> bool {
        match self {
            Self::Enabled => true,
            Self::Disabled => false,
            Self::Pending | Self::ActionRequired | Self::Failed => is_pushed,
        }
    }
}

/// A mail domain as pages and rules use it.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Its key.
    pub id: DomainId,
    /// Its name.
    pub name: DomainName,
    /// The address that is informed when its status changes.
    pub support_email: String,
    /// When that address confirmed by a link that it wants these emails; until then the owners alone are
    /// informed.
    pub support_confirmed_at: Option<Timestamp>,
    /// Its status.
    pub status: DomainStatus,
    /// When it got this status.
    pub status_since: Timestamp,
    /// Its Open-XChange context, once dimail has accepted it.
    pub context: Option<String>,
    /// When it was added here.
    pub created_at: Timestamp,
    /// When dimail accepted it, if it has.
    pub accepted_at: Option<Timestamp>,
    /// Why dimail refused it, if the person no longer waited for the answer then.
    pub refusal: Option<Reason>,
    /// When it was first enabled, if ever.
    pub first_enabled_at: Option<Timestamp>,
    /// When the last check with a result ran.
    pub checked_at: Option<Timestamp>,
    /// The first of consecutive bad results, while enabled.
    pub bad_since: Option<Timestamp>,
    /// Why staff closed it.
    pub disabled_reason: Option<String>,
    /// When it was last compared with dimail by itself.
    pub compared_at: Option<Timestamp>,
    /// How many differences were found then, and not dealt with since.
    pub differences: i64,
    /// The number of mailboxes in the portal.
    pub mailboxes: i64,
    /// The number of aliases in the portal; each has at least one destination.
    pub aliases: i64,
    /// How many DNS records are left to publish or correct, as of the last check.
    pub records_left: i64,
    /// How many of its mailboxes failed; not counted beyond a limit.
    pub failed: i64,
    /// How many of its mailboxes are to be handed over; not counted beyond a limit.
    pub to_hand_over: i64,
}

impl Domain {
    /// Whether mailboxes can be added, to be created now or later.
    pub fn takes_mailboxes(&self) -> bool {
        self.status != DomainStatus::Disabled
    }

    /// Whether aliases can be added.
    pub fn takes_aliases(&self) -> bool {
        self.status == DomainStatus::Enabled
    }

    /// Checks that aliases can be added.
    pub fn check_takes_aliases(&self) -> Result<(), Refusal> {
        match self.status {
            DomainStatus::Enabled => Ok(()),
            DomainStatus::Disabled => Err(Refusal::Conflict(Why::AliasDomainDisabled)),
            _ => Err(Refusal::Conflict(Why::AliasDomainNotEnabled)),
        }
    }

    /// Checks that it is not closed.
    pub fn check_not_closed(&self) -> Result<(), Refusal> {
        if self.status == DomainStatus::Disabled { Err(Refusal::Conflict(Why::DomainDisabled)) } else { Ok(()) }
    }

    /// Checks that it may be removed: it was never enabled, and is not closed, unless staff removes it.
    pub fn check_can_be_removed(&self, by_staff: bool) -> Result<(), Refusal> {
        if !by_staff {
            self.check_not_closed()?;
        }
        if self.first_enabled_at.is_some() { Err(Refusal::Conflict(Why::DomainWasEnabled)) } else { Ok(()) }
    }
}

/// The new state of a domain after a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The status from now on.
    pub status: DomainStatus,
    /// The first of consecutive bad results, kept while an enabled domain waits for the second one.
    pub bad_since: Option<Timestamp>,
}

/// The new state of a domain with this `status` after a check; the domain is not closed. An enabled
/// domain changes only after two bad results at least `confirm_after` apart.
pub fn judge(
    status: DomainStatus,
    bad_since: Option<Timestamp>,
    verdict: Verdict,
    now: Timestamp,
    confirm_after: Duration,
) -> Judgement {
    let found = match verdict {
        Verdict::Passes => DomainStatus::Enabled,
        Verdict::ExternalFails => DomainStatus::ActionRequired,
        Verdict::InternalFails => DomainStatus::Failed,
    };
    if status != DomainStatus::Enabled || found == DomainStatus::Enabled {
        return Judgement { status: found, bad_since: None };
    }
    match bad_since {
        Some(first) if now.since(first) >= confirm_after => Judgement { status: found, bad_since: None },
        first => Judgement { status, bad_since: Some(first.unwrap_or(now)) },
    }
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// The first checks of a domain, counted from its creation.
const FIRST_CHECKS: [Duration; 3] = [MINUTE, Duration::from_mins(5), Duration::from_mins(15)];
/// After this time a domain that is not enabled is checked daily instead of hourly.
const PATIENCE: Duration = Duration::from_hours(30 * 24);

/// When a domain is checked next after a result at `now`.
pub fn next_check(created_at: Timestamp, now: Timestamp, judged: Judgement, confirm_after: Duration) -> Timestamp {
    if let Some(first_bad) = judged.bad_since {
        return first_bad.plus(confirm_after);
    }
    if judged.status == DomainStatus::Enabled {
        return now.plus(DAY);
    }
    let soon = FIRST_CHECKS.iter().map(|pause| created_at.plus(*pause)).find(|due| *due > now);
    let later = if now.since(created_at) > PATIENCE { DAY } else { HOUR };
    soon.unwrap_or_else(|| now.plus(later))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{DomainStatus, Judgement, Verdict, judge, next_check};
    use crate::model::time::Timestamp;

    const PAUSE: Duration = Duration::from_mins(10);

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    #[test]
    fn an_enabled_domain_needs_two_bad_results_apart() {
        let enabled = |bad_since, verdict, now| judge(DomainStatus::Enabled, bad_since, verdict, now, PAUSE);
        let first = enabled(None, Verdict::ExternalFails, at(0));
        assert_eq!(first, Judgement { status: DomainStatus::Enabled, bad_since: Some(at(0)) });
        let too_soon = enabled(first.bad_since, Verdict::ExternalFails, at(599));
        assert_eq!(too_soon, first);
        let second = enabled(first.bad_since, Verdict::InternalFails, at(600));
        assert_eq!(second, Judgement { status: DomainStatus::Failed, bad_since: None });
        let good = enabled(first.bad_since, Verdict::Passes, at(600));
        assert_eq!(good, Judgement { status: DomainStatus::Enabled, bad_since: None });
    }

    #[test]
    fn other_domains_follow_each_result() {
        let judged = |verdict| judge(DomainStatus::Pending, None, verdict, at(0), PAUSE).status;
        assert_eq!(judged(Verdict::Passes), DomainStatus::Enabled);
        assert_eq!(judged(Verdict::ExternalFails), DomainStatus::ActionRequired);
        assert_eq!(judged(Verdict::InternalFails), DomainStatus::Failed);
    }

    #[test]
    fn checks_come_back_by_themselves() {
        let waiting = Judgement { status: DomainStatus::ActionRequired, bad_since: None };
        let next = |now| next_check(at(0), at(now), waiting, PAUSE);
        assert_eq!(next(1), at(60));
        assert_eq!(next(60), at(300));
        assert_eq!(next(301), at(900));
        assert_eq!(next(900), at(900 + 3600));
        let month = 31 * 24 * 3600;
        assert_eq!(next(month), at(month + 24 * 3600));
        let enabled = Judgement { status: DomainStatus::Enabled, bad_since: None };
        assert_eq!(next_check(at(0), at(5), enabled, PAUSE), at(5 + 24 * 3600));
        let doubted = Judgement { bad_since: Some(at(5)), ..enabled };
        assert_eq!(next_check(at(0), at(9), doubted, PAUSE), at(605));
    }
}
