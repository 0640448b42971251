//! What a person may do with a change where it is listed: try it now, take it back, correct it.

use super::change::{ChangeKind, ChangeOutcome, ChangeView, JobView, Object};
use super::domain::Domain;
use super::mailbox::{Mailbox, MailboxStatus};
use super::options::{Asker, Change, How, Verb};
use super::wanted::Wants;

/// The opposite wish, which takes back a change that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opposite {
    /// Another state of the mailbox: a creation is deleted, a deletion kept.
    State(Change),
    /// The names that dimail has.
    KnownNames,
    /// The destination is removed.
    Remove,
    /// What is being removed is added back.
    AddBack,
}

impl Opposite {
    /// The opposite of a change; `None` of the creation of a domain, which is removed on a page of its own.
    #[must_use]
    pub fn of(kind: ChangeKind) -> Option<Self> {
        Some(match kind {
            ChangeKind::CreateDomain => return None,
            ChangeKind::CreateMailbox | ChangeKind::KeepMailbox => Self::State(Change::Delete),
            ChangeKind::RenameMailbox => Self::KnownNames,
            ChangeKind::DisableMailbox | ChangeKind::DeleteMailbox => Self::State(Change::Enable),
            ChangeKind::EnableMailbox => Self::State(Change::Disable),
            ChangeKind::AddDestination => Self::Remove,
            ChangeKind::RemoveDestination | ChangeKind::DeleteAlias => Self::AddBack,
        })
    }
}

impl Change {
    /// Whether a state of the mailbox that is carried out like this takes back a change: what dimail has, or had
    /// once, is not disabled or deleted, which is confirmed on a page of its own.
    #[must_use]
    pub fn takes_back(self, mailbox: &Mailbox, how: How) -> bool {
        match self {
            Self::Enable => true,
            Self::Disable => how == How::Withdraw,
            Self::Delete => how != How::CallDimail && mailbox.there_since.is_none(),
        }
    }
}

/// What may be done with a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeOptions {
    /// Carry it out now, or ask for it again.
    pub retry: bool,
    /// Store the opposite wish.
    pub take_back: bool,
    /// Correct the mailbox, on the page that edits it.
    pub correct: bool,
}

impl ChangeView {
    /// What a person may do with a change that is to be dealt with. The mailbox is that of the change, if it
    /// is there.
    #[must_use]
    pub fn options(
        &self,
        domain: &Domain,
        asker: Asker,
        (mailbox, job): (Option<&Mailbox>, Option<&JobView>),
    ) -> ChangeOptions {
        match (&self.object, mailbox) {
            (Object::Mailbox(_), Some(mailbox)) => self.options_of(mailbox, domain, asker, job),
            (Object::Alias(_), _) if !asker.is_guarded() => self.alias_options(domain, job),
            _ => ChangeOptions::default(),
        }
    }

    fn options_of(&self, mailbox: &Mailbox, domain: &Domain, asker: Asker, job: Option<&JobView>) -> ChangeOptions {
        let options = mailbox.options(domain, asker, job, &[]);
        let waits = self.outcome == ChangeOutcome::Waiting;
        let takes_back = match Opposite::of(self.kind) {
            Some(Opposite::State(change)) => {
                options.how(Verb::Change(change)).is_ok_and(|how| change.takes_back(mailbox, how))
            }
            _ => options.how(Verb::Edit).is_ok(),
        };
        let is_failed = mailbox.status == MailboxStatus::Failed && mailbox.wants != Wants::Absent;
        ChangeOptions {
            retry: (waits || mailbox.reason.is_some()) && options.how(Verb::Retry) == Ok(How::CallDimail),
            take_back: waits && takes_back,
            correct: !waits && is_failed && options.how(Verb::Edit).is_ok(),
        }
    }

    fn alias_options(&self, domain: &Domain, job: Option<&JobView>) -> ChangeOptions {
        let waits = self.outcome == ChangeOutcome::Waiting;
        let is_running = job.is_some_and(|job| job.running);
        let (may_retry, may_take_back) = match self.kind {
            ChangeKind::AddDestination => (domain.takes_aliases(), true),
            ChangeKind::RemoveDestination => (true, domain.takes_aliases()),
            // One that was refused is confirmed once more on the page of the alias.
            _ => (waits, domain.takes_aliases()),
        };
        ChangeOptions { retry: may_retry && !is_running, take_back: waits && may_take_back, correct: false }
    }
}

#[cfg(test)]
mod tests {
    use super::Opposite;
    use crate::model::change::ChangeKind;
    use crate::model::options::Change;

    #[test]
    fn each_change_has_an_opposite() {
        for (kind, opposite) in [
            (ChangeKind::CreateMailbox, Opposite::State(Change::Delete)),
            (ChangeKind::RenameMailbox, Opposite::KnownNames),
            (ChangeKind::DisableMailbox, Opposite::State(Change::Enable)),
            (ChangeKind::KeepMailbox, Opposite::State(Change::Delete)),
            (ChangeKind::EnableMailbox, Opposite::State(Change::Disable)),
            (ChangeKind::DeleteMailbox, Opposite::State(Change::Enable)),
            (ChangeKind::AddDestination, Opposite::Remove),
            (ChangeKind::RemoveDestination, Opposite::AddBack),
            (ChangeKind::DeleteAlias, Opposite::AddBack),
        ] {
            assert_eq!(Opposite::of(kind), Some(opposite), "{kind:?}");
        }
    }
}
