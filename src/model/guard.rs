//! Guarded addresses: a person who reads what arrives at the address of an account can take over that
//! account, so people with fewer rights than the account has do not decide where it arrives (`SECURITY.md`).
//!
//! Must not know: how the guard of an address is found (`store/guard.rs`).

use super::id::DomainId;
use super::refusal::Why;
use super::role::Role;

/// The guard of an address, from the lowest to the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// It is not guarded.
    None,
    /// It leads to the account of an owner, of a person who is invited as owner, or of an administrator
    /// of another domain: owners decide.
    Owner,
    /// It leads to the account of staff: staff alone decides.
    Staff,
}

impl Guard {
    /// The highest guard that a person with this role on the domain passes.
    pub fn passed_by(role: Role, as_staff: bool) -> Self {
        match role {
            _ if as_staff => Self::Staff,
            Role::Owner => Self::Owner,
            Role::Administrator | Role::Viewer => Self::None,
        }
    }

    /// The refusal of a guarded address of `domain` for a person whose highest guard is `self`.
    pub fn why(self, domain: DomainId) -> Why {
        if self >= Self::Owner { Why::GuardedByStaff } else { Why::Guarded(domain) }
    }

    /// The number in the database.
    pub fn as_number(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Owner => 1,
            Self::Staff => 2,
        }
    }

    /// The guard of a number in the database.
    pub fn from_number(number: i64) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Owner,
            _ => Self::Staff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Guard;
    use crate::model::role::Role;

    #[test]
    fn each_person_passes_the_guards_below_them() {
        let passed = |role, as_staff| {
            let passed = Guard::passed_by(role, as_staff);
            [Guard::None, Guard::Owner, Guard::Staff].map(|guard| guard <= passed)
        };
        assert_eq!(passed(Role::Viewer, false), [true, false, false]);
        assert_eq!(passed(Role::Administrator, false), [true, false, false]);
        assert_eq!(passed(Role::Owner, false), [true, true, false]);
        assert_eq!(passed(Role::Owner, true), [true; 3]);
        for guard in [Guard::None, Guard::Owner, Guard::Staff] {
            assert_eq!(Guard::from_number(guard.as_number()), guard);
        }
    }
}
