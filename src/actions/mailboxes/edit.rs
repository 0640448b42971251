//! Edits a mailbox: its names and its secondary address. If dimail has the mailbox, new names take
//! effect only when dimail has them.

use std::time::Duration;

use crate::actions::App;
use crate::actions::mailboxes::access::tell_secondary_changed;
use crate::actions::mailboxes::create::{free_name, refusal};
use crate::actions::mailboxes::lock::{Blocked, Reach, Ready, ready};
use crate::actions::sync::run::{Outcome, carry_out_for_person};
use crate::model::activity::Event;
use crate::model::change::{Course, Verb};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::mailbox::Wanted;
use crate::model::mailbox::{EditedFields, EditedMailbox, Mailbox, MailboxStatus};
use crate::model::order::OrderKind;
use crate::store::{Fault, Locked, TendMailbox, Tended, Tx};

const HOUR: Duration = Duration::from_hours(1);

/// The result of editing a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The change has taken effect.
    Done,
    /// The mailbox is corrected, and its creation continues.
    Corrected,
    /// It is stored; dimail has not answered yet.
    UnderWay,
    /// Nothing was changed, because all values are the present ones.
    Unchanged,
}

/// Changes the names and the secondary address of a mailbox. A pending or failed mailbox is corrected,
/// and a failed one is sent again; new names of an enabled one are sent to dimail first.
///
/// # Errors
/// A database error. The inner results say why the state does not allow it, then the field errors.
pub async fn edit(
    app: &App,
    by: &Tended,
    typed: &EditedFields,
) -> Result<Result<Result<Edited, FieldErrors>, Blocked>, Fault> {
    let mut ready = match ready(app, by, by.part(), Reach::Secondary(&typed.secondary_email)).await? {
        Ok(ready) => ready,
        Err(blocked) => return Ok(Err(blocked)),
    };
    let course = match ready.course(Verb::Edit) {
        Ok(course) => course,
        Err(hindrance) => {
            ready.let_go(app).await?;
            return Ok(Err(hindrance.into()));
        }
    };
    let edited = match acceptable(app, &mut ready.tx, &ready.locked, &ready.mailbox, typed).await? {
        Ok(edited) => edited,
        Err(errors) => {
            ready.let_go(app).await?;
            return Ok(Ok(Err(errors)));
        }
    };
    let fields = edited.changes(&ready.mailbox);
    let renames = fields.iter().any(|field| field != "secondary_email");
    let wanted = edited.wanted(fields, &ready.locked.actor.name);
    if ready.mailbox.status.is_unborn() {
        correct(app, ready, &wanted).await?;
        return Ok(Ok(Ok(Edited::Corrected)));
    }
    if course == Course::Ask && renames {
        return Ok(Ok(rename(app, ready, &edited, &wanted).await?));
    }
    Ok(Ok(Ok(edit_here(app, ready, &wanted).await?)))
}

async fn acceptable(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<TendMailbox>,
    mailbox: &Mailbox,
    typed: &EditedFields,
) -> Result<Result<EditedMailbox, FieldErrors>, Fault> {
    let address = mailbox.address(&locked.domain.name);
    let edited = match EditedMailbox::parse(typed, &address) {
        Ok(edited) => edited,
        Err(errors) => return Ok(Err(errors)),
    };
    if !typed.version.is_empty() && typed.version != mailbox.version.to_string() {
        return Ok(Err(FieldErrors::one("version", FieldError::ChangedSince)));
    }
    // Each change sends an email to the former address, which may be any person's.
    let secondary = edited.secondary_email.as_ref().map(ToString::to_string);
    if !mailbox.status.is_unborn() && secondary != mailbox.secondary_email {
        let told = tx.secondaries_told(locked, mailbox.id, tx.now().minus(HOUR)).await?;
        if told >= i64::from(app.settings.emails_per_hour) {
            return Ok(Err(FieldErrors::one("secondary_email", FieldError::SecondaryTooOften)));
        }
    }
    let name = edited.display_name();
    match tx.holder_of_name(locked, &name, Some(mailbox.id)).await? {
        Some(holder) => {
            let proposal = free_name(tx, locked, &name, &mailbox.local_part).await?;
            Ok(Err(FieldErrors::one("last_name", FieldError::DisplayNameTaken { name, holder, proposal })))
        }
        None => Ok(Ok(edited)),
    }
}

