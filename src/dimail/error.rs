//! Failures of calls: three classes, which decide what a caller does next.
//!
//! No text here contains a password, a token or a code.

use std::fmt;

use thiserror::Error;

use crate::model::reason::Reason;

/// The longest detail that is kept, in characters.
pub const DETAIL_MAX: usize = 300;

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// dimail understood the request and refused it: 400, 409, 422, or 404 with an application's text.
    /// The same call would be refused again.
    #[error("{0}")]
    Refused(CallRefused),
    /// A fault of the installation: credentials, permissions, address or version of dimail. Nothing was
    /// done, and a retry fails until an operator repairs it.
    #[error("{0}")]
    Installation(InstallationFault),
    /// Everything else: no answer, or one that does not tell whether dimail carried out the call.
    #[error("{0}")]
    NoAnswer(Silence),
}

/// A definite refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRefused {
    /// The status of dimail's answer; `None` if this client did not send the call, because a segment of
    /// its path would lead to another route.
    pub status: Option<u16>,
    /// dimail's error text in one line. It may contain addresses of other domains.
    pub detail: String,
}

/// A fault of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallationFault {
    /// Which one.
    pub kind: FaultKind,
    /// A sentence for the operators.
    pub detail: String,
}

/// The faults of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// No token: dimail does not accept the portal's credentials.
    SignIn,
    /// dimail answers 401 or 403, on a Bearer route even to a new token. The 403 for a domain of
    /// another account and for one that does not exist is the same.
    Denied,
    /// 401 or 403 without dimail's JSON: something in front of dimail, such as a proxy, rejects the
    /// call.
    Blocked,
    /// 404 `Not Found` or 405: this version of dimail (or this address) has no such route.
    RouteMissing,
    /// A redirect that is not followed: to another origin, a second one, or not a 307 or 308.
    Redirected,
}

/// A call without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// A sentence for the operators.
    pub detail: String,
    /// The status, if there was one.
    pub status: Option<u16>,
    /// Whether dimail may have carried out the call. `false` only if the call was certainly not sent:
    /// there was no connection or no token.
    pub sent: bool,
    /// Whether the time-out ended the call.
    pub timed_out: bool,
}

impl Silence {
    /// Whether dimail did not answer at all, or a proxy did in its place.
    pub fn is_away(&self) -> bool {
        self.status.is_none_or(|status| matches!(status, 502..=504))
    }
}

impl CallError {
    /// Whether dimail may have carried out the call.
    pub fn may_have_acted(&self) -> bool {
        matches!(self, Self::NoAnswer(silence) if silence.sent)
    }

    /// Whether it is a 409: the object exists already, or conflicts with another one.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == Some(409))
    }

    /// Whether it is a 404 or a 409 about the object: it is about the existing state, which can be
    /// read.
    pub fn is_about_object(&self) -> bool {
        self.is_object_missing() || self.is_conflict()
    }

    /// Whether dimail itself refuses this account, with valid credentials.
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Installation(fault) if fault.kind == FaultKind::Denied)
    }

    /// Whether this version of dimail lacks the route.
    pub fn is_route_missing(&self) -> bool {
        matches!(self, Self::Installation(fault) if fault.kind == FaultKind::RouteMissing)
    }

    /// Whether it is a 404 about the object: the domain, mailbox or alias does not exist.
    pub fn is_object_missing(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == Some(404))
    }

    /// Whether dimail, or something in front of it, answered with a status.
    pub fn has_status(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.status.is_some(),
            Self::Installation(_) => true,
            Self::NoAnswer(silence) => silence.status.is_some(),
        }
    }

    /// Its class as a label for metrics.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Installation(_) => "installation_fault",
            Self::NoAnswer(_) => "no_answer",
        }
    }

    pub(super) fn refused(status: u16, detail: &str) -> Self {
        Self::Refused(CallRefused { status: Some(status), detail: one_line(detail) })
    }

    /// The refusal for calls that this client does not send.
    pub(super) fn not_sendable(detail: &str) -> Self {
        Self::Refused(CallRefused { status: None, detail: one_line(detail) })
    }

    pub(super) fn fault(kind: FaultKind, detail: &str) -> Self {
        Self::Installation(InstallationFault { kind, detail: one_line(detail) })
    }

    pub(super) fn no_answer(detail: &str, status: Option<u16>, sent: bool) -> Self {
        Self::NoAnswer(Silence { detail: one_line(detail), status, sent, timed_out: false })
    }

    pub(super) fn time_out(detail: &str, sent: bool) -> Self {
        Self::NoAnswer(Silence { detail: one_line(detail), status: None, sent, timed_out: true })
    }

    /// Whether dimail received the call and did not answer before the time-out.
    pub fn is_time_out(&self) -> bool {
        matches!(self, Self::NoAnswer(silence) if silence.timed_out && silence.sent)
    }

    /// Converts the failure of a token request to the failure of the call that needed the token: that
    /// call was not sent, and a refusal of the token says nothing about its object.
    pub(super) fn of_sign_in(self) -> Self {
        match self {
            Self::NoAnswer(silence) => Self::NoAnswer(Silence { sent: false, ..silence }),
            Self::Refused(CallRefused { detail, .. })
            | Self::Installation(InstallationFault { kind: FaultKind::Denied, detail }) => {
                Self::fault(FaultKind::SignIn, &detail)
            }
            Self::Installation(fault) => Self::Installation(fault),
        }
    }

    /// Converts the failure of a token request to that of a call on another route: it is not that route
    /// that is missing.
    pub(super) fn for_want_of_token(self) -> Self {
        match self {
            Self::Installation(InstallationFault { kind: FaultKind::RouteMissing, detail }) => {
                Self::fault(FaultKind::SignIn, &detail)
            }
            other => other,
        }
    }
}

