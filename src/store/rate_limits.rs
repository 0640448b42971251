//! What limits count within a period: when something happened, for a person, a domain, an address or an
//! origin. It stays when that is deleted.

use std::time::Duration;

use super::args::args;
use super::{Result, Store, Tx};
use crate::model::Timestamp;

/// The longest period in which invitations, domains, emails to one address and emails about many wrong
/// passwords are counted.
pub(super) const DAY: Duration = Duration::from_hours(24);
/// The longest period in which anything else is counted.
pub(super) const HOUR: Duration = Duration::from_hours(1);

/// What is counted, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit(&'static str);

impl Limit {
    /// Links that confirm an address, for the hash of the address.
    pub(super) const CONFIRM_ADDRESS: Self = Self("confirm_address");
    /// Links to DNS settings, for the hash of the address.
    pub(super) const DNS_SHARE_ADDRESS: Self = Self("dns_share_address");
    /// Domains that were added, for the account that added them.
    pub(super) const DOMAIN_ADDED: Self = Self("domain_added");
    /// Messages to staff that a domain is one's own, for the account that sends them.
    pub(super) const DOMAIN_CLAIMED: Self = Self("domain_claimed");
    /// Emails, for their domain and the hash of their address; at the time when each may leave.
    pub(super) const EMAIL_ADDRESS: Self = Self("email_address");
    /// Requests for first access, for their origin.
    pub(super) const FIRST_ACCESS: Self = Self("first_access");
    /// Invitations and links to DNS settings, for the name of their domain.
    pub(super) const INVITATION_DOMAIN: Self = Self("invitation_domain");
    /// Invitations and links to DNS settings, for the account that sends them.
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

/// The kinds that are counted within an hour.
pub(super) const OF_AN_HOUR: &str =
    "('confirm_address', 'dns_share_address', 'first_access', 'new_browser', 'reset_address', 'reset_origin')";

const TIMES_SINCE: &str =
    "select at from rate_limits where kind = $1 and subject = $2 and at > $3 order by at desc limit $4";

impl Store {
    /// The same as [`Tx::times_since`], outside of a transaction.
    pub(super) async fn times_since(
        &self,
        limit: Limit,
        subject: &str,
        since: Timestamp,
        most: i64,
    ) -> Result<Vec<Timestamp>> {
        self.values(TIMES_SINCE, args![limit.0, subject, since, most]).await
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
        self.values(TIMES_SINCE, args![limit.0, subject, since, most]).await
    }

    /// Records that something happens now, unless it happened `most` times since `since`; returns whether it
    /// is recorded.
    pub(super) async fn note_below(
        &mut self,
        limit: Limit,
        subject: &str,
        (most, since): (i64, Timestamp),
    ) -> Result<bool> {
        if self.count_since(limit, subject, since).await? >= most {
            return Ok(false);
        }
        self.note_now(limit, subject).await?;
        Ok(true)
    }

    /// Records that it happens now.
    pub(super) async fn note_now(&mut self, limit: Limit, subject: &str) -> Result<()> {
        self.note_at(limit, subject, self.clock.now()).await
    }

    async fn note_at(&mut self, limit: Limit, subject: &str, at: Timestamp) -> Result<()> {
        self.exec_one("insert into rate_limits (kind, subject, at) values ($1, $2, $3)", args![limit.0, subject, at])
            .await
    }

    /// Records that it happens as soon as it may happen at most `most` times in a day, `now` at the
    /// earliest, and returns when that is.
    pub(super) async fn next_slot(
        &mut self,
        limit: Limit,
        subject: &str,
        (most, now): (u32, Timestamp),
    ) -> Result<Timestamp> {
        let sql = "select at from rate_limits where kind = $1 and subject = $2 and at > $3 \
                   order by at desc limit 1 offset $4";
        let before = i64::from(most.saturating_sub(1));
        let full: Option<Timestamp> = self.first_value(sql, args![limit.0, subject, now.minus(DAY), before]).await?;
        let at = full.map_or(now, |full| full.plus(DAY).max(now));
        self.note_at(limit, subject, at).await?;
        Ok(at)
    }
}
