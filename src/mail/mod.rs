//! Emails: renders subject, text and HTML from a content and a language, and sends them by SMTP.
//!
//! Does not know the database, dimail, pages, or when an email is due. It keeps a secret only while it
//! renders and sends the email.

mod bounded;
mod colours;
mod contents;
mod conversation;
mod email;
mod failure;
mod marked;
mod message;
mod parts;
mod sender;
mod settings;
mod shown;

pub use email::{Written, write};
pub use failure::SendFailure;
pub use message::{Outgoing, message_id};
pub use parts::Facts;
pub use sender::{Sender, SentEmail};
