//! The SMTP session with the server, over at most eight reused connections.
//!
//! lettre's own pool is not used, for two reasons. It returns a connection to the pool even if a
//! time-out interrupted a command, so the next email would read the answer to the previous one. And its
//! errors do not tell whether the server refused the email or the portal. Here every command is sent
//! and checked separately.
//!
//! Does not know the content of emails, or when they are retried.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::bounded::Bounded;
use super::failure::SendFailure;
use super::settings::{MailSettingsError, Protection, Server};
use crate::clock::{NoResult, in_time};
use crate::model::RefusedFor;

/// The maximum number of emails sent at the same time.
const CONNECTIONS: usize = 8;
/// The time limit for a connection, including greeting, TLS and authentication.
const CONNECT: Duration = Duration::from_secs(20);
/// The time limit for the connection to one address of the server: a name may have several, of which some
/// do not answer, typically those of IPv6.
const ADDRESS: Duration = Duration::from_secs(4);
/// The time limit for the answer to a command.
const COMMAND: Duration = Duration::from_secs(30);
/// The time limit for the answer to the email's data. Giving up here may cause the email to be sent
/// twice, so servers that scan emails before accepting them get more time (RFC 5321, 4.5.3.2.6).
const EMAIL: Duration = Duration::from_mins(2);
/// The time limit for making an email, which may need an answer of dimail. Servers wait for the next
/// command for five minutes (RFC 5321, 4.5.3.2.7).
const MAKING: Duration = Duration::from_mins(2);
/// Connections idle for longer are not reused, because servers close them.
const IDLE: Duration = Duration::from_mins(1);

/// The connections to one server.
pub(super) struct SmtpConnections {
    server: Server,
    tls: Option<TlsParameters>,
    hello: ClientId,
    permits: Semaphore,
    parked: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    stalled_at: Mutex<Option<Instant>>,
}

/// The step of a session that an answer belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Connection, greeting, authentication, sender: about the portal.
    Portal,
    /// The recipient, and the beginning of the data.
    Recipient,
    /// The end of the data.
    Content,
}

impl SmtpConnections {
    /// A pool of connections to `server`, which the portal greets as `hello`; none is made yet.
    pub(super) fn new(server: Server, hello: ClientId) -> Result<Self, MailSettingsError> {
        let tls = match server.protection {
            Protection::None => None,
            Protection::Tls | Protection::StartTls => {
                Some(TlsParameters::new(server.host.clone()).map_err(|_| MailSettingsError::Host)?)
            }
        };
        let (permits, parked, stalled_at) = (Semaphore::new(CONNECTIONS), Mutex::default(), Mutex::default());
        Ok(Self { server, tls, hello, permits, parked, stalled_at })
    }

    /// The server, without its secrets.
    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// How long ago the last email failed for a reason that concerns all of them: no connection, or the
    /// server did not accept the portal or its sender. `None` after an email that came further.
    pub(super) fn stalled_for(&self) -> Option<Duration> {
        locked(&self.stalled_at).map(|at| at.elapsed())
    }

    /// Checks that the server answers and accepts the credentials.
    pub(super) async fn ready(&self) -> Result<(), SendFailure> {
        let _permit = self.permits.acquire().await.map_err(later)?;
        let mut connection = self.connection().await?;
        within(COMMAND, connection.command(Noop), Step::Portal).await?;
        self.park(connection);
        Ok(())
    }

    /// Checks that the server also accepts the sender `from`, and the recipient `to` if there is one; no
    /// email is sent.
    pub(super) async fn would_accept(&self, from: &Address, to: Option<&Address>) -> Result<(), SendFailure> {
        let _permit = self.permits.acquire().await.map_err(later)?;
        let mut connection = self.accepting(from).await?;
        if let Some(to) = to {
            named(&mut connection, to).await?;
        }
        within(COMMAND, connection.command(Rset), Step::Portal).await?;
        self.park(connection);
        Ok(())
    }

    /// Sends an email, which is made when the server has accepted sender and recipient.
    pub(super) async fn send<E: From<SendFailure>>(
        &self,
        from: &Address,
        to: &Address,
        email: impl Future<Output = Result<Vec<u8>, E>>,
    ) -> Result<(), E> {
        let _permit = self.permits.acquire().await.map_err(later)?;
        let accepting = self.accepting(from).await;
        *locked(&self.stalled_at) = accepting.is_err().then(Instant::now);
        let mut connection = accepting?;
        let mut result = named(&mut connection, to).await;
        if result.is_ok() {
            let email = match in_time(MAKING, email).await {
                Ok(email) => email,
                // The next email begins with RSET.
                Err(NoResult::Failed(error)) => {
                    self.park(connection);
                    return Err(error);
                }
                Err(NoResult::TimedOut) => {
                    return Err(SendFailure::Later("its content was not ready in time".into()).into());
                }
            };
            result = hand_over(&mut connection, &email).await;
        }
        // After a refusal the connection is in a known state; after a time-out or a malformed answer it
        // is not.
        if matches!(result, Ok(()) | Err(SendFailure::Refused { .. })) {
            self.park(connection);
        }
        Ok(result?)
    }

