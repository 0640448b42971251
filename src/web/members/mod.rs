//! The pages of collaborators and invitations.

pub(crate) mod accept;
pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod make_owner;
pub(crate) mod remove;
pub(crate) mod roles;