/// A text in one line without control characters, cut to [`DETAIL_MAX`].
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut line = String::new();
    for (n, c) in spaced.trim().chars().enumerate() {
        if n + 1 == DETAIL_MAX {
            line.push('…');
            break;
        }
        line.push(c);
    }
    line
}

impl From<&CallRefused> for Reason {
    fn from(CallRefused { status, detail }: &CallRefused) -> Self {
        Self::Refused { status: *status, detail: detail.clone() }
    }
}

impl fmt::Display for CallRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "dimail refused ({status}): {}", self.detail),
            None => write!(f, "not sent to dimail: {}", self.detail),
        }
    }
}

impl fmt::Display for InstallationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

/// Why the client cannot be created, in one sentence. It never contains the URL, which may contain a
/// password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DimailSettingsError {
    /// Not a URL.
    #[error("the address of dimail is not a URL such as https://dimail.example.fr")]
    NotAUrl,
    /// Another scheme.
    #[error("the address of dimail must begin with http:// or https://")]
    Scheme,
    /// The URL contains credentials.
    #[error("the address of dimail must not contain a user name or password; they have settings of their own")]
    Credentials,
    /// The URL has a query or a fragment.
    #[error("the address of dimail must end before any ? or #")]
    Query,
    /// A colon in the user name, which Basic authentication cannot carry (RFC 7617).
    #[error("the user name at dimail must not contain a colon or control characters")]
    UserName,
    /// The time-out is zero.
    #[error("the time that dimail has to answer must be longer than nothing")]
    Timeout,
    /// `main` did not install a TLS provider: a programming error.
    #[error("no TLS provider is installed in this program")]
    NoTlsProvider,
    /// The HTTP client could not be created, for instance because the system has no certificates.
    #[error("the HTTP client for dimail could not be made: {0}")]
    Client(String),
}

impl DimailSettingsError {
    /// The setting that is wrong.
    pub fn setting(&self) -> &'static str {
        match self {
            Self::UserName => "DIMAIL_USERNAME",
            Self::Timeout => "DIMAIL_TIMEOUT",
            Self::NotAUrl | Self::Scheme | Self::Credentials | Self::Query | Self::NoTlsProvider | Self::Client(_) => {
                "DIMAIL_URL"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CallError, DETAIL_MAX, FaultKind, one_line};

    #[test]
    fn details_are_one_short_line() {
        assert_eq!(one_line(" a\r\nb\u{1b}[31m "), "a  b [31m");
        assert_eq!(one_line(&"é".repeat(DETAIL_MAX - 1)).chars().count(), DETAIL_MAX - 1);
        let cut = one_line(&"é".repeat(2 * DETAIL_MAX));
        assert_eq!(cut.chars().count(), DETAIL_MAX);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn a_failed_sign_in_never_counts_as_a_refusal_or_as_sent() {
        let refused = CallError::refused(422, "no").of_sign_in();
        assert_eq!(refused, CallError::fault(FaultKind::SignIn, "no"));
        assert_eq!(CallError::fault(FaultKind::Denied, "no").of_sign_in(), refused);
        let silent = CallError::no_answer("hung", None, true);
        assert!(silent.may_have_acted());
        assert!(!silent.of_sign_in().may_have_acted());
    }
}
