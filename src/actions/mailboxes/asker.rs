//! What the person who holds the lock of a domain is to a mailbox, and to its address.

use crate::model::mailbox::Mailbox;
use crate::model::options::Asker;
use crate::model::role::{Permission, Role};
use crate::store::{Fault, Locked, Tx};

/// Whether the address is guarded: it is the account of staff or of an owner of any domain, and the
/// person is not an owner of this domain. With a mailbox or an alias there, an administrator could take
/// over that account.
pub(crate) async fn is_guarded<R>(tx: &mut Tx, locked: &Locked<R>, address: &str) -> Result<bool, Fault> {
    Ok(locked.role < Role::Owner && tx.is_powerful_account(address).await?)
}

/// The person who holds the lock, and what the mailbox is to them.
pub(crate) async fn asker<R>(tx: &mut Tx, locked: &Locked<R>, mailbox: &Mailbox) -> Result<Asker, Fault> {
    let address = mailbox.address(&locked.domain.name);
    Ok(Asker {
        manages: locked.role.allows(Permission::ManageMailboxes),
        is_own: locked.actor.holds(&address),
        is_guarded: is_guarded(tx, locked, &address).await?,
    })
}
