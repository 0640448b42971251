//! Takes over dimail's state of one object. The users of mailboxes get no email, and no password is to be handed
//! over.

use super::act::Acting;
use super::recheck::{NotDone, Sides, Stop};
use crate::model::alias::{AliasDestination, AliasKnown, Destination};
use crate::model::change::{ChangeOutcome, Object};
use crate::model::comparison::{Difference, Line, StoredMailbox};
use crate::model::event::FieldChange;
use crate::model::mailbox::Mailbox;
use crate::model::name::display_name;
use crate::model::observed::{Seen, SeenState};
use crate::model::wanted::{Known, Wants};
use crate::model::{DomainName, Event, FoundMailbox, Language, LocalPart, Why};
use crate::store::{ByPortal, Fault, Locked, MayWrite, Tx};

/// How many names are tried for a mailbox without names at dimail.
const NAMES_TRIED: usize = 50;

impl Acting {
    pub(super) async fn adopt(&mut self, line: &Line, sides: Sides, may: &MayWrite) -> Result<(), Stop> {
        match sides {
            Sides::Mailbox { part, stored: None, seen: Some(seen) } => self.adopt_unknown(&part, &seen, may).await,
            Sides::Mailbox { stored: Some(stored), seen: None, .. } => self.drop_mailbox(&stored.mailbox).await,
            Sides::Mailbox { stored: Some(stored), seen: Some(seen), .. } => {
                self.adopt_state(line, (&*stored, &seen), may).await
            }
            Sides::Pair { stored: Some(stored), is_seen: false, .. } => self.drop_pair(stored.pair).await,
            Sides::Pair { part, destination, stored, is_seen: true } => {
                self.adopt_pair((part, destination), stored.map(|stored| stored.pair), may).await
            }
            Sides::Mailbox { .. } | Sides::Pair { .. } | Sides::Odd => Err(NotDone::NotOffered.into()),
        }
    }

    /// Adds a mailbox of dimail, as the import of a domain does.
    async fn adopt_unknown(&mut self, part: &LocalPart, seen: &Seen, may: &MayWrite) -> Result<(), Stop> {
        let is_added = add_mailbox(&mut self.tx, &self.recording, may, (part, seen), self.language).await?;
        if is_added { Ok(()) } else { Err(NotDone::NameTaken.into()) }
    }

    /// Deletes a mailbox here that dimail has no longer.
    async fn drop_mailbox(&mut self, mailbox: &Mailbox) -> Result<(), Stop> {
        let (tx, locked) = (&mut self.tx, &self.recording);
        let address = mailbox.address(&locked.domain.name);
        tx.end_changes(locked, &Object::Mailbox(mailbox.id), ChangeOutcome::Cancelled).await?;
        tx.drop_mailbox(locked, mailbox.id).await?;
        Ok(tx.record(locked, &Event::MailboxForgotten { address }, Some(mailbox.id)).await?)
    }

    /// Takes over activity and names, as known and as wanted.
    async fn adopt_state(
        &mut self,
        line: &Line,
        (stored, seen): (&StoredMailbox, &Seen),
        may: &MayWrite,
    ) -> Result<(), Stop> {
        let mailbox = &stored.mailbox;
        let takes_names = seen.is_active() && line.difference != Difference::Activity;
        let names = seen
            .names
            .as_ref()
            .filter(|_| takes_names)
            .map(|_| found(&self.locked.domain.name, &mailbox.local_part, seen));
        if let Some(found) = &names {
            let shown = seen.names.as_ref().map(|names| names.display.clone()).filter(|shown| !shown.is_empty());
            let name = shown.unwrap_or_else(|| display_name(&found.first_name, &found.last_name));
            if self.tx.holder_of_name(&self.locked, &name, Some(mailbox.id)).await?.is_some() {
                return Err(NotDone::NameTaken.into());
            }
        }
        let active = (Wants::Active, Known::Active);
        let state = if seen.is_active() { active } else { (Wants::Inactive, Known::Inactive) };
        let (tx, locked) = (&mut self.tx, &self.recording);
        tx.want_mailbox(locked, may, mailbox, state).await?;
        if let Some(found) = &names {
            tx.know_names(locked, mailbox, (&found.first_name, &found.last_name), None).await?;
            tx.note_display_key(locked, mailbox.id, &found.display_key).await?;
        }
        if !mailbox.known.is_present() {
            tx.note_adopted(locked, mailbox.id).await?;
        }
        let address = mailbox.address(&locked.domain.name);
        let activity = match (mailbox.known, state.1) {
            (Known::Active, Known::Inactive) => Some(Event::MailboxDisabled { address: address.clone() }),
            (Known::Inactive, Known::Active) => Some(Event::MailboxEnabled { address: address.clone() }),
            _ => None,
        };
        if let Some(event) = &activity {
            tx.record(locked, event, Some(mailbox.id)).await?;
        }
        let changes = names.map(|found| FieldChange::names(mailbox, (&found.first_name, &found.last_name)));
        if changes.is_some() || activity.is_none() {
            let event = Event::MailboxAdopted { address, changes: changes.unwrap_or_default() };
            tx.record(locked, &event, Some(mailbox.id)).await?;
        }
        Ok(())
    }

