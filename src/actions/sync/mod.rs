//! Makes dimail agree with the stored state: orders are claimed, carried out, recorded and retried.

pub(crate) mod alias;
pub(crate) mod cancel;
pub(crate) mod check;
pub(crate) mod check_lane;
pub(crate) mod create;
pub mod dimail_account;
pub(crate) mod fate;
pub(crate) mod lease;
pub mod limit;
pub(crate) mod mailbox;
pub mod observe;
pub mod optional_routes;
pub mod outcome;
pub(crate) mod respond;
pub(crate) mod retry;
pub mod run;
