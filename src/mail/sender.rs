//! Sends emails: by SMTP, or into memory in the demonstration.
//!
//! Does not know the outbox, when an email is due, or its content.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};

use super::conversation::SmtpConnections;
use super::failure::SendFailure;
use super::message::{Outgoing, mime, read_sender};
use super::settings::{MailSettingsError, Server, client_id};
use crate::model::Timestamp;

/// The transport of emails.
pub enum Sender {
    /// By an SMTP server.
    Smtp(Box<Smtp>),
    /// No server: emails stay in memory, for the demonstration.
    Memory(Memory),
}

/// An SMTP server and the sender of all emails.
pub struct Smtp {
    connections: SmtpConnections,
    from: Mailbox,
}

/// The emails "sent" in a demonstration, the newest last.
#[derive(Default)]
pub struct Memory {
    sent: Mutex<VecDeque<SentEmail>>,
}

/// An email that was kept instead of sent. It may contain a login link, so `Debug` does not show its
/// content.
#[derive(Clone, PartialEq, Eq)]
pub struct SentEmail {
    /// Its date.
    pub at: Timestamp,
    /// The address it went to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The Message-ID.
    pub message_id: String,
    /// The address to which an answer goes, if not to the sender of all emails.
    pub reply_to: Option<String>,
}

/// How many emails a demo keeps.
const KEPT: usize = 2000;

impl Sender {
    /// Sends by the SMTP server at `url` (`smtp://`, `smtps://`, `smtp+starttls://`) with the sender
    /// `from`, under the host name `hello`. No connection is made yet.
    ///
    /// # Errors
    /// The invalid setting, without its value.
    pub fn smtp(url: &SecretString, from: &str, hello: &str) -> Result<Self, MailSettingsError> {
        let server = Server::parse(url.expose_secret())?;
        let from = read_sender(from).map_err(|_| MailSettingsError::From)?;
        Ok(Self::Smtp(Box::new(Smtp { connections: SmtpConnections::new(server, client_id(hello))?, from })))
    }

    /// Keeps emails in memory.
    pub fn memory() -> Self {
        Self::Memory(Memory::default())
    }

    /// Checks whether the server answers and accepts the credentials.
    ///
    /// # Errors
    /// `SendFailure::Away` or `Later`: the server does not answer or rejects the credentials.
    pub async fn ready(&self) -> Result<(), SendFailure> {
        match self {
            Self::Smtp(smtp) => smtp.connections.ready().await,
            Self::Memory(_) => Ok(()),
        }
    }

    /// Checks whether the server would accept an email from the configured sender, to the recipient `to`
    /// if there is one. None is sent.
    ///
    /// # Errors
    /// The server does not answer, or rejects the credentials, the sender or the recipient.
    pub async fn would_accept(&self, to: Option<&str>) -> Result<(), SendFailure> {
        match self {
            Self::Smtp(smtp) => {
                let to = to.map(str::parse).transpose();
                let to = to.map_err(|error: AddressError| SendFailure::NoRecipient(error.to_string()))?;
                smtp.connections.would_accept(&smtp.from.email, to.as_ref()).await
            }
            Self::Memory(_) => Ok(()),
        }
    }

    /// How long ago the last email failed for a reason that concerns all of them: there was no connection, or
    /// the server did not accept the portal or its sender. `None` if the last one passed this
    /// point.
    #[must_use]
    pub fn stalled_for(&self) -> Option<Duration> {
        match self {
            Self::Smtp(smtp) => smtp.connections.stalled_for(),
            Self::Memory(_) => None,
        }
    }

    /// Sends an email to `to`. `email` makes it, and is polled only after the server has accepted sender
    /// and recipient: a link or password in it is made for an email that leaves. `Ok` means that the
    /// server has accepted the email.
    ///
    /// # Errors
    /// `Refused` if the server refuses it, `Later` or `Away` if it may succeed, or the error of `email`.
    pub async fn send<E: From<SendFailure>>(
        &self,
        to: &str,
        email: impl Future<Output = Result<Outgoing, E>>,
    ) -> Result<(), E> {
        match self {
            Self::Smtp(smtp) => {
                let address = to.parse().map_err(|_| SendFailure::NoRecipient(to.to_owned()))?;
                let email = async {
                    let email = email.await?;
                    Ok(mime(&smtp.from, &email).map_err(SendFailure::NoRecipient)?.formatted())
                };
                smtp.connections.send(&smtp.from.email, &address, email).await
            }
            Self::Memory(memory) => {
                memory.keep(&email.await?);
                Ok(())
            }
        }
    }

    /// Forgets the emails kept in memory.
    pub fn forget_sent(&self) {
        if let Self::Memory(memory) = self {
            memory.lock().clear();
        }
    }

    /// The emails kept in memory, the newest last; empty with SMTP.
    pub fn sent(&self) -> Vec<SentEmail> {
        match self {
            Self::Smtp(_) => Vec::new(),
            Self::Memory(memory) => memory.lock().iter().cloned().collect(),
        }
    }
}

impl Memory {
    fn keep(&self, email: &Outgoing) {
        let written = email.written.clone();
        let mut sent = self.lock();
        if sent.len() >= KEPT {
            sent.pop_front();
        }
        sent.push_back(SentEmail {
            at: email.date,
            to: email.to.clone(),
            subject: written.subject,
            text: written.text,
            html: written.html,
            message_id: email.message_id.clone(),
            reply_to: written.reply_to,
        });
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<SentEmail>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(smtp) => write!(f, "Smtp({:?}, from {})", smtp.connections.server(), smtp.from.email),
            Self::Memory(memory) => write!(f, "Memory({} emails)", memory.lock().len()),
        }
    }
}

impl fmt::Debug for SentEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SentEmail");
        shown.field("at", &self.at).field("to", &self.to).field("subject", &self.subject);
        shown.field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Sender};
    use crate::mail::email::Written;
    use crate::mail::settings::MailSettingsError;
    use crate::mail::{Outgoing, SendFailure};
    use crate::model::time::Timestamp;

    #[tokio::test]
    async fn a_demo_keeps_the_newest_emails() {
        let sender = Sender::memory();
        let written = Written { subject: "s".into(), text: "secret".into(), html: "secret".into(), reply_to: None };
        let email = |n: usize| {
            let at = i64::try_from(n).expect("small");
            Outgoing {
                message_id: format!("<{n}@x>"),
                to: "a@b.fr".into(),
                written: written.clone(),
                date: Timestamp(at),
            }
        };
        for n in 0..=KEPT {
            sender.send("a@b.fr", async { Ok::<_, SendFailure>(email(n)) }).await.expect("kept");
        }
        let sent = sender.sent();
        assert_eq!((sent.len(), sent[0].at, sent[KEPT - 1].at), (KEPT, Timestamp(1), Timestamp(2000)));
        assert!(!format!("{sender:?} {:?}", sent[0]).contains("secret"));
    }

    #[test]
    fn settings_are_read_without_telling_them() {
        let wrong = Sender::smtp(&"smtp://u:hidden@mail.fr".into(), "nobody", "x");
        assert_eq!(wrong.err(), Some(MailSettingsError::From));
        let sender = Sender::smtp(&"smtp://u:hidden@mail.fr".into(), "Portail <p@exemple.fr>", "x").expect("a sender");
        assert_eq!(format!("{sender:?}"), "Smtp(mail.fr:25 (None, credentials: true), from p@exemple.fr)");
    }
}
