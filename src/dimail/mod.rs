//! The client of dimail, the HTTP API that provisions domains, mailboxes and aliases.
//!
//! Must not know: the database, pages, emails, when to retry. It makes a call once and returns which of
//! three classes the answer falls in ([`CallError`]); callers decide what follows.
//!
//! Protocol facts come from running dimail of August 2024, the last version whose source is public,
//! and from two clients of the present one: People of June 2026 and espace-membre of August 2026. The
//! suite in `tests/it/dimail/contract` checks them.

mod accounts;
mod address;
mod aliases;
mod answer;
mod check;
mod client;
mod connect;
mod domains;
mod error;
mod http;
mod limiter;
mod mailboxes;
mod missing;
mod path;
mod probe;
mod settings;
mod token;
mod wire;

pub use accounts::NewDimailUser;
pub use address::KnownAddress;
pub use aliases::KnownAlias;
pub use client::{CallPlace, Dimail, Made};
pub use error::{CallError, CallRefused, DimailSettingsError, FaultKind, InstallationFault};
pub use limiter::{Caller, Ending, ProcessLimit, Share, SharedLimit, agreed_limit};
pub use mailboxes::Names;
pub use missing::OptionalRoute;
pub use settings::DimailSettings;
pub use wire::{Active, KnownMailbox};
