//! Types and rules of the portal: addresses, roles, statuses and their transitions.
//!
//! Must not know: the database, HTTP, the clock, any language. Functions here do no I/O: their results
//! depend only on their arguments.

pub mod accessibility;
pub mod address;
pub mod alias;
pub mod alias_step;
pub(crate) mod bulk;
pub(crate) mod change;
pub(crate) mod change_options;
pub mod check;
pub(crate) mod compared;
pub(crate) mod comparison;
pub(crate) mod confirm;
pub(crate) mod creation;
pub mod delivery;
pub(crate) mod dns_guide;
pub(crate) mod dns_share;
pub mod domain;
pub mod email;
pub(crate) mod event;
pub mod field_error;
pub(crate) mod foreign_addresses;
pub(crate) mod found_value;
pub(crate) mod guard;
pub mod id;
pub(crate) mod idna2008;
pub(crate) mod import;
pub(crate) mod job;
pub mod journal;
pub(crate) mod lead;
pub(crate) mod list;
pub mod mailbox;
pub(crate) mod member;
pub mod name;
pub(crate) mod night;
pub(crate) mod observed;
pub(crate) mod options;
pub(crate) mod password;
pub(crate) mod public_names;
pub(crate) mod reason;
pub mod refusal;
pub(crate) mod retry;
pub mod role;
pub(crate) mod spf;
pub(crate) mod text;
pub(crate) mod throttle;
pub mod time;
pub(crate) mod typed_address;
pub mod user;
pub(crate) mod wanted;

pub use address::{DomainName, EmailAddress, LocalPart};
pub use check::{Check, CheckReport, DnsRecord};
pub(crate) use confirm::Confirming;
pub use delivery::{RefusedFor, ServerAnswers};
pub(crate) use dns_share::DnsShare;
pub use domain::{Domain, DomainStatus, Judgement};
pub use email::{Email, EmailContent, EmailState, EmailView, GivenUp, MailboxEmail, SettingToSend};
pub(crate) use event::{Event, EventKind};
pub use field_error::{FieldError, FieldErrors, NameProposal, Weakness};
pub(crate) use guard::Guard;
pub use id::{
    AliasId, AttemptId, BulkId, ChangeId, ClaimId, DnsShareId, DomainId, EmailId, FirstAccessId, InvitationId, JobId,
    MailboxId, MemberId, PortalId, SentCallId, UserId,
};
pub(crate) use import::{FoundMailbox, Unfit};
pub(crate) use lead::{Lead, LeadWay};
pub(crate) use list::{Cursor, DomainQuery, DomainRow, DomainSort, ListQuery, MailboxSort, Position, Rows};
pub(crate) use member::{Invitation, Member};
pub(crate) use name::PersonName;
pub use refusal::{Refusal, Why};
pub use role::{
    EditDomain, FollowChanges, Leave, ManageMailboxes, ManageMembers, Permission, Reconcile, RemoveDomain, Right, Role,
    SeeDomain,
};
pub(crate) use throttle::{AttemptDecision, Tried};
pub use time::Timestamp;
pub use user::{Actor, Language, User};
