//! Bulk actions on chosen mailboxes, with a line for each mailbox. What is wanted is
//! stored here in one transaction; the worker carries it out.

use crate::actions::guard::asker;
use crate::actions::mailboxes::access::ask_login_link;
use crate::actions::mailboxes::lifecycle::{is_replaced, wish};
use crate::actions::mailboxes::lock::{change_of, replace};
use crate::actions::{App, Error, Result};
use crate::model::address::{DomainName, LocalPart};
use crate::model::bulk::{Action, NotRequested};
use crate::model::change::Object;
use crate::model::id::{BulkId, EmailId};
use crate::model::mailbox::Mailbox;
use crate::model::options::{Change, How, Verb};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::model::wanted::Wants;
use crate::store::{Allowed, Due, Guarded, Locked, NewBulk, NewLine, Tx};

/// The longest address of a line, in characters.
const ADDRESS_MAX: usize = 320;

/// Requests the same action for each of these mailboxes, given by local part or address. If the action
/// is not possible for a mailbox, its line says why, and the others go on.
pub async fn act(app: &App, by: &Allowed<ManageMailboxes>, action: Action, chosen: &[String]) -> Result<BulkId> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    let requested = request(app, &mut tx, &locked, action, chosen).await?;
    let lines = requested.into_iter().map(|requested| requested.line).collect();
    let id = tx.insert_bulk(&locked, &NewBulk { action, lines }).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(id)
}

/// What an action would do with each of these mailboxes, for the page that confirms it. It is requested in
/// a transaction that is never committed: the page says what the action itself decides.
pub async fn preview(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    action: Action,
    chosen: &[String],
) -> Result<Vec<Previewed>> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    let requested = request(app, &mut tx, &locked, action, chosen).await?;
    Ok(requested.into_iter().map(Requested::previewed).collect())
}

/// What an action would do with one mailbox.
#[derive(Clone, Debug)]
pub struct Previewed {
    /// Its address.
    pub address: String,
    /// The name of its user; empty if there is no such mailbox.
    pub name: String,
    /// What would happen.
    pub effect: Effect,
}

/// What an action would do with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is requested.
    Works,
    /// Nothing: it is in this state already.
    AlreadyDone,
    /// It is not possible.
    Hindered(NotRequested),
}

/// The line of a bulk action, and the name of the mailbox's user.
struct Requested {
    line: NewLine,
    name: String,
}

impl Requested {
    fn previewed(self) -> Previewed {
        let NewLine { address, change, email_id, not_requested } = self.line;
        let effect = match not_requested {
            Some(why) => Effect::Hindered(why),
            None if change.is_none() && email_id.is_none() => Effect::AlreadyDone,
            None => Effect::Works,
        };
        Previewed { address, name: self.name, effect }
    }
}

/// Requests an action for each of these mailboxes, each named once.
async fn request(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    action: Action,
    chosen: &[String],
) -> Result<Vec<Requested>> {
    let mut addresses: Vec<String> = Vec::new();
    for address in chosen.iter().map(|typed| whole_address(typed, locked)) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let parts: Vec<LocalPart> =
        addresses.iter().filter_map(|address| local_part(address, &locked.domain.name)).collect();
    let guards = tx.guards(locked, &parts).await?;
    let mut requested = Vec::new();
    for address in addresses {
        let part = local_part(&address, &locked.domain.name);
        let guarded = guards.iter().find(|guarded| part.as_ref() == Some(guarded.part()));
        requested.push(line(app, tx, locked, (action, guarded), address).await?);
    }
    Ok(requested)
}

fn whole_address(typed: &str, locked: &Locked<ManageMailboxes>) -> String {
    // An address has no control characters, and some databases cannot store them.
    let lower = typed.trim().to_lowercase();
    let plain = lower.chars().filter(|c| !c.is_control());
    let typed: String = plain.take(ADDRESS_MAX).collect();
    if typed.contains('@') { typed } else { format!("{typed}@{}", locked.domain.name) }
}

/// The local part of an address of the domain.
fn local_part(address: &str, domain: &DomainName) -> Option<LocalPart> {
    LocalPart::parse(address.strip_suffix(&format!("@{domain}"))?).ok()
}

async fn line(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    (action, guarded): (Action, Option<&Guarded>),
    address: String,
) -> Result<Requested> {
    let mailbox = match guarded {
        Some(guarded) => tx.mailbox(locked, guarded.part()).await?,
        None => None,
    };
    let name = mailbox.as_ref().map(Mailbox::display_name).unwrap_or_default();
    let asked = match (&mailbox, guarded) {
        (Some(mailbox), Some(guarded)) => ask(app, tx, locked, action, (mailbox, guarded)).await,
        _ => Err(Refusal::NotFound.into()),
    };
    let (change, email_id, not_requested) = match asked {
        Ok((change, email)) => (change, email, None),
        Err(Error::Refused(refusal)) => (None, None, Some(NotRequested::from(&refusal))),
        Err(fault) => return Err(fault),
    };
    Ok(Requested { line: NewLine { address, change, email_id, not_requested }, name })
}

/// Stores the change or the email of an action; neither if nothing needs to be done.
async fn ask(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    action: Action,
    (mailbox, guarded): (&Mailbox, &Guarded),
) -> Result<(Option<i64>, Option<EmailId>)> {
    let guarded = &guarded.of(locked, mailbox);
    Ok(match action {
        Action::Disable => (ask_change(tx, locked, (mailbox, guarded), Change::Disable).await?, None),
        Action::Enable => (ask_change(tx, locked, (mailbox, guarded), Change::Enable).await?, None),
        Action::LoginLink => (None, Some(ask_login_link(app, tx, locked, mailbox, guarded).await?.id)),
    })
}

/// Stores a change, and returns its number; `None` if nothing needs to be done.
async fn ask_change(
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    (mailbox, guarded): (&Mailbox, &Guarded),
    change: Change,
) -> Result<Option<i64>> {
    let object = Object::Mailbox(mailbox.id);
    let job = tx.job_of(locked, &object).await?;
    let options = mailbox.options(&locked.domain, asker(locked, mailbox, guarded), job.as_ref(), &[]);
    let how = options.how(Verb::Change(change))?;
    // A bulk action does not take back a deletion that another person asked for.
    if mailbox.wants == Wants::Absent {
        return Err(Refusal::Conflict(Why::MailboxToBeDeleted).into());
    }
    let (may, address) = (guarded.may_write()?, mailbox.address(&locked.domain.name));
    let (wants, kind, event) = wish(change, address.clone());
    match how {
        How::AlreadyDone => return Ok(None),
        How::AlreadyRequested => {
            let waiting = tx.waiting_changes(locked, &object).await?;
            tx.need_step(locked, &object, Due::Now).await?;
            return Ok(waiting.iter().rev().find(|waiting| waiting.kind == kind).map(|waiting| waiting.sequence));
        }
        How::Withdraw | How::CallDimail | How::InPortal => {}
    }
    replace(tx, locked, mailbox, |waiting| is_replaced(change, waiting)).await?;
    tx.want_mailbox(locked, &may, mailbox, (wants, mailbox.known)).await?;
    let sequence = tx.record_change(locked, &event, &change_of(mailbox, address, kind)).await?;
    tx.need_step(locked, &object, Due::Now).await?;
    Ok(Some(sequence))
}
