//! Members of a domain: roles, invitations, acceptance.

pub mod accept;
pub mod invite;
pub mod roles;
