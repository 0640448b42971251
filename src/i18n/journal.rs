//! The events of a journal as text: what happened, and what was before and after. What a search finds by the
//! names of events.

use strum::IntoEnumIterator;

use super::{Said, Sentences, Told};
use crate::model::alias::DISCARD;
use crate::model::event::{EventKind, FieldChange};
use crate::model::journal::JournalTerm;
use crate::model::mailbox::MailboxField;
use crate::model::name::{search_terms, search_text};
use crate::model::{DomainName, DomainStatus, Event, Role};

/// An event as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventTexts {
    /// What happened.
    pub what: String,
    /// What was before, one value each.
    pub before: Vec<String>,
    /// What is from then on, one value each.
    pub after: Vec<String>,
    /// What else is known of it.
    pub note: Told,
}

/// What was before, what is after, and a note.
type Values = (Vec<String>, Vec<String>, Told);

fn given(value: &str) -> Values {
    (Vec::new(), vec![value.to_owned()], Told::NONE)
}

fn taken(value: &str) -> Values {
    (vec![value.to_owned()], Vec::new(), Told::NONE)
}

fn replaced(from: String, to: String) -> Values {
    (vec![from], vec![to], Told::NONE)
}

fn noted(note: impl Into<Told>) -> Values {
    (Vec::new(), Vec::new(), note.into())
}

impl Sentences {
    /// The name of a kind of events.
    pub fn event_kind(&self, kind: EventKind) -> String {
        self.t(&format!("journal-kind-{}", kind.to_string().replace('_', "-")))
    }

    /// All that the journal tells of an event.
    pub fn journal_event(&self, event: &Event, domain: &DomainName, staff: bool) -> EventTexts {
        let (before, after, note) = match event {
            Event::DomainAdded { .. }
            | Event::DomainAccepted { .. }
            | Event::DomainRefused { .. }
            | Event::DomainAdopted { .. }
            | Event::SupportEmailChanged { .. }
            | Event::SupportEmailConfirmed { .. }
            | Event::StatusChanged { .. }
            | Event::JournalPurged { .. } => self.of_domain(event, domain, staff),
            Event::MailboxEdited { changes, .. }
            | Event::MailboxEditAsked { changes, .. }
            | Event::MailboxAdopted { changes, .. } => self.of_edit(changes),
            Event::DifferenceIgnored { reason, .. } => noted(reason.clone()),
            Event::MailboxFailed { reason, .. } => noted(self.reason(reason, domain, staff)),
            Event::MailboxChangeRefused { change, reason, .. } => {
                let reason = self.reason(reason, domain, staff);
                let refused =
                    |why: Said<'_>| self.t2("journal-note-refused", "what", self.change(change), "reason", why);
                noted(reason.within(refused))
            }
            Event::MailboxChangeWithdrawn { change, .. } => noted(self.change(change)),
            Event::PasswordReset { by_email: true, .. } => noted(self.t("journal-note-by-email")),
            Event::PasswordReset { by_email: false, .. } => noted(self.t("journal-note-on-sheet")),
            Event::AliasAdded { destination, .. } | Event::AliasAdopted { destination, .. } => {
                given(&self.destination(destination))
            }
            Event::DestinationRemoveAsked { destination, .. } | Event::AliasForgotten { destination, .. } => {
                taken(&self.destination(destination))
            }
            Event::AliasFailed { destination, reason, .. } => {
                (Vec::new(), vec![self.destination(destination)], self.reason(reason, domain, staff))
            }
            Event::AliasKept { destination, reason, .. } => (
                destination.iter().map(|to| self.destination(to)).collect(),
                Vec::new(),
                self.reason(reason, domain, staff),
            ),
            others => self.of_member(others),
        };
        EventTexts { what: self.event_kind(event.kind()), before, after, note }
    }

    fn of_domain(self, event: &Event, domain: &DomainName, staff: bool) -> Values {
        match event {
            Event::DomainAdded { support_email } => given(support_email),
            Event::DomainAdopted { support_email, context } => {
                let context = context.iter().map(|context| self.t1("journal-context", "context", context.as_str()));
                (Vec::new(), std::iter::once(support_email.clone()).chain(context).collect(), Told::NONE)
            }
            Event::DomainAccepted { context: Some(context) } => {
                given(&self.t1("journal-context", "context", context.as_str()))
            }
            Event::DomainRefused { reason } => noted(self.reason(reason, domain, staff)),
            Event::SupportEmailChanged { from, to } => replaced(from.clone(), to.clone()),
            Event::SupportEmailConfirmed { email } => given(email),
            Event::StatusChanged { from, to, reason } => {
                let (from, to, _) = replaced(self.status_named(from), self.status_named(to));
                (from, to, reason.clone().unwrap_or_default().into())
            }
            Event::JournalPurged { through, .. } => noted(self.t1("journal-note-purged", "n", *through)),
            _ => Values::default(),
        }
    }

    fn of_member(self, event: &Event) -> Values {
        match event {
            Event::RoleGranted { role, .. }
            | Event::MemberInvited { role, .. }
            | Event::InvitationAccepted { role, .. } => given(&self.role_named(role)),
            Event::RoleChanged { from, to, .. } => replaced(self.role_named(from), self.role_named(to)),
            Event::MemberRemoved { role, .. } | Event::MemberLeft { role } => taken(&self.role_named(role)),
            Event::MemberAddressChanged { from, to } => replaced(from.clone(), to.clone()),
            _ => Values::default(),
        }
    }

    fn of_edit(self, changes: &[FieldChange]) -> Values {
        let values = |value: fn(&FieldChange) -> &str| {
            let told = |change: &FieldChange| {
                let (field, value) = (self.field(change.field), value(change));
                let value = if value.is_empty() { self.t("journal-no-value") } else { value.to_owned() };
                self.t2("journal-value", "field", field, "value", value)
            };
            changes.iter().map(told).collect()
        };
        (values(|change| &change.from), values(|change| &change.to), Told::NONE)
    }

    /// A destination of an alias; in words where its messages are discarded.
    fn destination(self, destination: &str) -> String {
        if destination == DISCARD { self.t("alias-discards") } else { destination.to_owned() }
    }

    fn field(self, field: MailboxField) -> String {
        self.t(match field {
            MailboxField::FirstName => "mailbox-first-name",
            MailboxField::LastName => "mailbox-last-name",
            MailboxField::SecondaryEmail => "mailbox-secondary",
        })
    }

    fn role_named(self, word: &str) -> String {
        word.parse().map_or_else(|_| word.to_owned(), |role: Role| self.role(role))
    }

    fn status_named(self, word: &str) -> String {
        word.parse().map_or_else(|_| word.to_owned(), |status: DomainStatus| self.domain_status(status))
    }

    /// The words that are searched for in the journal. With each word come the kinds of events whose names, as the
    /// page shows them, contain it.
    pub fn journal_terms(&self, typed: &str) -> Vec<JournalTerm> {
        let named: Vec<(EventKind, String)> =
            EventKind::iter().map(|kind| (kind, search_text(&[&self.event_kind(kind)]))).collect();
        let term = |words: String| {
            let kinds = named.iter().filter(|(_, name)| name.contains(&words)).map(|(kind, _)| *kind).collect();
            JournalTerm { words, kinds }
        };
        search_terms(typed).into_iter().map(term).collect()
    }
}
