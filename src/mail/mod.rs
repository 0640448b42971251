//! Letters: from what one says and a language to subject, text and HTML, and their way out by SMTP.
//!
//! Must not know: the database, dimail, pages, and when a letter is due. It keeps no secret
//! longer than it takes to write and send it.

mod contents;
mod conversation;
mod holders;
mod letter;
mod message;
mod sender;
mod settings;

pub use letter::{Facts, LoginLink, Written, write};
pub use message::{Outgoing, message_id};
pub use sender::{SendFailure, Sender, SentLetter};
pub use settings::SettingsError;
