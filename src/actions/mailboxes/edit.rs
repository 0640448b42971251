//! Edits a mailbox: its names and its secondary address. If dimail has the mailbox, new names take
//! effect only when dimail has them.

use std::time::Duration;

use crate::actions::mailboxes::access::tell_secondary_changed;
use crate::actions::mailboxes::create::{Named, free_name, refusal};
use crate::actions::mailboxes::lock::{Ready, RequestedChange, ready};
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::run::carry_out_for_person;
use crate::actions::{App, Result};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::mailbox::Wanted;
use crate::model::mailbox::{EditedFields, EditedMailbox, MailboxStatus};
use crate::model::options::{How, Verb};
use crate::model::order::OrderKind;
use crate::store::{Fault, NewOrder, TendMailbox, Tended};

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
pub async fn edit(app: &App, by: &Tended, typed: &EditedFields) -> Result<Edited> {
    let mut ready = ready(app, by, by.part(), RequestedChange::Edit(&typed.secondary_email)).await?;
    let (how, edited) = match acceptable(app, &mut ready, typed).await {
        Ok(acceptable) => acceptable,
        Err(error) => {
            ready.let_go(app).await?;
            return Err(error);
        }
    };
    let fields = edited.changes(&ready.mailbox);
    let renames = fields.iter().any(|field| field.is_name());
    let wanted = edited.wanted(fields, &ready.locked.actor.name);
    if !ready.mailbox.status.is_created() {
        correct(app, ready, &wanted).await
    } else if how == How::CallDimail && renames {
        rename(app, ready, &edited, &wanted).await
    } else {
        edit_here(app, ready, &wanted).await
    }
}

/// The new names of a mailbox that has its address already.
fn named<'a>(edited: &'a EditedMailbox, part: &'a LocalPart) -> Named<'a> {
    Named { first: edited.first_name.as_str(), last: edited.last_name.as_str(), part, is_new: false }
}

/// How the edit is carried out, and its valid data.
async fn acceptable(app: &App, ready: &mut Ready<TendMailbox>, typed: &EditedFields) -> Result<(How, EditedMailbox)> {
    let how = ready.how(Verb::Edit)?;
    let edited = EditedMailbox::parse(typed, &ready.mailbox, &ready.address())?;
    let Ready { tx, locked, mailbox, guarded, .. } = ready;
    if !typed.version.is_empty() && typed.version != mailbox.version.to_string() {
        return Err(FieldErrors::one("version", FieldError::ChangedSince).into());
    }
    // Each change sends an email to the former address, which may be any person's.
    let secondary = edited.secondary_email.as_ref().map(ToString::to_string);
    if (secondary != mailbox.secondary_email || !mailbox.status.is_created())
        && let Some(to) = &edited.secondary_email
        && tx.leads_elsewhere(&guarded.may_reach()?, &to.to_string()).await?
    {
        return Err(FieldErrors::one("secondary_email", FieldError::LeadsElsewhere).into());
    }
    if mailbox.status.is_created() && secondary != mailbox.secondary_email {
        let sent = tx.count_secondary_changes(locked, mailbox.id, tx.now().minus(HOUR)).await?;
        if sent >= i64::from(app.settings.emails_per_hour) {
            return Err(FieldErrors::one("secondary_email", FieldError::SecondaryTooOften).into());
        }
    }
    let name = edited.display_name();
    if let Some(holder) = tx.holder_of_name(locked, &name, Some(mailbox.id)).await? {
        let proposal = Box::new(free_name(tx, locked, &named(&edited, &mailbox.local_part)).await?);
        return Err(FieldErrors::one("last_name", FieldError::DisplayNameTaken { name, holder, proposal }).into());
    }
    Ok((how, edited))
}

/// Corrects a mailbox that dimail is not known to have: it will be created with the new names.
async fn correct(app: &App, mut ready: Ready<TendMailbox>, to: &Wanted) -> Result<Edited> {
    let may = ready.guarded.may_write()?;
    if !to.fields.is_empty() {
        note_edited(&mut ready, to).await?;
    }
    if ready.mailbox.status == MailboxStatus::Failed {
        ready.tx.revive_mailbox(&ready.locked, &may, ready.mailbox.id).await?;
    }
    if let Some(order) = &ready.taken {
        ready.tx.reopen_order(&may, order, app.id).await?;
    }
    ready.tx.commit().await?;
    app.wake.notify_one();
    Ok(Edited::Corrected)
}

/// Makes a change that dimail need not know, or not yet: the names of a disabled mailbox are sent when
/// it is enabled. Names that waited for dimail are dropped.
async fn edit_here(app: &App, mut ready: Ready<TendMailbox>, to: &Wanted) -> Result<Edited> {
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
        ready.tx.forget_wanted(&ready.locked, ready.mailbox.id).await?;
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
    let Ready { tx, locked, mailbox, guarded, .. } = ready;
    tx.edit_mailbox(locked, mailbox, to, guarded.may_reach().ok().as_ref()).await?;
    // If the address was corrected before any email was sent, the former one is not informed.
    if mailbox.status.is_created() {
        tell_secondary_changed(tx, locked, mailbox, to).await?;
    }
    let event = Event::MailboxEdited { address: mailbox.address(&locked.domain.name), fields: to.fields.clone() };
    tx.record(locked, &event, Some(mailbox.id)).await
}

/// Sends names to dimail before they take effect here. A new secondary address takes effect at once,
/// whatever becomes of the names.
async fn rename(app: &App, mut ready: Ready<TendMailbox>, edited: &EditedMailbox, to: &Wanted) -> Result<Edited> {
    ready.supersede(app).await?;
    let (first_name, last_name) = (ready.mailbox.first_name.clone(), ready.mailbox.last_name.clone());
    let (names, others): (Vec<_>, Vec<_>) = to.fields.iter().partition(|field| field.is_name());
    if !others.is_empty() {
        note_edited(&mut ready, &Wanted { first_name, last_name, fields: others, ..to.clone() }).await?;
    }
    let address = ready.address();
    let Ready { mut tx, locked, mailbox, until, .. } = ready;
    tx.note_wanted(&locked, mailbox.id, &Wanted { fields: names.clone(), ..to.clone() }).await?;
    let order = app.ask(&mut tx, &locked, NewOrder::rename(mailbox.id)).await?;
    let event = Event::MailboxEditAsked { address, fields: names };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await?;
    match carry_out_for_person(&app.for_person(&locked.actor), order, until).await {
        Some(Outcome::Done { .. }) => Ok(Edited::Done),
        Some(Outcome::Refused(reason)) => {
            Err(refusal(&named(edited, &mailbox.local_part), reason, &locked.domain.name, "first_name").into())
        }
        Some(Outcome::Later(_) | Outcome::Free | Outcome::Lost) | None => Ok(Edited::UnderWay),
    }
}
