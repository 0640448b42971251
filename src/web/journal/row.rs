//! A line of a journal as the page and the file show it.

use crate::i18n::journal::EventTexts;
use crate::model::DomainName;
use crate::model::user::COMMAND;
use crate::store::JournalLine;
use crate::web::Page;

/// A line as text.
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) when: String,
    /// The person, or the portal.
    pub(crate) who: String,
    /// The address of the person, or to which the link was sent that they used; empty for commands and the portal.
    pub(crate) address: String,
    /// In which quality they acted.
    pub(crate) acting: String,
    /// Whether that is more than being a person with a role.
    pub(crate) is_special: bool,
    /// The address of the client; empty for commands and the portal.
    pub(crate) origin: String,
    pub(crate) subject: String,
    pub(crate) texts: EventTexts,
}

impl Row {
    pub(crate) fn new(page: &Page, domain: &DomainName, line: &JournalLine) -> Self {
        let is_command = line.origin.as_deref() == Some(COMMAND);
        let is_portal = line.origin.is_none();
        let is_link = line.actor_id.is_none() && !line.actor_email.is_empty();
        let acting = match () {
            () if is_link => "journal-as-link",
            () if is_portal => "journal-as-portal",
            () if is_command => "journal-as-command",
            () if line.as_staff => "journal-as-staff",
            () => "journal-as-person",
        };
        let is_domain = line.subject == domain.as_str();
        Self {
            number: line.sequence,
            when: page.timestamp(line.at),
            who: match () {
                () if is_portal => page.t("journal-the-portal"),
                () if is_link => page.t("journal-somebody"),
                () => line.actor_name.clone(),
            },
            address: line.actor_email.clone(),
            acting: page.t(acting),
            is_special: is_command || is_link || line.as_staff,
            origin: line.origin.clone().filter(|_| !is_command).unwrap_or_default(),
            subject: if is_domain { domain.unicode() } else { line.subject.clone() },
            texts: page.s.journal_event(&line.event, domain, page.is_staff()),
        }
    }

    /// Whether more is known than what happened.
    pub(crate) fn has_values(&self) -> bool {
        let texts = &self.texts;
        !(texts.before.is_empty() && texts.after.is_empty() && texts.note.is_empty())
    }
}
