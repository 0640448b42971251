//! Why an email did not leave.

/// Why an email did not leave, in the server's words; never with a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// The server refuses this email or its recipient for good (5xx to RCPT or DATA).
    #[error("the SMTP server refused the email: {0}")]
    Refused(String),
    /// It may leave later: no connection, no answer, 4xx, or a fault of the installation such as
    /// wrong credentials or a sender it does not take. After silence at its end the email may have left already.
    #[error("the email could not leave: {0}")]
    Later(String),
}
