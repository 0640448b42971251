//! Asks dimail for the state of the address that a mailbox is to have, before a creation and after an
//! attempt without a clear answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::actions::App;
use crate::actions::sync::trouble::trouble;
use crate::dimail::{CallError, KnownMailbox};
use crate::model::address::DomainName;
use crate::model::domain::Domain;
use crate::model::id::DomainId;
use crate::model::mailbox::Mailbox;
use crate::model::name::{KnownNames, display_key};
use crate::model::reason::{Reason, Trouble};
use crate::store::Fault;

/// When at least this many creations of a domain wait, one list replaces a request for each of them.
const LISTED_FROM: i64 = 5;
/// How long a list may be used.
pub(crate) const LIST_COUNTS: Duration = Duration::from_mins(1);
/// While that many still wait, a list is requested again after this time, so that it serves the last
/// ones, too.
const LIST_RENEWED: Duration = Duration::from_secs(40);

/// The state of an address at dimail.
#[derive(Debug)]
pub(crate) enum Shown {
    /// No mailbox, no Open-XChange user and no taken display name, as far as it was asked.
    Absent,
    /// A mailbox, with its names if dimail shows them.
    Mailbox(Option<KnownNames>),
    /// An Open-XChange user with this address, but no mailbox.
    HalfMade,
    /// The creation would be refused for this reason.
    Obstacle(Reason),
    /// dimail gave no clear answer.
    Unclear(Trouble),
}

impl Shown {
    fn unclear(failure: &CallError) -> Self {
        Self::Unclear(trouble(failure))
    }
}

/// Asks for one address. The list is requested only if there is a mailbox, for its names.
pub(crate) async fn address(app: &App, domain: &Domain, mailbox: &Mailbox) -> Shown {
    let known = match app.dimail.address(&domain.name, &mailbox.local_part).await {
        Ok(known) => known.unwrap_or_default(),
        Err(failure) => return Shown::unclear(&failure),
    };
    if known.is_mailbox {
        return match app.dimail.mailboxes(&domain.name).await {
            Ok(list) => Shown::Mailbox(listed(&list, domain, mailbox).and_then(|own| own.names.clone())),
            Err(failure) => Shown::unclear(&failure),
        };
    }
    if !known.is_ox {
        return Shown::Absent;
    }
    let address = mailbox.address(&domain.name);
    match known.ox_primary_email {
        Some(primary) if !primary.eq_ignore_ascii_case(&address) => Shown::Obstacle(Reason::LocalPartTakenElsewhere),
        _ => Shown::HalfMade,
    }
}

/// Asks for one address and for the list: used after a refusal without a reason, which may be about the
/// display name.
pub(crate) async fn address_and_name(app: &App, domain: &Domain, mailbox: &Mailbox) -> Shown {
    match address(app, domain, mailbox).await {
        Shown::Absent => {}
        shown => return shown,
    }
    match app.dimail.mailboxes(&domain.name).await {
        // It was created between the two requests.
        Ok(list) if listed(&list, domain, mailbox).is_some() => {
            Shown::Mailbox(listed(&list, domain, mailbox).and_then(|own| own.names.clone()))
        }
        Ok(list) => Listing::new(&list).name_taken(mailbox),
        Err(failure) => Shown::unclear(&failure),
    }
}

/// The look before an attempt in the background. One list serves all creations of the domain if several
/// wait, and the last ones while it counts. An address is requested individually if an earlier call may
/// still take effect there; such a call may also have met a taken display name.
pub(crate) async fn before_attempt(
    app: &App,
    domain: &Domain,
    mailbox: &Mailbox,
    may_act: bool,
) -> Result<Shown, Fault> {
    let are_several = app.store.pending_mailboxes(domain.id, LISTED_FROM).await? >= LISTED_FROM;
    let oldest = if are_several { LIST_RENEWED } else { LIST_COUNTS };
    Ok(match (are_several || app.lists.counts(domain.id), may_act) {
        (true, false) => from_list(app, domain, mailbox, oldest).await,
        (true, true) | (false, false) => address(app, domain, mailbox).await,
        (false, true) => address_and_name(app, domain, mailbox).await,
    })
}

