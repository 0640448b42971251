//! What may be done with a mailbox now: decided from what is wanted and known, its domain and the person.

#[cfg(test)]
mod tests;

use super::change::JobView;
use super::domain::Domain;
use super::guard::Guard;
use super::mailbox::{Mailbox, MailboxStatus};
use super::refusal::{Refusal, Why};
use super::wanted::{Known, Wants};

/// What people do with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Change the names and the secondary address.
    Edit,
    /// An edit that changes the secondary address.
    EditSecondary,
    /// Change its state.
    Change(Change),
    /// Send a login link to the secondary address.
    LoginLink,
    /// Set a new password.
    ResetPassword,
    /// Carry out now what waits, was refused or was given up.
    Retry,
}

/// A change of the state of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make it inactive.
    Disable,
    /// Make it active again.
    Enable,
    /// Delete it.
    Delete,
}

/// How a verb is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// dimail is called.
    CallDimail,
    /// In the portal only: dimail does not know the mailbox yet, or need not be asked now.
    InPortal,
    /// Take back an opposite wish that dimail is not known to have carried out.
    Withdraw,
    /// Nothing to store: the same is wanted already.
    AlreadyRequested,
    /// Nothing to do: the mailbox is in this state already.
    AlreadyDone,
}

/// The person who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Whether the person manages the mailboxes of the domain.
    pub manages: bool,
    /// Whether the person is the user of the mailbox.
    pub is_own: bool,
    /// The guard of the address.
    pub guard: Guard,
    /// The highest guard that the person passes.
    pub passes: Guard,
}

impl Asker {
    /// Whether the address is guarded from the person.
    #[must_use]
    pub fn is_guarded(self) -> bool {
        self.guard > self.passes
    }

    /// Whether the address is guarded from the person, who is not its user.
    #[must_use]
    pub fn is_kept_out(self) -> bool {
        self.is_guarded() && !self.is_own
    }
}

/// What may be done with a mailbox now, by one person.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    mailbox: &'a Mailbox,
    domain: &'a Domain,
    asker: Asker,
    job: Option<&'a JobView>,
    unsupported: &'a [Verb],
}

impl Mailbox {
    /// What `asker` may do with the mailbox of `domain` now. `unsupported` lists what this dimail server
    /// does not support.
    #[must_use]
    pub fn options<'a>(
        &'a self,
        domain: &'a Domain,
        asker: Asker,
        job: Option<&'a JobView>,
        unsupported: &'a [Verb],
    ) -> Options<'a> {
        Options { mailbox: self, domain, asker, job, unsupported }
    }
}

const NOT_CREATED: Refusal = Refusal::Conflict(Why::MailboxNotCreated);

impl Options<'_> {
    /// How `verb` is carried out now.
    pub fn how(&self, verb: Verb) -> Result<How, Refusal> {
        self.check(verb)?;
        match verb {
            Verb::Edit | Verb::EditSecondary => Ok(self.edit()),
            Verb::Change(change) => self.change(change),
            Verb::LoginLink => self.login_link(),
            Verb::ResetPassword => self.reset_password(),
            Verb::Retry => self.retry(),
        }
    }

    /// Checks what does not depend on what is wanted or under way: the person and the domain.
    pub fn check(&self, verb: Verb) -> Result<(), Refusal> {
        let asker = self.asker;
        let for_user = matches!(verb, Verb::Edit | Verb::EditSecondary | Verb::LoginLink);
        if !(asker.manages || asker.is_own && for_user) {
            return Err(Refusal::Forbidden(Why::Role));
        }
        // Correcting a creation decides which person reads the messages. This includes one's own
        // address, because the person cannot have read anything there yet.
        let is_new = !self.mailbox.status.is_created();
        let is_kept_out = match verb {
            Verb::Edit => asker.is_guarded() && is_new,
            Verb::EditSecondary => asker.is_kept_out() || (asker.is_guarded() && is_new),
            Verb::LoginLink => asker.is_kept_out(),
            Verb::Change(_) | Verb::ResetPassword | Verb::Retry => asker.is_guarded(),
        };
        if is_kept_out {
            return Err(Refusal::Forbidden(asker.passes.why(self.domain.id)));
        }
        self.domain.check_not_closed()
    }

    fn edit(&self) -> How {
        let Mailbox { wants, known, .. } = self.mailbox;
        // The names of an inactive mailbox are sent when it becomes active.
        let is_sent = *known == Known::Active || (*known == Known::Inactive && *wants == Wants::Active);
        if is_sent { How::CallDimail } else { How::InPortal }
    }

    fn change(&self, change: Change) -> Result<How, Refusal> {
        use Known::{Active, Inactive};
        let Mailbox { wants, known, .. } = *self.mailbox;
        let is_lost = matches!(known, Known::Gone | Known::HalfMade);
        match (change, wants) {
            (Change::Delete, Wants::Absent) => Ok(How::AlreadyRequested),
            (Change::Delete, _) if known.is_present() => Ok(How::CallDimail),
            (Change::Delete, _) => Ok(How::InPortal),
            (Change::Enable, Wants::Active) | (Change::Disable, Wants::Inactive) => match (change, known) {
                (Change::Enable, Active) | (Change::Disable, Inactive) => Ok(How::AlreadyDone),
                (_, Active | Inactive) => Ok(How::AlreadyRequested),
                _ => Err(NOT_CREATED),
            },
            // What dimail has already is wanted again, or a cancelled creation.
            (Change::Enable, Wants::Absent) => Ok(How::Withdraw),
            (Change::Enable, _) if known == Active => Ok(How::Withdraw),
            (Change::Disable, _) if known == Inactive => Ok(How::Withdraw),
            (Change::Enable, _) => Ok(How::CallDimail),
            (Change::Disable, _) if known == Active || (self.is_unclear() && !is_lost) => Ok(How::CallDimail),
            (Change::Disable, _) => Err(NOT_CREATED),
        }
    }

    /// Whether a call was sent whose effect is not known.
    fn is_unclear(&self) -> bool {
        self.job.is_some_and(JobView::may_act)
    }

    fn login_link(&self) -> Result<How, Refusal> {
        let support = self.domain.support_email.clone();
        self.check_access(Verb::LoginLink, Why::LinkUnsupported { support })?;
        self.mailbox.recipient(!self.asker.manages)?;
        Ok(How::InPortal)
    }

    fn reset_password(&self) -> Result<How, Refusal> {
        let support = self.domain.support_email.clone();
        self.check_access(Verb::ResetPassword, Why::PasswordUnsupported { support })?;
        Ok(if self.mailbox.secondary_email.is_some() { How::InPortal } else { How::CallDimail })
    }

    fn check_access(&self, verb: Verb, unsupported: Why) -> Result<(), Refusal> {
        if self.mailbox.status != MailboxStatus::Enabled {
            return Err(Refusal::Conflict(Why::MailboxNotEnabled));
        }
        if self.unsupported.contains(&verb) { Err(Refusal::Conflict(unsupported)) } else { Ok(()) }
    }

    fn retry(&self) -> Result<How, Refusal> {
        let is_running = self.job.is_some_and(|job| job.running);
        match (self.mailbox.reason.is_some(), self.mailbox.is_under_way()) {
            (false, false) => Err(Refusal::Conflict(Why::NothingToRetry)),
            (false, true) if is_running || self.mailbox.waits_for(self.domain) => Ok(How::AlreadyRequested),
            _ => Ok(How::CallDimail),
        }
    }
}
