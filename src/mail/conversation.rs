//! The conversation with the SMTP server, over at most eight connections that are used again.
//!
//! lettre's own pool is not used: it parks a connection also when a time-out broke off its
//! conversation, and the next email would read the answer to the last one; and its errors don't
//! tell whether the server refused the email or us. Here each step is asked by itself.
//!
//! Must not know: emails, their texts, when they are tried again.

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

use super::failure::SendFailure;
use super::settings::{Protection, Server, SettingsError};

/// As many emails may leave at the same time.
const CONNECTIONS: usize = 8;
/// The longest wait for a connection with greeting, TLS and authentication.
const CONNECT: Duration = Duration::from_secs(20);
/// The longest wait for the answer to one command.
const COMMAND: Duration = Duration::from_secs(30);
/// The longest wait for the answer to a whole email: giving up here may send it twice, so
/// servers that look at emails before they take them get more time (RFC 5321, 4.5.3.2.6).
const EMAIL: Duration = Duration::from_mins(2);
/// Servers close what was idle for longer; then it is not worth a try.
const IDLE: Duration = Duration::from_mins(1);

/// Connections to one server.
pub(super) struct Line {
    server: Server,
    tls: Option<TlsParameters>,
    hello: ClientId,
    permits: Semaphore,
    parked: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// Whom a refusal is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Us: connection, greeting, authentication, sender.
    Us,
    /// The email: its recipient or content.
    Email,
}

impl Line {
    /// Prepares connections to `server`; none is made yet.
    pub(super) fn new(server: Server) -> Result<Self, SettingsError> {
        let tls = match server.protection {
            Protection::None => None,
            Protection::Tls | Protection::StartTls => {
                Some(TlsParameters::new(server.host.clone()).map_err(|_| SettingsError::Host)?)
            }
        };
        let (hello, permits) = (ClientId::default(), Semaphore::new(CONNECTIONS));
        Ok(Self { server, tls, hello, permits, parked: Mutex::default() })
    }

    /// The server, without its secrets.
    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Whether the server answers, takes our credentials, and talks.
    pub(super) async fn ready(&self) -> Result<(), SendFailure> {
        let _permit = self.permits.acquire().await.map_err(later)?;
        let mut connection = self.connection().await?;
        within(COMMAND, connection.command(Noop), About::Us).await?;
        self.park(connection);
        Ok(())
    }

    /// Whether the server also takes emails from `from`: asks, and takes it back.
    pub(super) async fn takes(&self, from: &Address) -> Result<(), SendFailure> {
        let _permit = self.permits.acquire().await.map_err(later)?;
        let mut connection = self.connection().await?;
        within(COMMAND, connection.command(Mail::new(Some(from.clone()), Vec::new())), About::Us).await?;
        within(COMMAND, connection.command(Rset), About::Us).await?;
        self.park(connection);
        Ok(())
    }

    /// Hands an email over.
    pub(super) async fn send(&self, from: &Address, to: &Address, email: &[u8]) -> Result<(), SendFailure> {
        let _permit = self.permits.acquire().await.map_err(later)?;
        let mut connection = self.connection().await?;
        let result = hand_over(&mut connection, from, to, email).await;
        // After a refusal the server listens on; after silence or noise nobody knows what comes next.
        if matches!(result, Ok(()) | Err(SendFailure::Refused(_))) {
            self.park(connection);
        }
        result
    }

    /// A parked connection that still answers, else a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, SendFailure> {
        while let Some((mut connection, since)) = self.take_parked() {
            let alive = since.elapsed() < IDLE && within(COMMAND, connection.command(Rset), About::Us).await.is_ok();
            if alive {
                return Ok(connection);
            }
        }
        match tokio::time::timeout(CONNECT, self.connect()).await {
            Ok(connected) => connected.map_err(|error| failure(&error, About::Us)),
            Err(_) => Err(SendFailure::Later("no connection in time".into())),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let at_once = self.tls.clone().filter(|_| self.server.protection == Protection::Tls);
        let place = (self.server.host.as_str(), self.server.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, Some(CONNECT), &self.hello, at_once, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.server.protection == Protection::StartTls) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.server.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take_parked(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        self.lock().pop()
    }

    fn park(&self, connection: AsyncSmtpConnection) {
        self.lock().push((connection, Instant::now()));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    email: &[u8],
) -> Result<(), SendFailure> {
    // A sender who may not send (`MAIL_FROM`) refuses all emails, and none for good.
    within(COMMAND, connection.command(Mail::new(Some(from.clone()), Vec::new())), About::Us).await?;
    let about = About::Email;
    within(COMMAND, connection.command(Rcpt::new(to.clone(), Vec::new())), about).await?;
    within(COMMAND, connection.command(Data), about).await?;
    within(EMAIL, connection.message(email), about).await
}

/// Waits for an answer, no longer than `limit`.
async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, Error>>,
    about: About,
) -> Result<(), SendFailure> {
    match tokio::time::timeout(limit, step).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error, about)),
        Err(_) => Err(SendFailure::Later("no answer in time".into())),
    }
}

/// What an error means for the email. Only a 5xx to RCPT, DATA or the email itself
/// refuses it, and not one that asks for (other) credentials: those (530, 534, 535, 538 of RFC
/// 4954), a 5xx to the connection, and all else are faults that pass or are repaired.
fn failure(error: &Error, about: About) -> SendFailure {
    let code = error.status().map(u16::from);
    let about_credentials = matches!(code, Some(530 | 534 | 535 | 538));
    if about == About::Email && error.is_permanent() && !about_credentials {
        SendFailure::Refused(in_short(error))
    } else {
        SendFailure::Later(in_short(error))
    }
}

fn later(error: impl std::fmt::Display) -> SendFailure {
    SendFailure::Later(error.to_string())
}

/// The longest account of an error that is kept, in characters.
const ACCOUNT: usize = 300;

/// The error on one line, with what the server said.
fn in_short(error: &Error) -> String {
    super::email::one_line(&error.to_string()).chars().take(ACCOUNT).collect()
}
