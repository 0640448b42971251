//! Whether the address and the name of a new mailbox are free, told while its form is being filled in.
//!
//! It says what the form would answer about them, and nothing else. Nothing is reserved: `create`
//! decides under the lock.

use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::mailbox::{MailboxFields, NewMailbox};
use crate::model::name::numbered;
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, Fault, LOCAL_PARTS_AT_ONCE};

/// The address that the form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressState {
    /// No mailbox has it.
    Free(LocalPart),
    /// A mailbox has it.
    Taken {
        /// Its local part.
        part: LocalPart,
        /// The first numbered one that is free.
        free: Option<LocalPart>,
    },
}

/// The state of the address that a form asks for; `None` if the form names none yet, or the form itself would
/// say more about it.
pub async fn state(app: &App, by: &Allowed<ManageMailboxes>, typed: &MailboxFields) -> Result<Option<AddressState>> {
    by.domain().check_not_closed()?;
    let Some(part) = NewMailbox::asked_part(typed, &by.domain().name) else { return Ok(None) };
    let numbers = (2..=LOCAL_PARTS_AT_ONCE).filter_map(|n| numbered(&part, n));
    let choices: Vec<LocalPart> = std::iter::once(part.clone()).chain(numbers).collect();
    let taken = app.store.taken_local_parts(by, &choices).await?;
    let is_taken = |part: &LocalPart| taken.iter().any(|other| other == part.as_str());
    if !is_taken(&part) {
        return Ok(is_open(app, by, &part).await?.then_some(AddressState::Free(part)));
    }
    let mut free = None;
    for choice in choices.into_iter().filter(|choice| !is_taken(choice)) {
        if is_open(app, by, &choice).await? {
            free = Some(choice);
            break;
        }
    }
    Ok(Some(AddressState::Taken { part, free }))
}

/// The display name that a form asks for and the address of the mailbox that has it, if one does.
pub async fn taken_name(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    typed: &MailboxFields,
) -> Result<Option<(String, String)>> {
    let Some(name) = NewMailbox::asked_name(typed) else { return Ok(None) };
    Ok(app.store.holder_of_name(by, &name).await?.map(|holder| (name, holder)))
}

/// Whether no guard keeps the person from the address.
async fn is_open(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<bool, Fault> {
    Ok(app.store.guard(by, part).await? <= by.passes())
}
