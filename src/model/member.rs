//! Collaborators of a domain: members with their role, and people who are invited.

use std::time::Duration;

use super::id::{InvitationId, MemberId, UserId};
use super::role::Role;
use super::time::Timestamp;
use super::user::Language;

/// How long an invitation's link works.
pub const INVITATION_VALID: Duration = Duration::from_hours(7 * 24);

/// Somebody's role on a domain.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key of the role.
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
    /// Since when they have a role here.
    pub since: Timestamp,
    /// When they last signed in, if ever; nothing for those who may not see it.
    pub last_sign_in_at: Option<Timestamp>,
}

/// Somebody who is invited to a domain.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its key.
    pub id: InvitationId,
    /// The invited address, as typed.
    pub email: String,
    /// The role that is offered.
    pub role: Role,
    /// Who invites.
    pub inviter_id: UserId,
    /// The name of who invites.
    pub inviter: String,
    /// When it was made or sent again.
    pub created_at: Timestamp,
    /// Until when its link works.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Whether its link no longer works.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// The owners among the members whose accounts are active.
#[must_use]
pub fn active_owners(members: &[Member]) -> Vec<Member> {
    members.iter().filter(|member| member.role == Role::Owner && member.is_active).cloned().collect()
}

/// The names of the active owners among `members`, sorted and separated by commas, for a sentence.
#[must_use]
pub fn owner_names(members: &[Member]) -> String {
    let owners = active_owners(members);
    let mut names: Vec<&str> = owners.iter().map(|owner| owner.name.as_str()).collect();
    names.sort_unstable();
    names.join(", ")
}

/// Whether taking `role` away from one of `active_owners` would leave a domain without an owner.
#[must_use]
pub fn is_last_owner(member: &Member, active_owners: &[Member]) -> bool {
    member.role == Role::Owner && active_owners.iter().all(|owner| owner.id == member.id)
}
