//! Edits a mailbox: its names and its secondary address. If dimail has the mailbox, new names take
//! effect only when dimail has them.

use std::time::Duration;

use crate::actions::mailboxes::access::tell_secondary_changed;
use crate::actions::mailboxes::create::{Named, free_name, refusal};
use crate::actions::mailboxes::lock::{Ready, RequestedChange, creation_due, ready};
use crate::actions::sync::job::{Awaited, run_for_person};
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::change::{ChangeKind, JobView, Object};
use crate::model::event::{Event, FieldChange};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::mailbox::{EditedFields, EditedMailbox, Mailbox, MailboxField, Wanted};
use crate::model::options::{How, Verb};
use crate::model::refusal::{Refusal, Why};
use crate::model::wanted::{Known, Wants};
use crate::store::{Due, Fault, TendMailbox, Tended};

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
    let (how, edited) = acceptable(app, &mut ready, typed).await?;
    let mut fields = edited.changes(&ready.mailbox);
    // A call may have sent other names already, or be about to: the present ones are sent after it.
    let may_be_sent = ready.mailbox.wanted.is_some() && ready.job.as_ref().is_some_and(JobView::may_act);
    if may_be_sent && !fields.iter().any(|field| field.is_name()) {
        fields.extend([MailboxField::FirstName, MailboxField::LastName]);
    }
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

/// Takes back new names that wait for dimail, unless it has them by now.
pub(crate) async fn take_back(app: &App, by: &Tended, waiting: i64) -> Result<Edited> {
    let mut ready = ready(app, by, by.part(), RequestedChange::Verb(Verb::Edit)).await?;
    if !ready.tx.waits(&ready.locked, waiting).await? {
        return Err(Refusal::Conflict(Why::CannotTakeBack).into());
    }
    let Mailbox { first_name, last_name, secondary_email, .. } = ready.mailbox.clone();
    let by = ready.locked.actor.name.clone();
    edit_here(app, ready, &Wanted { first_name, last_name, secondary_email, fields: Vec::new(), by }).await
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
    let mut errors = FieldErrors::default();
    let name = edited.display_name();
    if let Some(holder) = tx.holder_of_name(locked, &name, Some(mailbox.id)).await? {
        let proposal = Box::new(free_name(tx, locked, &named(&edited, &mailbox.local_part)).await?);
        errors.add("last_name", FieldError::DisplayNameTaken { name, holder, proposal });
    }
    let secondary = edited.secondary_email.as_ref().map(ToString::to_string);
    if (secondary != mailbox.secondary_email || !mailbox.status.is_created())
        && let Some(to) = &edited.secondary_email
        && tx.leads_elsewhere(&guarded.may_reach()?, &to.to_string()).await?
    {
        errors.add("secondary_email", FieldError::LeadsElsewhere);
    } else if mailbox.status.is_created() && secondary != mailbox.secondary_email {
        // Each change sends an email to the former address, which may be any person's.
        let sent = tx.count_secondary_changes(locked, mailbox.id, tx.now().minus(HOUR)).await?;
        if sent >= i64::from(app.settings.emails_per_hour) {
            errors.add("secondary_email", FieldError::SecondaryTooOften);
        }
    }
    errors.into_result()?;
    Ok((how, edited))
}

/// Corrects a mailbox that dimail is not known to have: it will be created with the new names. One that is
/// deleted stays so.
async fn correct(app: &App, mut ready: Ready<TendMailbox>, to: &Wanted) -> Result<Edited> {
    let may = ready.guarded.may_write()?;
    if !to.fields.is_empty() {
        note_edited(&mut ready, to).await?;
    }
    let object = Object::Mailbox(ready.mailbox.id);
    let mailbox = ready.tx.mailbox_by_id(&ready.locked, ready.mailbox.id).await?.ok_or(Refusal::NotFound)?;
    if mailbox.known == Known::Gone {
        // It is made again by a retry alone.
        ready.tx.commit().await?;
        return Ok(if to.fields.is_empty() { Edited::Unchanged } else { Edited::Done });
    }
    if mailbox.wants != Wants::Absent {
        ready.tx.want_mailbox(&ready.locked, &may, &mailbox, (mailbox.wants, mailbox.known)).await?;
        if mailbox.reason.is_some() {
            let event = Event::Retried { subject: ready.address() };
            let new = ready.change(ChangeKind::CreateMailbox);
            ready.tx.record_change(&ready.locked, &event, &new).await?;
        }
        let due = creation_due(&ready.locked.domain, &mailbox);
        ready.tx.need_step(&ready.locked, &object, due).await?;
        if mailbox.known == Known::HalfMade {
            ready.tx.observe_first(&ready.locked, &object).await?;
        }
    }
    ready.tx.commit().await?;
    app.wake.notify_one();
    Ok(Edited::Corrected)
}

