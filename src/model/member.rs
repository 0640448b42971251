//! Members of a domain with their roles, and invitations.

use std::time::Duration;

use super::id::{InvitationId, MemberId, UserId};
use super::refusal::{Refusal, Why};
use super::role::Role;
use super::time::Timestamp;
use super::user::Language;

/// How long an invitation link is valid.
pub const INVITATION_VALID: Duration = Duration::from_hours(7 * 24);

/// A person's role on a domain.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key of the membership.
    pub id: MemberId,
    /// The person's account.
    pub user_id: UserId,
    /// The person's address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The language the person chose, if any.
    pub language: Option<Language>,
    /// Whether the account is active.
    pub is_active: bool,
    /// When the person got a role here.
    pub since: Timestamp,
    /// When the person last visited this domain, to the day; `None` also if it must not be shown.
    pub visited_at: Option<Timestamp>,
}

/// An invitation to a domain.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its key.
    pub id: InvitationId,
    /// The invited address, as typed.
    pub email: String,
    /// The offered role.
    pub role: Role,
    /// The inviter.
    pub inviter_id: UserId,
    /// The inviter's name.
    pub inviter: String,
    /// When its link expires.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Whether its link has expired.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// Whether this is the invited address, compared without regard to case.
    pub fn is_for(&self, email: &str) -> bool {
        self.email.to_lowercase() == email.to_lowercase()
    }
}

/// The owners among the members whose accounts are active.
pub fn active_owners(members: &[Member]) -> Vec<Member> {
    members.iter().filter(|member| member.role == Role::Owner && member.is_active).cloned().collect()
}

/// The names of the active owners among `members`, sorted and separated by commas, for a sentence.
pub fn owner_names(members: &[Member]) -> String {
    let owners = active_owners(members);
    let mut names: Vec<&str> = owners.iter().map(|owner| owner.name.as_str()).collect();
    names.sort_unstable();
    names.join(", ")
}

/// Whether `member` is an owner and no other of `active_owners` is left.
pub fn is_last_owner(member: &Member, active_owners: &[Member]) -> bool {
    member.role == Role::Owner && active_owners.iter().all(|owner| owner.id == member.id)
}

/// Checks that the domain keeps an active owner when this one of its members leaves.
///
/// # Errors
/// That it would have none.
pub fn check_not_last_owner(member: &Member, members: &[Member]) -> Result<(), Refusal> {
    if is_last_owner(member, &active_owners(members)) { Err(Refusal::Conflict(Why::LastOwner)) } else { Ok(()) }
}
