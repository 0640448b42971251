//! What a guarded address means to the person who holds the lock of its domain.

use crate::model::mailbox::Mailbox;
use crate::model::member::owner_names;
use crate::model::options::Asker;
use crate::model::{FieldError, Permission, Why};
use crate::store::{Fault, Guarded, Locked, Tx};

/// The person who holds the lock, and what the mailbox is to them.
pub(crate) fn asker<R>(locked: &Locked<R>, mailbox: &Mailbox, guarded: &Guarded) -> Asker {
    Asker {
        manages: locked.role.allows(Permission::ManageMailboxes),
        is_own: locked.holds(mailbox),
        guard: guarded.guard(),
        passes: guarded.passes(),
    }
}

/// The error of a field in which a guarded address was typed; it names the owners of the domain, unless
/// the person is one of them.
pub(crate) async fn field_error<R>(tx: &mut Tx, locked: &Locked<R>, guarded: &Guarded) -> Result<FieldError, Fault> {
    if guarded.why() == Why::GuardedByStaff {
        return Ok(FieldError::AddressGuardedByStaff);
    }
    Ok(FieldError::AddressGuarded { owners: owner_names(&tx.members(locked).await?) })
}
