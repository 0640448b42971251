//! What dimail shows of the address that a mailbox is to have, asked before anything is created
//! and after an attempt that did not tell what it did.
//!
//! Must not know: what follows from it, nor what was attempted before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::actions::App;
use crate::actions::sync::run::trouble;
use crate::dimail::{Failure, KnownMailbox};
use crate::model::address::DomainName;
use crate::model::domain::Domain;
use crate::model::id::DomainId;
use crate::model::mailbox::Mailbox;
use crate::model::name::{KnownNames, display_key};
use crate::model::order::{Reason, Trouble};
use crate::store::Fault;

/// From so many creations of one domain on, one list serves them instead of a question for each.
const LISTED_FROM: i64 = 5;
/// For this long a list counts.
pub(crate) const LIST_COUNTS: Duration = Duration::from_mins(1);

/// What dimail shows of an address.
#[derive(Debug)]
pub(crate) enum Shown {
    /// No mailbox, no user and no taken name, as far as was asked.
    Absent,
    /// A mailbox, with the names that dimail tells.
    Mailbox(Option<KnownNames>),
    /// A user of Open-XChange with this address, and no mailbox.
    HalfMade,
    /// The creation would be refused for this reason.
    Obstacle(Reason),
    /// dimail did not say.
    Unclear(Trouble),
}

impl Shown {
    fn unclear(failure: &Failure) -> Self {
        Self::Unclear(trouble(failure))
    }
}

/// Asks for one address, and for the list only where there is a mailbox whose names matter.
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

/// Asks for one address and for the list: after a refusal without reason, which may be about the
/// display name.
pub(crate) async fn address_and_name(app: &App, domain: &Domain, mailbox: &Mailbox) -> Shown {
    match address(app, domain, mailbox).await {
        Shown::Absent => {}
        shown => return shown,
    }
    match app.dimail.mailboxes(&domain.name).await {
        // It came between the two questions.
        Ok(list) if listed(&list, domain, mailbox).is_some() => {
            Shown::Mailbox(listed(&list, domain, mailbox).and_then(|own| own.names.clone()))
        }
        Ok(list) => Listing::new(&list).name_taken(mailbox),
        Err(failure) => Shown::unclear(&failure),
    }
}

/// What is asked before an attempt in the background: one list serves all creations of the
/// domain where several wait. An address whose call may still act is asked for itself.
pub(crate) async fn before_attempt(
    app: &App,
    domain: &Domain,
    mailbox: &Mailbox,
    (is_first, may_act): (bool, bool),
) -> Result<Shown, Fault> {
    let are_several = app.store.waiting_creations(domain.id, LISTED_FROM).await? >= LISTED_FROM;
    Ok(match (are_several, may_act, is_first) {
        (true, false, _) => from_list(app, domain, mailbox).await,
        (true, true, _) | (false, false, true) => address(app, domain, mailbox).await,
        (false, ..) => address_and_name(app, domain, mailbox).await,
    })
}

async fn from_list(app: &App, domain: &Domain, mailbox: &Mailbox) -> Shown {
    match app.lists.of(app, domain).await {
        // The list alone does not tell a mailbox from a user of another domain or a half made one.
        Ok(listing) if listing.has(mailbox) => address(app, domain, mailbox).await,
        Ok(listing) => listing.name_taken(mailbox),
        Err(failure) => Shown::unclear(&failure),
    }
}

fn listed<'a>(list: &'a [KnownMailbox], domain: &Domain, mailbox: &Mailbox) -> Option<&'a KnownMailbox> {
    list.iter().find(|other| other.is(&mailbox.local_part, &domain.name))
}

/// What creations need of a list: the local parts and the display names of a context.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    local_parts: Vec<String>,
    /// The address that holds each display name, as names are compared.
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

/// The lists that still count, one for each domain at most.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<DomainId, Arc<tokio::sync::Mutex<Kept>>>>);

type Kept = Option<(Instant, Arc<Listing>)>;

impl Lists {
    /// The list of a domain: the one that counts, else a new one, asked for once for all who need it.
    async fn of(&self, app: &App, domain: &Domain) -> Result<Arc<Listing>, Failure> {
        let place = self.place(domain.id);
        let mut kept = place.lock().await;
        if let Some((began, listing)) = &*kept
            && began.elapsed() < LIST_COUNTS
        {
            return Ok(Arc::clone(listing));
        }
        let began = Instant::now();
        let listing = Arc::new(Listing::new(&app.dimail.mailboxes(&domain.name).await?));
        *kept = Some((began, Arc::clone(&listing)));
        Ok(listing)
    }

    fn place(&self, domain: DomainId) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Lists that count no longer are dropped, but for those that are being asked for.
        all.retain(|_, place| {
            Arc::strong_count(place) > 1
                || place.try_lock().is_ok_and(|kept| kept.as_ref().is_some_and(|(at, _)| at.elapsed() < LIST_COUNTS))
        });
        Arc::clone(all.entry(domain).or_default())
    }
}

/// Whether a user of Open-XChange is left of a mailbox that was deleted.
pub(crate) async fn user_is_left(app: &App, domain: &DomainName, mailbox: &Mailbox) -> Result<bool, Failure> {
    let Some(known) = app.dimail.address(domain, &mailbox.local_part).await? else { return Ok(false) };
    let address = mailbox.address(domain);
    let is_own = known.ox_primary_email.is_none_or(|primary| primary.eq_ignore_ascii_case(&address));
    Ok(known.is_ox && !known.is_mailbox && is_own)
}
