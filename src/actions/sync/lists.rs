//! Lists of mailboxes that dimail returned a moment ago: one request serves all jobs of a domain to which it is
//! recent enough. dimail takes seconds for a list of a large domain.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::actions::App;
use crate::dimail::{CallError, KnownMailbox};
use crate::model::domain::Domain;
use crate::model::id::DomainId;
use crate::model::mailbox::Mailbox;
use crate::model::name::display_key;
use crate::model::time::Timestamp;

/// How long a list may be used.
pub(crate) const LIST_COUNTS: Duration = Duration::from_mins(1);

/// The oldest list that may be used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Oldest {
    /// How long ago it was requested at most.
    pub(crate) age: Duration,
    /// After when it was requested, if that matters: only such a list shows what a call has done that had ended
    /// by then.
    pub(crate) since: Option<Timestamp>,
}

/// The list of a domain: all mailboxes and users of its context.
#[derive(Debug)]
pub(crate) struct Listing {
    began: Timestamp,
    /// By local part in lower case.
    entries: Vec<(String, KnownMailbox)>,
    /// Display name, normalised for comparison, to the address that has it.
    names: HashMap<String, String>,
}

impl Listing {
    pub(crate) fn new(list: Vec<KnownMailbox>, began: Timestamp) -> Self {
        let keys = list.iter().filter_map(|entry| {
            let names = entry.names.as_ref()?;
            Some((display_key(&names.display), entry.email.clone()))
        });
        let names = keys.filter(|(key, _)| !key.is_empty()).collect();
        let mut entries: Vec<_> = list.into_iter().map(|entry| (entry.local_part().to_lowercase(), entry)).collect();
        entries.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Self { began, entries, names }
    }

    fn entries_of(&self, mailbox: &Mailbox) -> &[(String, KnownMailbox)] {
        let part = mailbox.local_part.as_str();
        let first = self.entries.partition_point(|(key, _)| key.as_str() < part);
        let end = self.entries.partition_point(|(key, _)| key.as_str() <= part);
        self.entries.get(first..end).unwrap_or_default()
    }

    /// Whether the context has this local part, in any case and any of its domains.
    pub(crate) fn has(&self, mailbox: &Mailbox) -> bool {
        !self.entries_of(mailbox).is_empty()
    }

    /// The mailbox itself.
    pub(crate) fn own(&self, domain: &Domain, mailbox: &Mailbox) -> Option<&KnownMailbox> {
        let all = self.entries_of(mailbox).iter().map(|(_, entry)| entry);
        all.into_iter().find(|entry| entry.is(&mailbox.local_part, &domain.name))
    }

    /// The address that has the display name of the mailbox.
    pub(crate) fn holder_of_name(&self, mailbox: &Mailbox) -> Option<&str> {
        self.names.get(&display_key(&mailbox.display_name())).map(String::as_str)
    }

    /// Another address than `own` that has this display name, given as its key.
    pub(crate) fn other_holder(&self, key: &str, own: &str) -> Option<&str> {
        let has_it =
            |entry: &&KnownMailbox| entry.names.as_ref().is_some_and(|names| display_key(&names.display) == key);
        let others = self.entries.iter().map(|(_, entry)| entry).filter(|entry| entry.email != own);
        others.into_iter().find(has_it).map(|entry| entry.email.as_str())
    }
}

/// The lists that may still be used, at most one for each domain.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<DomainId, Arc<tokio::sync::Mutex<Kept>>>>);

type Kept = Option<KeptList>;

#[derive(Debug)]
struct KeptList {
    asked_at: Instant,
    listing: Arc<Listing>,
    /// Whether it was requested for several creations, which it then serves for a while.
    serves_creations: bool,
}

impl Lists {
    /// The list of a domain. An older one than `oldest` is requested again, once for all waiting callers for
    /// which it is recent enough.
    pub(crate) async fn of(&self, app: &App, domain: &Domain, oldest: Oldest) -> Result<Arc<Listing>, CallError> {
        let place = self.place(domain.id);
        let mut kept = place.lock().await;
        if let Some(KeptList { asked_at, listing, .. }) = &*kept
            && asked_at.elapsed() < oldest.age
            && oldest.since.is_none_or(|since| listing.began > since)
        {
            return Ok(Arc::clone(listing));
        }
        let (asked_at, began) = (Instant::now(), app.clock.now());
        let listing = Arc::new(Listing::new(app.dimail.mailboxes(&domain.name).await?, began));
        let serves_creations = oldest.since.is_none() || serves(&kept);
        *kept = Some(KeptList { asked_at, listing: Arc::clone(&listing), serves_creations });
        Ok(listing)
    }

    /// The list of a domain with the entry of a mailbox. A list from before now that lacks it is requested
    /// again.
    pub(crate) async fn with(
        &self,
        app: &App,
        domain: &Domain,
        mailbox: &Mailbox,
        since: Timestamp,
    ) -> Result<(Arc<Listing>, Option<KnownMailbox>), CallError> {
        let now = app.clock.now();
        let mut listing = self.of(app, domain, Oldest { age: LIST_COUNTS, since: Some(since) }).await?;
        if listing.own(domain, mailbox).is_none() && listing.began < now {
            listing = self.of(app, domain, Oldest { age: LIST_COUNTS, since: Some(now) }).await?;
        }
        let own = listing.own(domain, mailbox).cloned();
        Ok((listing, own))
    }

    /// Whether a list of a domain was requested for several creations and may be used, or one is being requested.
    pub(crate) fn counts(&self, domain: DomainId) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&domain).is_some_and(|place| place.try_lock().map_or(true, |kept| serves(&kept)))
    }

    fn place(&self, domain: DomainId) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Drop expired lists, except those that are being requested.
        all.retain(|_, place| Arc::strong_count(place) > 1 || place.try_lock().is_ok_and(|kept| is_current(&kept)));
        Arc::clone(all.entry(domain).or_default())
    }
}

fn is_current(kept: &Kept) -> bool {
    kept.as_ref().is_some_and(|kept| kept.asked_at.elapsed() < LIST_COUNTS)
}

fn serves(kept: &Kept) -> bool {
    is_current(kept) && kept.as_ref().is_some_and(|kept| kept.serves_creations)
}