/// Corrects a mailbox that dimail is not known to have: it will be created with the new names.
async fn correct(app: &App, mut ready: Ready<TendMailbox>, to: &Wanted) -> Result<(), Fault> {
    if !to.fields.is_empty() {
        note_edited(&mut ready, to).await?;
    }
    if ready.mailbox.status == MailboxStatus::Failed {
        ready.tx.revive_mailbox(&ready.locked, ready.mailbox.id).await?;
    }
    if let Some(taken) = &ready.taken {
        ready.tx.reopen_order(&taken.order, app.id).await?;
    }
    ready.tx.commit().await?;
    app.wake.notify_one();
    Ok(())
}

/// Makes a change that dimail need not know, or not yet: the names of a disabled mailbox are sent when
/// it is enabled. Names that waited for dimail are dropped.
async fn edit_here(app: &App, mut ready: Ready<TendMailbox>, to: &Wanted) -> Result<Edited, Fault> {
    let waited = ready.mailbox.wanted.is_some();
    if to.fields.is_empty() && !waited {
        ready.let_go(app).await?;
        return Ok(Edited::Unchanged);
    }
    if waited {
        ready.supersede(app).await?;
        let (address, order) = (ready.address(), OrderKind::RenameMailbox.as_str().to_owned());
        let event = Event::MailboxChangeWithdrawn { address, order };
        ready.tx.record(&ready.locked, &event, Some(ready.mailbox.id)).await?;
        ready.tx.note_wanted(&ready.locked, ready.mailbox.id, None).await?;
    } else {
        ready.keep_order(app).await?;
    }
    if !to.fields.is_empty() {
        note_edited(&mut ready, to).await?;
    }
    ready.tx.commit().await?;
    app.wake.notify_one();
    Ok(Edited::Done)
}

async fn note_edited(ready: &mut Ready<TendMailbox>, to: &Wanted) -> Result<(), Fault> {
    let Ready { tx, locked, mailbox, .. } = ready;
    tx.edit_mailbox(locked, mailbox, to).await?;
    // If the address was corrected before any email was sent, the former one is not informed.
    if !mailbox.status.is_unborn() {
        tell_secondary_changed(tx, locked, mailbox, to).await?;
    }
    let event = Event::MailboxEdited { address: mailbox.address(&locked.domain.name), fields: to.fields.clone() };
    tx.record(locked, &event, Some(mailbox.id)).await
}

/// Sends names to dimail before they take effect here; a new secondary address takes effect with them.
async fn rename(
    app: &App,
    mut ready: Ready<TendMailbox>,
    edited: &EditedMailbox,
    to: &Wanted,
) -> Result<Result<Edited, FieldErrors>, Fault> {
    ready.supersede(app).await?;
    let address = ready.address();
    let Ready { mut tx, locked, mailbox, until, .. } = ready;
    tx.note_wanted(&locked, mailbox.id, Some(to)).await?;
    let order = app.ask(&mut tx, &locked, OrderKind::RenameMailbox, mailbox.id).await?;
    let event = Event::MailboxEditAsked { address, fields: to.fields.clone() };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    Ok(match carry_out_for_person(&app.for_person(&locked.actor), order, until).await? {
        Some(Outcome::Done { .. }) => Ok(Edited::Done),
        Some(Outcome::Refused(reason)) => {
            Err(refusal(edited.display_name(), &mailbox.local_part, reason, &locked.domain.name, "first_name"))
        }
        Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => Ok(Edited::UnderWay),
    })
}
