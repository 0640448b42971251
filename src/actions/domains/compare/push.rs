//! Stores that dimail is to be given the portal's state of one object. Its job sends it.

use super::act::Acting;
use super::recheck::{NotDone, Sides, Stop};
use crate::actions::mailboxes::lifecycle::wish;
use crate::actions::mailboxes::lock::change_of;
use crate::model::Event;
use crate::model::alias::AliasDestination;
use crate::model::change::{ChangeKind, Object};
use crate::model::comparison::{Difference, Line, StoredMailbox, has_other_names};
use crate::model::event::FieldChange;
use crate::model::mailbox::{Mailbox, MailboxField, Wanted};
use crate::model::observed::Seen;
use crate::model::options::Change;
use crate::model::wanted::{Known, Wants};
use crate::store::{ByPortal, Due, Fault, Locked, MayWrite, NewChange, Tx};

/// The fields that a push of names sends.
const NAMES: [MailboxField; 2] = [MailboxField::FirstName, MailboxField::LastName];

impl Acting {
    pub(super) async fn push(&mut self, line: &Line, sides: Sides, may: &MayWrite) -> Result<(), Stop> {
        match sides {
            Sides::Mailbox { stored: Some(stored), seen: None, .. } => {
                Ok(create_again(&mut self.tx, (&self.locked, &self.recording), may, &stored.mailbox).await?)
            }
            Sides::Mailbox { stored: Some(stored), seen: Some(seen), .. } => {
                self.push_state(line, (&*stored, &seen), may).await
            }
            Sides::Pair { stored: Some(stored), is_seen: false, .. } => {
                Ok(add_again(&mut self.tx, &self.locked, may, &stored.pair).await?)
            }
            Sides::Mailbox { .. } | Sides::Pair { .. } | Sides::Odd => Err(NotDone::NotOffered.into()),
        }
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
            self.send_names(mailbox, seen, address).await?;
        }
        self.tx.need_step(&self.locked, &object, Due::Now).await?;
        Ok(self.tx.observe_first(&self.locked, &object).await?)
    }

    /// Stores that the names of a mailbox are to be sent, although they are the present ones here.
    async fn send_names(&mut self, mailbox: &Mailbox, seen: &Seen, address: String) -> Result<(), Stop> {
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
        let shown = seen.names.clone().unwrap_or_default();
        let changes = vec![
            FieldChange { field: MailboxField::FirstName, from: shown.given, to: wanted.first_name },
            FieldChange { field: MailboxField::LastName, from: shown.sur, to: wanted.last_name },
        ];
        let event = Event::MailboxEditAsked { address: address.clone(), changes };
        let change = change_of(mailbox, address, ChangeKind::RenameMailbox);
        self.tx.record_change(&self.locked, &event, &change).await?;
        Ok(())
    }
}

/// Stores that a mailbox that dimail has lost is created once more, without an email to its user; one that is
/// to be inactive is disabled when it is there.
pub(in crate::actions::domains) async fn create_again<R>(
    tx: &mut Tx,
    (locked, recording): (&Locked<R>, &Locked<ByPortal>),
    may: &MayWrite,
    mailbox: &Mailbox,
) -> Result<(), Fault> {
    tx.want_mailbox(locked, may, mailbox, (mailbox.wants, Known::Absent)).await?;
    tx.note_pushed(recording, mailbox.id).await?;
    let address = mailbox.address(&locked.domain.name);
    let event = Event::MailboxRemade { address: address.clone() };
    let creation = change_of(mailbox, address.clone(), ChangeKind::CreateMailbox);
    tx.record_change(locked, &event, &creation).await?;
    if mailbox.wants == Wants::Inactive {
        let (_, kind, event) = wish(Change::Disable, address.clone());
        tx.record_change(locked, &event, &change_of(mailbox, address, kind)).await?;
    }
    tx.need_step(locked, &Object::Mailbox(mailbox.id), Due::Now).await?;
    Ok(())
}

/// Stores that a destination that dimail has lost is added once more.
pub(in crate::actions::domains) async fn add_again<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    may: &MayWrite,
    pair: &AliasDestination,
) -> Result<(), Fault> {
    tx.push_destination(locked, may, pair).await?;
    let (object, destination) = (Object::Alias(pair.local_part.clone()), pair.destination.as_str().to_owned());
    let subject = pair.local_part.at(&locked.domain.name);
    let event = Event::AliasAdded { address: subject.clone(), destination: destination.clone() };
    let kind = ChangeKind::AddDestination;
    let new = NewChange { object: object.clone(), subject, kind, destination: Some(destination) };
    tx.record_change(locked, &event, &new).await?;
    tx.need_step(locked, &object, Due::Now).await?;
    Ok(())
}
