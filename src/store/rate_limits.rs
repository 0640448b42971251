//! What limits count within a period: when something happened, for a person, a domain, an address or an
//! origin. It stays when that is deleted.

use std::time::Duration;

use super::args::args;
use super::{Result, Store, Tx};
use crate::model::time::Timestamp;

/// The longest period in which invitations and emails about many wrong passwords are counted.
const DAY: Duration = Duration::from_hours(24);
/// The longest period in which anything else is counted.
const HOUR: Duration = Duration::from_hours(1);

/// What is counted, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit(&'static str);

impl Limit {
    /// Requests for first access, for their origin.
    pub(super) const FIRST_ACCESS: Self = Self("first_access");
    /// Invitations, for the name of their domain.
    pub(super) const INVITATION_DOMAIN: Self = Self("invitation_domain");
    /// Invitations, for the account that sends them.
    pub(super) const INVITATION_SENDER: Self = Self("invitation_sender");
    /// Emails about a sign-in in a new browser, for the account.
    pub(super) const NEW_BROWSER: Self = Self("new_browser");
    /// Requests for a password email, for the hash of their address.
    pub(super) const RESET_ADDRESS: Self = Self("reset_address");
    /// Requests for a password email, for the hash of their origin.
    pub(super) const RESET_ORIGIN: Self = Self("reset_origin");
    /// Emails about many wrong passwords, for the hash of the address.
    pub(super) const WRONG_PASSWORDS: Self = Self("wrong_passwords");
}

impl Store {
    /// Deletes what no limit counts any more.
    pub(super) async fn tidy_rate_limits(&self) -> Result<()> {
        let now = self.clock.now();
        let sql = "delete from rate_limits where at <= $1 \
                   or (at <= $2 and kind not in ('invitation_domain', 'invitation_sender', 'wrong_passwords'))";
        self.exec_any(sql, args![now.minus(DAY), now.minus(HOUR)]).await
    }
}

impl Tx {
    /// How often it happened after `since`.
    pub(super) async fn count_since(&mut self, limit: Limit, subject: &str, since: Timestamp) -> Result<i64> {
        let sql = "select count(*) from rate_limits where kind = $1 and subject = $2 and at > $3";
        self.value(sql, args![limit.0, subject, since]).await
    }

    /// When it last happened after `since`, newest first, at most `most` times.
    pub(super) async fn times_since(
        &mut self,
        limit: Limit,
        subject: &str,
        since: Timestamp,
        most: i64,
    ) -> Result<Vec<Timestamp>> {
        let sql = "select at from rate_limits where kind = $1 and subject = $2 and at > $3 order by at desc limit $4";
        self.values(sql, args![limit.0, subject, since, most]).await
    }

    /// Records that it happens now.
    pub(super) async fn note_now(&mut self, limit: Limit, subject: &str) -> Result<()> {
        let sql = "insert into rate_limits (kind, subject, at) values ($1, $2, $3)";
        self.exec_one(sql, args![limit.0, subject, self.clock.now()]).await
    }
}
