//! The one error type of the actions: a refusal, which the person is told, or a fault.

use crate::model::{Refusal, Why};
use crate::store::{Denied, Fault};

/// Why an action was not carried out. Nothing was changed, unless the action says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The person is told why.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The database did not carry out a request.
    #[error(transparent)]
    Fault(Fault),
}

/// The result of an action.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(Denied::Unknown) => Self::Refused(Refusal::NotFound),
            Fault::Denied(Denied::Forbidden) => Self::Refused(Refusal::Forbidden(Why::Role)),
            Fault::Denied(Denied::SignedOut) => Self::Refused(Refusal::SignedOut),
            Fault::Denied(Denied::LeadsElsewhere) => Self::Refused(Refusal::Conflict(Why::LeadsElsewhere)),
            fault => Self::Fault(fault),
        }
    }
}

impl<R: Into<Refusal>> From<R> for Error {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}
