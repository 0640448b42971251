//! Records that the password of a mailbox was handed over to its user.

use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::event::Event;
use crate::model::refusal::Refusal;
use crate::model::role::ManageMailboxes;
use crate::store::Allowed;

/// Records that the password on the sheet of a mailbox was handed over: it is no longer marked so. Pressed again, it
/// changes nothing. Returns whether it was to be handed over.
pub async fn handed_over(app: &App, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<bool> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let mailbox = tx.mailbox(&locked, part).await?.ok_or(Refusal::NotFound)?;
    let may = tx.guard_of(&locked, &mailbox).await?.may_write()?;
    locked.domain.check_not_closed()?;
    if !tx.note_handed_over(&locked, &may, mailbox.id).await? {
        return Ok(false);
    }
    let event = Event::HandedOver { address: mailbox.address(&locked.domain.name) };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    Ok(true)
}
