//! Makes dimail agree with what is wanted: jobs are claimed, make their steps, and record them.

pub(crate) mod alias;
pub(crate) mod alias_record;
pub(crate) mod check;
pub(crate) mod check_lane;
pub(crate) mod dimail_account;
pub(crate) mod domain;
pub(crate) mod guarded;
pub mod job;
pub(crate) mod lease;
pub mod limit;
pub(crate) mod lists;
pub(crate) mod mailbox;
pub(crate) mod observe;
pub(crate) mod optional_routes;
pub(crate) mod respond;
pub(crate) mod trouble;
pub(crate) mod work;
