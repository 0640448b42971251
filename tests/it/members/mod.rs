//! Collaborators: roles and invitations.

mod invite;
mod race;
pub(crate) mod roles;
