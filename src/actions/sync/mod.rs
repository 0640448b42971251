//! Makes dimail agree with the stored state: orders are claimed, carried out, recorded and retried.

pub(crate) mod alias;
pub(crate) mod cancel;
pub(crate) mod change_mailbox;
pub(crate) mod change_result;
pub(crate) mod check;
pub(crate) mod check_lane;
pub(crate) mod create_domain;
pub(crate) mod create_mailbox;
pub(crate) mod dimail_account;
pub(crate) mod guarded;
pub(crate) mod lease;
pub mod limit;
pub(crate) mod observe;
pub(crate) mod optional_routes;
pub(crate) mod outcome;
pub(crate) mod request;
pub(crate) mod respond;
pub(crate) mod retry;
pub(crate) mod run;