/// Looks into the list of the domain, which must not be older than `oldest`.
async fn from_list(app: &App, domain: &Domain, mailbox: &Mailbox, oldest: Duration) -> Shown {
    match app.lists.of(app, domain, oldest).await {
        // The list alone does not distinguish a mailbox from a user of another domain or a half-made
        // one.
        Ok(listing) if listing.has(mailbox) => address(app, domain, mailbox).await,
        Ok(listing) => listing.name_taken(mailbox),
        Err(failure) => Shown::unclear(&failure),
    }
}

fn listed<'a>(list: &'a [KnownMailbox], domain: &Domain, mailbox: &Mailbox) -> Option<&'a KnownMailbox> {
    list.iter().find(|other| other.is(&mailbox.local_part, &domain.name))
}

/// The part of a list that creations need: local parts and display names of a context.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    local_parts: Vec<String>,
    /// Display name, normalised for comparison, to the address that has it.
    names: HashMap<String, String>,
}

impl Listing {
    pub(crate) fn new(list: &[KnownMailbox]) -> Self {
        let mut local_parts: Vec<String> = list.iter().map(|entry| entry.local_part().to_lowercase()).collect();
        local_parts.sort_unstable();
        let named = list.iter().filter_map(|entry| {
            let names = entry.names.as_ref()?;
            Some((display_key(&names.display), entry.email.clone()))
        });
        Self { local_parts, names: named.filter(|(key, _)| !key.is_empty()).collect() }
    }

    pub(crate) fn has(&self, mailbox: &Mailbox) -> bool {
        self.local_parts.binary_search_by(|part| part.as_str().cmp(mailbox.local_part.as_str())).is_ok()
    }

    pub(crate) fn name_taken(&self, mailbox: &Mailbox) -> Shown {
        match self.names.get(&display_key(&mailbox.display_name())) {
            Some(holder) => Shown::Obstacle(Reason::DisplayNameTaken { holder: Some(holder.clone()) }),
            None => Shown::Absent,
        }
    }
}

/// The lists that may still be used, at most one for each domain.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<DomainId, Arc<tokio::sync::Mutex<Kept>>>>);

type Kept = Option<(Instant, Arc<Listing>)>;

impl Lists {
    /// Returns the list of a domain. One older than `oldest` is requested again, once for all waiting
    /// callers.
    async fn of(&self, app: &App, domain: &Domain, oldest: Duration) -> Result<Arc<Listing>, CallError> {
        let place = self.place(domain.id);
        let mut kept = place.lock().await;
        if let Some((began, listing)) = &*kept
            && began.elapsed() < oldest
        {
            return Ok(Arc::clone(listing));
        }
        let began = Instant::now();
        let listing = Arc::new(Listing::new(&app.dimail.mailboxes(&domain.name).await?));
        *kept = Some((began, Arc::clone(&listing)));
        Ok(listing)
    }

    /// Whether the list of a domain may be used, or is being requested.
    fn counts(&self, domain: DomainId) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&domain).is_some_and(|place| place.try_lock().map_or(true, |kept| is_current(&kept)))
    }

    fn place(&self, domain: DomainId) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Drop expired lists, except those that are being requested.
        all.retain(|_, place| Arc::strong_count(place) > 1 || place.try_lock().is_ok_and(|kept| is_current(&kept)));
        Arc::clone(all.entry(domain).or_default())
    }
}

fn is_current(kept: &Kept) -> bool {
    kept.as_ref().is_some_and(|(began, _)| began.elapsed() < LIST_COUNTS)
}

/// Whether the Open-XChange user of a deleted mailbox still exists.
pub(crate) async fn user_is_left(app: &App, domain: &DomainName, mailbox: &Mailbox) -> Result<bool, CallError> {
    let Some(known) = app.dimail.address(domain, &mailbox.local_part).await? else { return Ok(false) };
    let address = mailbox.address(domain);
    let is_own = known.ox_primary_email.is_none_or(|primary| primary.eq_ignore_ascii_case(&address));
    Ok(known.is_ox && !known.is_mailbox && is_own)
}
