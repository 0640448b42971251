//! Access for mailbox users without an account who cannot sign in to their mailbox. The request is
//! stored as it is and looked up later, so that the answer does not reveal whether there is a mailbox.

use std::time::Duration;

use crate::actions::mailboxes::access::{check, insert_key, wait};
use crate::actions::{App, Error, Result};
use crate::model::options::{Asker, Verb};
use crate::model::{Actor, EmailAddress, Event, FieldErrors, Guard, LocalPart, MailboxEmail, Refusal, Why};
use crate::store::{ByPortal, Fault, FirstAccess, Locked, Tx};

/// The stranger who asks, once `Tx::may_let_in` has answered for the guard.
const ASKER: Asker = Asker { manages: true, is_own: false, guard: Guard::None, passes: Guard::None };
/// How many requests one origin may make. It is high because a whole office may share one address, and
/// all new mailbox users may ask on one morning.
const FIRST_ACCESSES: i64 = 30;
/// The period in which they are counted.
const FIRST_ACCESSES_WITHIN: Duration = Duration::from_mins(10);

/// Stores a request for access to the mailbox at an address. Whether it exists is looked up later: the
/// answer and its time are the same.
pub async fn ask(app: &App, typed: &str, origin: &str) -> Result<()> {
    let address = EmailAddress::parse(typed).map_err(|error| FieldErrors::one("address", error))?;
    let mut tx = app.store.begin().await?;
    let now = tx.now();
    let since = now.minus(FIRST_ACCESSES_WITHIN);
    let asked = tx.first_accesses_of(origin, since, FIRST_ACCESSES).await?;
    let most = usize::try_from(FIRST_ACCESSES).unwrap_or(usize::MAX);
    if let Some(retry_after) = wait(&asked, most, now, FIRST_ACCESSES_WITHIN) {
        return Err(Refusal::TooMany { why: Why::FirstAccesses, retry_after }.into());
    }
    tx.insert_first_access(origin, &address).await?;
    Ok(app.commit(tx).await?)
}

/// Answers the next stored request with an email, if the mailbox exists, is enabled, has a secondary
/// address and is below its email limit; otherwise without any reaction. Returns `false` if none was
/// stored.
pub(crate) async fn answer(app: &App) -> Result<bool, Fault> {
    let Some(first_access) = app.store.next_first_access().await? else { return Ok(false) };
    let domain = match EmailAddress::parse(&first_access.address) {
        Ok(address) => app.store.domain_named(address.domain()).await?,
        Err(_) => None,
    };
    let mut tx = app.store.begin().await?;
    if !tx.take_first_access(&first_access).await? {
        return Ok(true);
    }
    if let Some(domain) = domain
        && let Some(locked) = tx.lock_as_portal(domain.id, Actor::portal()).await?
    {
        match open_to_user(app, &mut tx, &locked, &first_access).await {
            Err(Error::Refused(refusal)) => {
                tracing::info!(domain = %locked.domain.name, ?refusal, "no email for a request for first access");
            }
            Err(Error::Fault(fault)) => return Err(fault),
            Ok(()) => {}
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn open_to_user(app: &App, tx: &mut Tx, locked: &Locked<ByPortal>, first_access: &FirstAccess) -> Result<()> {
    let part = first_access.address.rsplit_once('@').map_or("", |(part, _)| part);
    let part = LocalPart::parse(part).map_err(|_| Refusal::NotFound)?;
    let mailbox = tx.mailbox(locked, &part).await?.ok_or(Refusal::NotFound)?;
    // Any visitor can ask for it: these emails must not use up the hourly limit of managers and mailbox
    // users.
    let since = tx.now().minus(Duration::from_hours(1));
    let most = app.settings.emails_per_hour;
    let asked = tx.keys_asked(locked, mailbox.id, since, most).await?;
    if asked.len() >= usize::try_from(most.div_ceil(2)).unwrap_or(usize::MAX) {
        return Err(Refusal::TooMany { why: Why::EmailsOfMailbox, retry_after: Duration::ZERO }.into());
    }
    check(app, locked, &mailbox, ASKER, Verb::LoginLink)?;
    let may = tx.may_let_in(locked, &mailbox).await?.ok_or(Refusal::Forbidden(Why::Guarded(locked.domain.id)))?;
    insert_key(app, tx, locked, (&mailbox, &may), MailboxEmail::LoginLink).await?;
    let event = Event::FirstAccessAsked { address: mailbox.address(&locked.domain.name) };
    Ok(tx.record(locked, &event, Some(mailbox.id)).await?)
}
