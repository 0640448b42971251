//! A link that shows what is left to do in a domain's DNS to a person without an account.

use std::time::Duration;

use super::id::DnsShareId;
use super::time::Timestamp;

/// How long the link works.
pub const DNS_LINK_VALID: Duration = Duration::from_hours(30 * 24);
/// How many addresses may have such a link of one domain at a time: they are listed on one page.
pub const DNS_LINKS_MAX: i64 = 20;

/// A link that works.
#[derive(Clone, Debug)]
pub struct DnsShare {
    /// Its key.
    pub id: DnsShareId,
    /// The address to which it was sent.
    pub email: String,
    /// The name of the person who sent it.
    pub sender: String,
    /// When that was.
    pub created_at: Timestamp,
}

impl DnsShare {
    /// When the link ends.
    pub fn ends_at(&self) -> Timestamp {
        self.created_at.plus(DNS_LINK_VALID)
    }
}
