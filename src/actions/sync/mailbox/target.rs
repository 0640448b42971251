//! A mailbox as a step needs it: its row, its domain, and the calls whose effect is not known.

use crate::actions::sync::work::Work;
use crate::dimail::Names;
use crate::model::change::Object;
use crate::model::domain::Domain;
use crate::model::guard::Guard;
use crate::model::job::{Job, SentCall};
use crate::model::mailbox::{Mailbox, MailboxField, Wanted};
use crate::model::time::Timestamp;
use crate::model::wanted::{Certainty, Known, Situation, Step, next_step};
use crate::store::{Fault, MailboxInDomain};

pub(crate) struct Target {
    pub(crate) mailbox: Mailbox,
    pub(crate) domain: Domain,
    /// The highest guard that the person passed who last asked for its creation.
    pub(crate) cleared: Guard,
    pub(crate) sent: Vec<SentCall>,
}

impl Target {
    /// Reads what the job is about; `None` if there is no such mailbox any longer.
    pub(crate) async fn load(work: &Work<'_>) -> Result<Option<Self>, Fault> {
        let Object::Mailbox(id) = &work.job.object else { return Ok(None) };
        let Some(MailboxInDomain { mailbox, domain, cleared }) = work.app.store.mailbox_in_domain(*id).await? else {
            return Ok(None);
        };
        let sent = work.app.store.sent_calls(work.job.id).await?;
        Ok(Some(Self { mailbox, domain, cleared, sent }))
    }

    pub(crate) fn address(&self) -> String {
        self.mailbox.address(&self.domain.name)
    }

    /// Whether dimail had the mailbox, so that it is looked for in the list, not as a stranger's.
    pub(crate) fn was_there(&self) -> bool {
        match self.mailbox.known {
            Known::Active | Known::Inactive | Known::Gone => true,
            Known::HalfMade => self.mailbox.there_since.is_some(),
            Known::New | Known::Absent => false,
        }
    }

    pub(crate) fn step(&self, work: &Work<'_>) -> Step {
        next_step(situation(&self.mailbox, &self.sent, &work.job, work.observed_at))
    }
}

/// What decides the next step of a mailbox.
pub(crate) fn situation(mailbox: &Mailbox, sent: &[SentCall], job: &Job, observed_at: Option<Timestamp>) -> Situation {
    let is_certain = sent.is_empty() && !job.must_observe;
    let certainty = match observed_at {
        _ if is_certain => Certainty::Certain,
        None => Certainty::Unsure,
        Some(_) if sent.is_empty() => Certainty::Certain,
        Some(_) => Certainty::MayChange,
    };
    Situation { certainty, ..mailbox.situation() }
}

/// The names that dimail is to have.
pub(crate) fn wanted_names(mailbox: &Mailbox) -> Names<'_> {
    match &mailbox.wanted {
        Some(wanted) => Names { first: &wanted.first_name, last: &wanted.last_name },
        None => Names { first: &mailbox.first_name, last: &mailbox.last_name },
    }
}

/// The present names, to be sent although others were sent before.
pub(crate) fn wanted_still(mailbox: &Mailbox) -> Wanted {
    Wanted {
        first_name: mailbox.first_name.clone(),
        last_name: mailbox.last_name.clone(),
        secondary_email: mailbox.secondary_email.clone(),
        fields: vec![MailboxField::FirstName, MailboxField::LastName],
        by: String::new(),
    }
}
