//! Collaborators: roles and invitations.

mod invite;
mod make_owner;
mod race;
pub(crate) mod roles;