/// Makes a change that dimail need not know, or not yet: the names of an inactive mailbox are sent when
/// it becomes active. Names that waited for dimail are taken back.
async fn edit_here(app: &App, mut ready: Ready<TendMailbox>, to: &Wanted) -> Result<Edited> {
    let waited = ready.mailbox.wanted.is_some();
    if to.fields.is_empty() && !waited {
        return Ok(Edited::Unchanged);
    }
    if waited {
        ready.replace(|waiting| waiting == ChangeKind::RenameMailbox).await?;
        let (address, change) = (ready.address(), ChangeKind::RenameMailbox.to_string());
        let event = Event::MailboxChangeWithdrawn { address, change };
        ready.tx.record(&ready.locked, &event, Some(ready.mailbox.id)).await?;
        ready.tx.forget_wanted(&ready.locked, ready.mailbox.id).await?;
        ready.tx.forget_refusal(&ready.locked, &ready.mailbox).await?;
        let due = Due::Now;
        ready.tx.need_step(&ready.locked, &Object::Mailbox(ready.mailbox.id), due).await?;
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
    let changes = changes(mailbox, to, &to.fields);
    let event = Event::MailboxEdited { address: mailbox.address(&locked.domain.name), changes };
    tx.record(locked, &event, Some(mailbox.id)).await
}

/// What an edit changes of these fields, for the journal.
fn changes(before: &Mailbox, to: &Wanted, fields: &[MailboxField]) -> Vec<FieldChange> {
    FieldChange::all(before, fields, (&to.first_name, &to.last_name, to.secondary_email.as_deref()))
}

/// Sends names to dimail before they take effect here. A new secondary address takes effect at once,
/// whatever becomes of the names.
async fn rename(app: &App, mut ready: Ready<TendMailbox>, edited: &EditedMailbox, to: &Wanted) -> Result<Edited> {
    ready.replace(|waiting| waiting == ChangeKind::RenameMailbox).await?;
    let (first_name, last_name) = (ready.mailbox.first_name.clone(), ready.mailbox.last_name.clone());
    let (names, others): (Vec<_>, Vec<_>) = to.fields.iter().partition(|field| field.is_name());
    if !others.is_empty() {
        note_edited(&mut ready, &Wanted { first_name, last_name, fields: others, ..to.clone() }).await?;
    }
    ready.tx.forget_refusal(&ready.locked, &ready.mailbox).await?;
    let wanted = Wanted { fields: names.clone(), ..to.clone() };
    ready.tx.note_wanted(&ready.locked, ready.mailbox.id, &wanted).await?;
    let changes = changes(&ready.mailbox, to, &names);
    let event = Event::MailboxEditAsked { address: ready.address(), changes };
    let new = ready.change(ChangeKind::RenameMailbox);
    let sequence = ready.tx.record_change(&ready.locked, &event, &new).await?;
    let job = ready.need_step(app).await?;
    let Ready { tx, locked, mailbox, until, .. } = ready;
    tx.commit().await?;
    let app = &app.for_person(&locked.actor);
    let awaited = run_for_person(app, job, (locked.domain.id, &[sequence]), until).await;
    match awaited.into_iter().next() {
        Some(Awaited::Done(_)) => Ok(Edited::Done),
        Some(Awaited::Refused(reason)) => {
            Err(refusal(&named(edited, &mailbox.local_part), reason, &locked.domain.name, "first_name").into())
        }
        Some(Awaited::UnderWay) | None => Ok(Edited::UnderWay),
    }
}
