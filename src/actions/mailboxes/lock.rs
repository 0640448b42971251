//! Locks a mailbox for a change: locks its domain, reads the mailbox, its guard and its job.

use tokio::time::Instant;

use crate::actions::guard::asker;
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::change::{ChangeKind, ChangeOutcome, JobView, Object};
use crate::model::domain::Domain;
use crate::model::job::{Job, WaitsFor};
use crate::model::mailbox::{Mailbox, secondary_email};
use crate::model::options::{Asker, How, Verb};
use crate::model::refusal::Refusal;
use crate::store::{Due, Fault, Guarded, Key, Locked, NewChange, Tx};

/// A locked mailbox, ready to be changed in the open transaction.
pub(crate) struct Ready<R> {
    pub(crate) tx: Tx,
    pub(crate) locked: Locked<R>,
    pub(crate) mailbox: Mailbox,
    asker: Asker,
    /// The guard of its address.
    pub(crate) guarded: Guarded,
    pub(crate) job: Option<JobView>,
    /// The latest time at which the person gets an answer.
    pub(crate) until: Instant,
}

impl<R> Ready<R> {
    /// How `verb` is carried out now.
    pub(crate) fn how(&self, verb: Verb) -> Result<How, Refusal> {
        self.mailbox.options(&self.locked.domain, self.asker, self.job.as_ref(), &[]).how(verb)
    }

    pub(crate) fn address(&self) -> String {
        self.mailbox.address(&self.locked.domain.name)
    }

    /// A change of the mailbox, to be recorded.
    pub(crate) fn change(&self, kind: ChangeKind) -> NewChange {
        change_of(&self.mailbox, self.address(), kind)
    }

    /// Ends the waiting changes of these kinds: a later one takes their place.
    pub(crate) async fn replace(&mut self, is_replaced: impl Fn(ChangeKind) -> bool) -> Result<(), Fault> {
        replace(&mut self.tx, &self.locked, &self.mailbox, is_replaced).await
    }

    /// Stores that the mailbox may need a step. Returns its job, if this process is to run it.
    pub(crate) async fn need_step(&mut self, app: &App) -> Result<Option<Job>, Fault> {
        self.tx.need_step(&self.locked, &Object::Mailbox(self.mailbox.id), Due::Here(app.lease())).await
    }
}

/// A change of a mailbox, to be recorded.
pub(crate) fn change_of(mailbox: &Mailbox, subject: String, kind: ChangeKind) -> NewChange {
    NewChange { object: Object::Mailbox(mailbox.id), subject, kind, destination: None }
}

/// Ends the waiting changes of a mailbox of these kinds, because a later one takes their place.
pub(crate) async fn replace<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    mailbox: &Mailbox,
    is_replaced: impl Fn(ChangeKind) -> bool,
) -> Result<(), Fault> {
    for change in tx.waiting_changes(locked, &Object::Mailbox(mailbox.id)).await? {
        if is_replaced(change.kind) {
            tx.end_change(locked, &change, ChangeOutcome::Replaced, (None, false)).await?;
        }
    }
    Ok(())
}

/// When the job of a creation is due, if no request waits for its result. The domain is not closed.
pub(crate) fn creation_due(domain: &Domain, mailbox: &Mailbox) -> Due {
    if domain.status.creates(mailbox.is_pushed) { Due::Now } else { Due::Parked(WaitsFor::Enabled) }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RequestedChange<'a> {
    /// This.
    Verb(Verb),
    /// An edit, with this secondary address as typed.
    Edit(&'a str),
}

impl RequestedChange<'_> {
    fn verb(self, mailbox: &Mailbox) -> Verb {
        match self {
            Self::Verb(verb) => verb,
            Self::Edit(typed) if redirects(mailbox, typed) => Verb::EditSecondary,
            Self::Edit(_) => Verb::Edit,
        }
    }
}

/// Whether the typed secondary address differs from the present one.
fn redirects(mailbox: &Mailbox, typed: &str) -> bool {
    let Ok(typed) = secondary_email(typed, None) else { return true };
    typed.map(|email| email.to_string()) != mailbox.secondary_email
}

/// Locks the domain and reads the mailbox, if the person and the domain allow the request.
pub(crate) async fn ready<K: Key>(
    app: &App,
    by: &K,
    part: &LocalPart,
    request: RequestedChange<'_>,
) -> Result<Ready<K::Right>> {
    let until = app.answer_by();
    let mut tx = app.store.begin().await?;
    let locked = by.lock(&mut tx).await?;
    let mailbox = tx.mailbox(&locked, part).await?.ok_or(Refusal::NotFound)?;
    let guarded = tx.guard_of(&locked, &mailbox).await?;
    let asker = asker(&locked, &mailbox, &guarded);
    mailbox.options(&locked.domain, asker, None, &[]).check(request.verb(&mailbox))?;
    let job = tx.job_of(&locked, &Object::Mailbox(mailbox.id)).await?;
    Ok(Ready { tx, locked, mailbox, asker, guarded, job, until })
}
