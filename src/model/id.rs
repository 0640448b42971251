//! Keys of rows: one type per noun, so that one can't be taken for another. They sort by age.

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
            /// A new key that sorts after those made before `now`.
            #[must_use]
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
    /// The key of an order to dimail.
    OrderId,
    /// The key of an operation on several mailboxes.
    OperationId,
    /// The key of an email in the outbox.
    EmailId,
    /// The key of somebody's role on a domain.
    MemberId,
    /// The key of an invitation.
    InvitationId,
    /// The key of somebody's wish to get into a mailbox without an account.
    FirstAccessId,
    /// The key of a call that creates a mailbox.
    CreationAttemptId,
    /// The key of an attempt that is counted.
    AttemptId,
    /// The key of one running portal: the holder of leases.
    PortalId,
}

fn sortable(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.seconds()).unwrap_or(0);
    let nanos = u32::try_from(now.0.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}
