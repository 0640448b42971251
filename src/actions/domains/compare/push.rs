//! Stores that dimail is to be given the portal's state of one object. Its job sends it.

use super::act::Acting;
use super::recheck::{NotDone, Sides, Stop};
use crate::actions::mailboxes::lifecycle::wish;
use crate::actions::mailboxes::lock::{change_of, creation_due};
use crate::model::activity::FieldChange;
use crate::model::alias::AliasDestination;
use crate::model::change::{ChangeKind, Object};
use crate::model::comparison::{Difference, Line, StoredMailbox, has_other_names};
use crate::model::domain::DomainStatus;
use crate::model::mailbox::{Mailbox, MailboxField, Wanted};
use crate::model::observed::Seen;
use crate::model::options::Change;
use crate::model::role::ManageAliases;
use crate::model::wanted::{Known, Wants};
use crate::model::{Event, Refusal, Why};
use crate::store::{Due, MayWrite, NewChange};

/// The fields that a push of names sends.
const NAMES: [MailboxField; 2] = [MailboxField::FirstName, MailboxField::LastName];

impl Acting {
    pub(super) async fn push(&mut self, line: &Line, sides: Sides, may: &MayWrite) -> Result<(), Stop> {
        match sides {
            Sides::Mailbox { stored: Some(stored), seen: None, .. } => self.create_again(&stored.mailbox, may).await,
            Sides::Mailbox { stored: Some(stored), seen: Some(seen), .. } => {
                self.push_state(line, (&*stored, &seen), may).await
            }
            Sides::Pair { stored: Some(stored), is_seen: false, .. } => self.add_again(&stored.pair, may).await,
            Sides::Mailbox { .. } | Sides::Pair { .. } | Sides::Odd => Err(NotDone::NotOffered.into()),
        }
    }

    /// Creates a mailbox once more that dimail has lost, without an email to its user.
    async fn create_again(&mut self, mailbox: &Mailbox, may: &MayWrite) -> Result<(), Stop> {
        let is_enabled = self.locked.domain.status == DomainStatus::Enabled;
        let (tx, locked) = (&mut self.tx, &self.locked);
        tx.want_mailbox(locked, may, mailbox, (Wants::Active, Known::Absent)).await?;
        tx.note_pushed(&self.recording, mailbox.id).await?;
        let address = mailbox.address(&locked.domain.name);
        let event = Event::MailboxRemade { address: address.clone() };
        tx.record_change(locked, &event, &change_of(mailbox, address, ChangeKind::CreateMailbox)).await?;
        tx.need_step(locked, &Object::Mailbox(mailbox.id), creation_due(is_enabled)).await?;
        Ok(())
    }

    /// Sends activity and names. The job looks first, since what is known here is not what dimail shows.
    async fn push_state(
        &mut self,
        line: &Line,
        (stored, seen): (&StoredMailbox, &Seen),
        may: &MayWrite,
    ) -> Result<(), Stop> {
        let (mailbox, object) = (&stored.mailbox, Object::Mailbox(stored.mailbox.id));
        let is_to_be_active = mailbox.wants == Wants::Active;
        let renames = is_to_be_active && has_other_names(&self.locked.domain.name, stored, seen);
        let holder = self.tx.holder_of_name(&self.locked, &mailbox.display_name(), Some(mailbox.id)).await?;
        if renames && holder.is_some() {
            return Err(NotDone::NameTaken.into());
        }
        let address = mailbox.address(&self.locked.domain.name);
        self.tx.want_mailbox(&self.locked, may, mailbox, (mailbox.wants, mailbox.known)).await?;
        if line.difference != Difference::Names {
            let change = if is_to_be_active { Change::Enable } else { Change::Disable };
            let (_, kind, event) = wish(change, address.clone());
            self.tx.record_change(&self.locked, &event, &change_of(mailbox, address.clone(), kind)).await?;
        }
        if renames {
            self.send_names(mailbox, address).await?;
        }
        self.tx.need_step(&self.locked, &object, Due::Now).await?;
        Ok(self.tx.observe_first(&self.locked, &object).await?)
    }

    /// Stores that the names of a mailbox are to be sent, although they are the present ones here.
    async fn send_names(&mut self, mailbox: &Mailbox, address: String) -> Result<(), Stop> {
        let names = (mailbox.first_name.as_str(), mailbox.last_name.as_str());
        let still = || Wanted {
            first_name: mailbox.first_name.clone(),
            last_name: mailbox.last_name.clone(),
            secondary_email: mailbox.secondary_email.clone(),
            fields: NAMES.to_vec(),
            by: self.locked.actor.name.clone(),
        };
        let wanted = mailbox.wanted.clone().unwrap_or_else(still);
        self.tx.know_names(&self.recording, mailbox, names, Some(&wanted)).await?;
        let changes = FieldChange::all(mailbox, &NAMES, (&wanted.first_name, &wanted.last_name, None));
        let event = Event::MailboxEditAsked { address: address.clone(), changes };
        let change = change_of(mailbox, address, ChangeKind::RenameMailbox);
        self.tx.record_change(&self.locked, &event, &change).await?;
        Ok(())
    }

    /// Adds a destination once more that dimail has lost.
    async fn add_again(&mut self, pair: &AliasDestination, may: &MayWrite) -> Result<(), Stop> {
        self.locked.domain.check_takes_aliases()?;
        let aliases = self.locked.also::<ManageAliases>().ok_or(Refusal::Forbidden(Why::Role))?;
        let (tx, part) = (&mut self.tx, &pair.local_part);
        tx.want_destination(&aliases, may, pair).await?;
        let (subject, destination) = (part.at(&aliases.domain.name), pair.destination.as_str().to_owned());
        let event = Event::AliasAdded { address: subject.clone(), destination: destination.clone() };
        let (object, destination) = (Object::Alias(part.clone()), Some(destination));
        let new = NewChange { object: object.clone(), subject, kind: ChangeKind::AddDestination, destination };
        tx.record_change(&aliases, &event, &new).await?;
        tx.need_step(&aliases, &object, Due::Now).await?;
        Ok(())
    }
}
