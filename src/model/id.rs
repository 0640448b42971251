//! Primary keys: one type per noun, so that they cannot be confused. They sort by creation time.

use std::fmt;
use std::str::FromStr;

use uuid::{NoContext, Uuid};

use super::time::Timestamp;

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new key that sorts after those created before `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(sortable(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// The key of a person's account.
    UserId,
    /// The key of a mail domain.
    DomainId,
    /// The key of a mailbox.
    MailboxId,
    /// The key of a pair of an alias and a destination.
    AliasId,
    /// The key of a bulk action on mailboxes.
    BulkId,
    /// The key of an email in the outbox.
    EmailId,
    /// The key of a person's role on a domain.
    MemberId,
    /// The key of an invitation.
    InvitationId,
    /// The key of a link that shows the DNS settings of a domain.
    DnsShareId,
    /// The key of a request for access to a mailbox by a person without an account.
    FirstAccessId,
    /// The key of a change.
    ChangeId,
    /// The key of a job.
    JobId,
    /// The key of one claim of a job: its lease.
    ClaimId,
    /// The key of a call whose effect is not known.
    SentCallId,
    /// The key of a counted attempt, such as a password test.
    AttemptId,
    /// The key of one running process, which owns leases.
    PortalId,
}

fn sortable(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.seconds()).unwrap_or(0);
    let nanos = u32::try_from(now.0.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}