    /// Forgets a destination that dimail has no longer.
    async fn drop_pair(&mut self, pair: AliasDestination) -> Result<(), Stop> {
        let (tx, locked) = (&mut self.tx, &self.recording);
        let pair = AliasDestination { reason: None, ..pair };
        // Nothing is to be done any longer about what was refused of it.
        tx.record_destination(locked, &pair).await?;
        tx.delete_destination(locked, &pair).await?;
        let (address, destination) = (pair.local_part.at(&locked.domain.name), pair.destination.as_str().to_owned());
        Ok(tx.record(locked, &Event::AliasForgotten { address, destination }, None).await?)
    }

    /// Adds a destination of dimail, or one that had failed here.
    async fn adopt_pair(
        &mut self,
        (part, destination): (LocalPart, Destination),
        stored: Option<AliasDestination>,
        may: &MayWrite,
    ) -> Result<(), Stop> {
        let (tx, locked) = (&mut self.tx, &self.recording);
        let Some(pair) = stored else {
            let is_added = add_pair(tx, locked, may, &destination).await?;
            return if is_added { Ok(()) } else { Err(NotDone::Changed.into()) };
        };
        if tx.leads_elsewhere(may, destination.as_str()).await? {
            return Err(NotDone::Refused(Why::LeadsElsewhere).into());
        }
        let pair = AliasDestination { wanted: true, known: AliasKnown::Present, reason: None, ..pair };
        tx.record_destination(locked, &pair).await?;
        Ok(note_pair(tx, locked, &part, &destination).await?)
    }
}

/// A mailbox of dimail, as it is stored.
fn found(domain: &DomainName, part: &LocalPart, seen: &Seen) -> FoundMailbox {
    let names = seen.names.clone().unwrap_or_default();
    let names = [names.given.as_str(), names.sur.as_str(), names.display.as_str()];
    FoundMailbox::new(domain, part.clone(), names, seen.state != SeenState::Inactive)
}

/// Adds a mailbox of dimail, with a number in its name if dimail shows none and that which it gets is taken;
/// `false` if it cannot have its name.
pub(in crate::actions::domains) async fn add_mailbox(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    may: &MayWrite,
    (part, seen): (&LocalPart, &Seen),
    language: Language,
) -> Result<bool, Fault> {
    let found = found(&locked.domain.name, part, seen);
    let mut added = tx.adopt_mailbox(locked, may, &found, language).await?;
    let tried = if seen.names.is_none() { NAMES_TRIED } else { 1 };
    for number in 2..=tried {
        if added.is_some() {
            break;
        }
        added = tx.adopt_mailbox(locked, may, &found.clone().numbered(number), language).await?;
    }
    let Some(id) = added else { return Ok(false) };
    tx.record(locked, &Event::MailboxAdopted { address: part.at(&locked.domain.name), changes: Vec::new() }, Some(id))
        .await?;
    Ok(true)
}

/// Adds a destination of dimail to the alias of the proof; `false` if it is here already.
pub(in crate::actions::domains) async fn add_pair(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    may: &MayWrite,
    destination: &Destination,
) -> Result<bool, Fault> {
    if tx.insert_destination(locked, may, destination, AliasKnown::Present).await?.is_none() {
        return Ok(false);
    }
    note_pair(tx, locked, may.part(), destination).await?;
    Ok(true)
}

async fn note_pair(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    part: &LocalPart,
    destination: &Destination,
) -> Result<(), Fault> {
    let (address, destination) = (part.at(&locked.domain.name), destination.as_str().to_owned());
    tx.record(locked, &Event::AliasAdopted { address, destination }, None).await
}
