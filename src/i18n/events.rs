//! The entries of a mailbox's history, as text. They never contain a secondary address.

use super::{Said, Sentences, Told};
use crate::model::change::ChangeKind;
use crate::model::event::FieldChange;
use crate::model::mailbox::MailboxField;
use crate::model::reason::Reason;
use crate::model::{DomainName, Event};

impl Sentences {
    /// What happened to a mailbox, told of the person who did it if `by_person`; `None` for events that its
    /// history does not show.
    pub fn mailbox_event(&self, event: &Event, by_person: bool, domain: &DomainName, staff: bool) -> Option<Told> {
        let key = match event {
            Event::MailboxEdited { changes, .. } if by_person => {
                return Some(self.edited("event-mailbox-edited-by", changes).into());
            }
            Event::MailboxAdded { .. } => "event-mailbox-added",
            Event::MailboxOpened { .. } => "event-mailbox-opened",
            Event::MailboxAdopted { changes, .. } if !changes.is_empty() => {
                return Some(self.edited("event-mailbox-names-adopted", changes).into());
            }
            Event::MailboxAdopted { .. } => "event-mailbox-adopted",
            Event::MailboxRemade { .. } => "event-mailbox-remade",
            Event::MailboxDisableAsked { .. } => "event-mailbox-disable-asked",
            Event::MailboxDisabled { .. } => "event-mailbox-disabled",
            Event::MailboxEnableAsked { .. } => "event-mailbox-enable-asked",
            Event::MailboxEnabled { .. } => "event-mailbox-enabled",
            Event::MailboxDeleteAsked { .. } => "event-mailbox-delete-asked",
            Event::LoginLinkAsked { .. } => "event-login-link-asked",
            Event::FirstAccessAsked { .. } => "event-first-access-asked",
            Event::PasswordReset { by_email: true, .. } => "event-password-email",
            Event::PasswordReset { by_email: false, .. } => "event-password-sheet",
            Event::HandedOver { .. } => "event-handed-over",
            Event::Retried { .. } => "event-mailbox-retried",
            Event::MailboxEdited { changes, .. } => return Some(self.edited("event-mailbox-edited", changes).into()),
            Event::MailboxEditAsked { changes, .. } => {
                return Some(self.edited("event-mailbox-edit-asked", changes).into());
            }
            Event::MailboxFailed { reason: Reason::Gone, .. } => "event-mailbox-gone",
            Event::MailboxFailed { reason, .. } => {
                return Some(self.not_there("event-mailbox-failed", reason, domain, staff));
            }
            Event::MailboxChangeRefused { change, reason, .. } => {
                let reason = self.reason(reason, domain, staff);
                let refused =
                    |why: Said<'_>| self.t2("event-mailbox-refused", "what", self.change(change), "reason", why);
                return Some(reason.within(refused));
            }
            Event::MailboxChangeWithdrawn { change, .. } => {
                return Some(self.t1("event-mailbox-withdrawn", "what", self.change(change)).into());
            }
            _ => return None,
        };
        Some(self.t(key).into())
    }

    /// Why a mailbox is not there. `key` names the sentence about a failed creation; of a mailbox that was there,
    /// or may have been, the reason says it all.
    pub fn not_there(&self, key: &str, reason: &Reason, domain: &DomainName, staff: bool) -> Told {
        let told = self.reason(reason, domain, staff);
        match reason {
            Reason::Gone | Reason::HalfMade | Reason::UserLeft => told,
            _ => told.within(|why| self.t1(key, "reason", why)),
        }
    }

    fn edited(self, key: &str, changes: &[FieldChange]) -> String {
        let names = changes.iter().any(|change| change.field.is_name());
        let secondary = changes.iter().any(|change| change.field == MailboxField::SecondaryEmail);
        let what = self.t(match (names, secondary) {
            (true, true) => "event-fields-both",
            (true, false) => "event-fields-names",
            (false, _) => "event-fields-secondary",
        });
        self.sentence(key, &[("what", &what)])
    }

    /// The noun for the change of this kind to a mailbox.
    pub fn change(&self, kind: &str) -> String {
        self.t(match kind.parse() {
            Ok(ChangeKind::DisableMailbox) => "change-disable",
            Ok(ChangeKind::EnableMailbox) => "change-enable",
            Ok(ChangeKind::DeleteMailbox) => "change-delete",
            Ok(ChangeKind::KeepMailbox) => "change-keep",
            // The journal mentions no other kinds.
            _ => "change-rename",
        })
    }
}
