//! Remembers for ten minutes which of the routes that the server of August 2024 lacks are missing, so
//! that no call is spent on them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::error::{CallError, FaultKind};

/// How long a missing route is not requested again.
const REMEMBERED: Duration = Duration::from_mins(10);

/// A route that some versions of dimail lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptionalRoute {
    /// One-time logins.
    Code,
    /// New passwords.
    ResetPassword,
    /// The expected DNS records.
    Spec,
    /// Repairs of dimail's own side.
    Fix,
    /// The state of an address.
    AddressLookup,
    /// The second version of the list of mailboxes.
    ListV2,
}

impl OptionalRoute {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Code, Self::ResetPassword, Self::Spec, Self::Fix, Self::AddressLookup, Self::ListV2];

    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::ResetPassword => "reset_password",
            Self::Spec => "spec",
            Self::Fix => "fix",
            Self::AddressLookup => "address",
            Self::ListV2 => "v2 mailboxes",
        }
    }

    /// The failure of a call that is not made because the route is missing.
    pub(super) fn missing(self) -> CallError {
        let detail =
            format!("not asked: this dimail has had no route \"{}\" within the last ten minutes", self.as_str());
        CallError::fault(FaultKind::RouteMissing, &detail)
    }
}

/// The last observation of a route.
#[derive(Clone, Copy)]
enum Seen {
    There,
    Missing(Instant),
}

/// What is known about the optional routes of one dimail.
#[derive(Default)]
pub(super) struct MissingRoutes(Mutex<HashMap<OptionalRoute, Seen>>);

impl MissingRoutes {
    /// Records that a route was missing just now.
    pub(super) fn note(&self, route: OptionalRoute) {
        self.see(route, Seen::Missing(Instant::now()));
    }

    /// Records that a route answered.
    pub(super) fn note_there(&self, route: OptionalRoute) {
        self.see(route, Seen::There);
    }

    fn see(&self, route: OptionalRoute, seen: Seen) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(route, seen);
    }

    /// Whether a route exists; `None` if it was never requested, or was missing too long ago.
    pub(super) fn is_there(&self, route: OptionalRoute) -> Option<bool> {
        self.was_there(route, Instant::now())
    }

    fn was_there(&self, route: OptionalRoute, now: Instant) -> Option<bool> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&route)? {
            Seen::There => Some(true),
            Seen::Missing(at) => (now.saturating_duration_since(*at) < REMEMBERED).then_some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{MissingRoutes, OptionalRoute, REMEMBERED};

    #[test]
    fn a_missing_route_is_remembered_for_ten_minutes() {
        let routes = MissingRoutes::default();
        assert_eq!(OptionalRoute::ALL.map(|route| routes.is_there(route)), [None; 6]);

        let before = Instant::now();
        routes.note(OptionalRoute::Spec);
        let after = Instant::now();
        assert_eq!((routes.is_there(OptionalRoute::Spec), routes.is_there(OptionalRoute::Fix)), (Some(false), None));
        let late = before + REMEMBERED - Duration::from_millis(1);
        assert_eq!(routes.was_there(OptionalRoute::Spec, late), Some(false));
        assert_eq!(routes.was_there(OptionalRoute::Spec, after + REMEMBERED), None);

        routes.note_there(OptionalRoute::Spec);
        assert_eq!(routes.was_there(OptionalRoute::Spec, after + 2 * REMEMBERED), Some(true));
        routes.note(OptionalRoute::Spec);
        assert_eq!(routes.is_there(OptionalRoute::Spec), Some(false));
    }
}