    /// A connection over which the server has accepted the sender.
    async fn accepting(&self, from: &Address) -> Result<AsyncSmtpConnection, SendFailure> {
        let mut connection = self.connection().await?;
        // A refused sender (`MAIL_FROM`) affects all emails and is fixed by a setting, so no email is given
        // up for it.
        within(COMMAND, connection.command(Mail::new(Some(from.clone()), Vec::new())), Step::Portal).await?;
        Ok(connection)
    }

    /// An idle connection that still answers, else a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, SendFailure> {
        while let Some((mut connection, since)) = self.take_parked() {
            let alive = since.elapsed() < IDLE && within(COMMAND, connection.command(Rset), Step::Portal).await.is_ok();
            if alive {
                return Ok(connection);
            }
        }
        in_time(CONNECT, self.connect()).await.map_err(|why| match why {
            NoResult::Failed(error) => failure(&error, Step::Portal),
            NoResult::TimedOut => SendFailure::Away("no connection in time".into()),
        })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let at_once = self.tls.clone().filter(|_| self.server.protection == Protection::Tls);
        let place = (self.server.host.as_str(), self.server.port);
        let stream = Box::new(Bounded::connect(place, ADDRESS, at_once).await?);
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.server.protection == Protection::StartTls) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.server.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take_parked(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        locked(&self.parked).pop()
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        locked(&self.parked).push((connection, Instant::now()));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names the recipient.
async fn named(connection: &mut AsyncSmtpConnection, to: &Address) -> Result<(), SendFailure> {
    within(COMMAND, connection.command(Rcpt::new(to.clone(), Vec::new())), Step::Recipient).await
}

async fn hand_over(connection: &mut AsyncSmtpConnection, email: &[u8]) -> Result<(), SendFailure> {
    within(COMMAND, connection.command(Data), Step::Recipient).await?;
    within(EMAIL, connection.message(email), Step::Content).await
}

/// Waits for an answer until the time limit.
async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, Error>>,
    step: Step,
) -> Result<(), SendFailure> {
    let answer = timeout(limit, answer).await.map_err(|_| SendFailure::Away("no answer in time".into()))?;
    answer.map(drop).map_err(|error| failure(&error, step))
}

/// Classifies an error. An email is refused only by a 5xx answer to RCPT, DATA or the data itself, except
/// those that ask for (other) credentials (530, 534, 535, 538 of RFC 4954). All other errors, including a
/// 5xx to the connection, are temporary or can be fixed by the operator.
fn failure(error: &Error, step: Step) -> SendFailure {
    let detail = in_short(error);
    let Some(code) = error.status().map(u16::from) else {
        let is_unreadable = error.is_response() || error.is_client();
        return if is_unreadable { SendFailure::Later(detail) } else { SendFailure::Away(detail) };
    };
    if step == Step::Portal || code < 500 || matches!(code, 530 | 534 | 535 | 538) {
        return SendFailure::Later(detail);
    }
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let about = match (enhanced(&words), code) {
        // 5.1.7 and 5.1.8 are about the sender.
        (Some((1, number)), _) if !matches!(number, 7 | 8) => RefusedFor::Recipient,
        _ if step == Step::Content => RefusedFor::Content,
        (None, 550 | 551 | 553) => RefusedFor::RecipientOrPortal,
        _ => RefusedFor::Delivery,
    };
    SendFailure::Refused { about, detail }
}

/// Subject and number of the enhanced status code (RFC 3463) at the beginning of a final refusal, such as
/// `5.1.1` or `#5.1.1`.
fn enhanced(words: &str) -> Option<(u16, u16)> {
    let code = words.split_whitespace().next()?.trim_start_matches('#').strip_prefix("5.")?;
    let (subject, number) = code.split_once('.')?;
    Some((subject.parse().ok()?, number.parse().ok()?))
}

fn later(error: impl std::fmt::Display) -> SendFailure {
    SendFailure::Later(error.to_string())
}

/// The maximum length of a stored error message, in characters.
const ACCOUNT: usize = 300;

/// The error on one line, with the server's message.
fn in_short(error: &Error) -> String {
    super::parts::one_line(&error.to_string()).chars().take(ACCOUNT).collect()
}

#[cfg(test)]
mod tests {
    use super::enhanced;

    #[test]
    fn enhanced_codes_are_read() {
        assert_eq!(enhanced("5.1.1 <a@b.fr>: no such user"), Some((1, 1)));
        assert_eq!(enhanced("#5.1.10 null MX"), Some((1, 10)));
        assert_eq!(enhanced("5.7.1 relay access denied\n5.1.1"), Some((7, 1)));
        for none in ["", "no such user", "5.1", "4.1.1 later", "5.x.1", "192.0.2.1 is listed"] {
            assert_eq!(enhanced(none), None, "{none:?}");
        }
    }
}
