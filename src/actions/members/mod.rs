//! Members of a domain: roles, invitations, acceptance.

pub(crate) mod accept;
pub(crate) mod confirmed;
pub(crate) mod invite;
pub(crate) mod raised;
pub(crate) mod roles;
