//! The pages of collaborators and invitations.

pub(crate) mod invite;
pub(crate) mod roles;
