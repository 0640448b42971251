//! Emails of a database that was restored from a backup. Those that waited in the backup may have left
//! after it was made: they are held until an operator releases or withdraws them, so that none is lost, and
//! none leaves twice unnoticed.

use crate::actions::App;
use crate::store::{Fault, Store};

/// Notices at the start whether the database is a copy of the one of the last start, and holds the emails
/// that wait in it.
pub async fn hold_in_a_copy(app: &App) -> Result<(), Fault> {
    let Some(place) = app.store.place().await? else { return Ok(()) };
    let mut tx = app.store.begin().await?;
    let is_copy = tx.replace_place(&place).await?;
    let held = if is_copy { tx.hold_emails().await? } else { 0 };
    tx.commit().await?;
    place.settle();
    if held > 0 {
        tracing::warn!(
            held,
            "this database is a copy, such as a restored backup: the emails that waited in it are held, because they \
             may have left already; decide with \"emails release\" or \"emails withdraw\""
        );
    }
    Ok(())
}

/// Holds all emails that wait, for an operator who restored the database in a way that is not noticed.
pub async fn hold(store: &Store) -> Result<i64, Fault> {
    let mut tx = store.begin().await?;
    let held = tx.hold_emails().await?;
    tx.commit().await?;
    Ok(held)
}

/// Lets the held emails leave.
pub async fn release(store: &Store) -> Result<i64, Fault> {
    let held = store.emails_held().await?;
    store.release_held_emails().await?;
    Ok(held)
}

/// Withdraws the held emails.
pub async fn withdraw(store: &Store) -> Result<i64, Fault> {
    let held = store.emails_held().await?;
    store.withdraw_held_emails().await?;
    Ok(held)
}
