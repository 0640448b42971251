//! Why an email did not leave.

use crate::model::RefusedFor;

/// Why an email did not leave, in the server's words; never with a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// The server refuses this email (5xx to RCPT, DATA or the data itself).
    #[error("the SMTP server refused the email: {detail}")]
    Refused {
        /// What the refusal is about.
        about: RefusedFor,
        /// The server's answer.
        detail: String,
    },
    /// The recipient's address is not one to which an email can be sent.
    #[error("the email has no valid recipient: {0}")]
    NoRecipient(String),
    /// It may leave later: 4xx, an unreadable answer, or a fault of the installation such as wrong
    /// credentials or a sender it does not take.
    #[error("the email could not leave: {0}")]
    Later(String),
    /// It may leave later: there was no connection, or no answer in time. After silence at its end the
    /// email may have left already.
    #[error("the SMTP server did not answer: {0}")]
    Away(String),
}
