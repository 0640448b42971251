//! Asks dimail for the state of the address that a mailbox is to have, before a creation and after an
//! attempt without a clear answer.

use std::time::Duration;

use crate::actions::App;
use crate::actions::sync::lists::{LIST_COUNTS, Oldest};
use crate::actions::sync::trouble::trouble;
use crate::dimail::CallError;
use crate::model::address::DomainName;
use crate::model::domain::Domain;
use crate::model::mailbox::Mailbox;
use crate::model::name::KnownNames;
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;
use crate::store::Fault;

/// When at least this many creations of a domain wait, one list replaces a request for each of them.
const LISTED_FROM: i64 = 5;
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

/// Asks for one address. A list is needed only if there is a mailbox, for its names: one that was requested
/// after `since`, when the last call about this mailbox had ended.
pub(crate) async fn address(app: &App, domain: &Domain, mailbox: &Mailbox, since: Timestamp) -> Shown {
    let known = match app.dimail.address(&domain.name, &mailbox.local_part).await {
        Ok(known) => known.unwrap_or_default(),
        Err(failure) => return Shown::unclear(&failure),
    };
    if known.is_mailbox {
        return match app.lists.with(app, domain, mailbox, since).await {
            Ok((_, own)) => Shown::Mailbox(own.and_then(|own| own.names)),
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
pub(crate) async fn address_and_name(app: &App, domain: &Domain, mailbox: &Mailbox, since: Timestamp) -> Shown {
    match address(app, domain, mailbox, since).await {
        Shown::Absent => {}
        shown => return shown,
    }
    match app.lists.of(app, domain, Oldest { age: LIST_COUNTS, since: Some(since) }).await {
        Ok(listing) => match listing.own(domain, mailbox) {
            // It was created between the two requests.
            Some(own) => Shown::Mailbox(own.names.clone()),
            None => name_taken(listing.holder_of_name(mailbox)),
        },
        Err(failure) => Shown::unclear(&failure),
    }
}

fn name_taken(holder: Option<&str>) -> Shown {
    match holder {
        Some(holder) => Shown::Obstacle(Reason::DisplayNameTaken { holder: Some(holder.to_owned()) }),
        None => Shown::Absent,
    }
}

/// The look before an attempt in the background. One list serves all creations of the domain if several
/// wait, and the last ones while it counts. An address is requested individually if an earlier call may
/// still take effect there; such a call may also have met a taken display name.
pub(crate) async fn before_attempt(
    app: &App,
    domain: &Domain,
    mailbox: &Mailbox,
    (may_act, since): (bool, Timestamp),
) -> Result<Shown, Fault> {
    let are_several = app.store.pending_mailboxes(domain.id, LISTED_FROM).await? >= LISTED_FROM;
    let oldest = if are_several { LIST_RENEWED } else { LIST_COUNTS };
    Ok(match (are_several || app.lists.counts(domain.id), may_act) {
        (true, false) => from_list(app, domain, mailbox, (oldest, since)).await,
        (true, true) | (false, false) => address(app, domain, mailbox, since).await,
        (false, true) => address_and_name(app, domain, mailbox, since).await,
    })
}

/// Looks into the list of the domain, which must not be older than `age`.
async fn from_list(app: &App, domain: &Domain, mailbox: &Mailbox, (age, since): (Duration, Timestamp)) -> Shown {
    match app.lists.of(app, domain, Oldest { age, since: None }).await {
        // The list alone does not distinguish a mailbox from a user of another domain or a half-made
        // one.
        Ok(listing) if listing.has(mailbox) => address(app, domain, mailbox, since).await,
        Ok(listing) => name_taken(listing.holder_of_name(mailbox)),
        Err(failure) => Shown::unclear(&failure),
    }
}

/// Whether the Open-XChange user of a deleted mailbox still exists.
pub(crate) async fn user_is_left(app: &App, domain: &DomainName, mailbox: &Mailbox) -> Result<bool, CallError> {
    let Some(known) = app.dimail.address(domain, &mailbox.local_part).await? else { return Ok(false) };
    let address = mailbox.address(domain);
    let is_own = known.ox_primary_email.is_none_or(|primary| primary.eq_ignore_ascii_case(&address));
    Ok(known.is_ox && !known.is_mailbox && is_own)
}
