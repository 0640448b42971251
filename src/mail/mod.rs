//! Emails: from what one says and a language to subject, text and HTML, and their way out by SMTP.
//!
//! Must not know: the database, dimail, pages, and when an email is due. It keeps no secret
//! longer than it takes to write and send it.

mod contents;
mod conversation;
mod email;
mod failure;
mod holders;
mod message;
mod sender;
mod settings;

pub use email::{Facts, LoginLink, Written, write};
pub use failure::SendFailure;
pub use message::{Outgoing, message_id};
pub use sender::{Sender, SentEmail};
pub use settings::SettingsError;
