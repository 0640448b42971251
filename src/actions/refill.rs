//! Filling dimail with what the portal's database holds, by an operator: domains with their
//! contexts, mailboxes, aliases. What is there already is left as it is; no letter is written.

use super::App;
use crate::dimail::{Active, Dimail, Failure, KnownMailbox, Made, Names};
use crate::model::activity::Event;
use crate::model::address::LocalPart;
use crate::model::domain::Domain;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::user::Actor;
use crate::store::Fault;

/// What became of one thing at dimail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filled {
    /// dimail has it now.
    Created,
    /// dimail had it.
    Present,
    /// dimail does not have it, or has it otherwise; why.
    Refused(String),
}

impl Filled {
    fn no(failure: &Failure) -> Self {
        Self::Refused(failure.to_string())
    }
}

/// What became of a domain, with all that dimail lists in its context.
#[derive(Debug)]
pub struct FilledDomain {
    /// The domain itself.
    pub domain: Filled,
    /// Our account's right on it, where it had to be given.
    pub allow: Option<Filled>,
    /// The mailboxes of its context; `None` when dimail does not list them.
    pub list: Option<Vec<KnownMailbox>>,
}

/// Makes a domain in its context. `admin` may give our account the right on a domain that is
/// another account's.
pub async fn domain(app: &App, admin: Option<&Dimail>, domain: &Domain) -> FilledDomain {
    let context = domain.context.as_deref().unwrap_or(domain.name.as_str());
    let filled = match app.dimail.create_domain_in(&domain.name, context).await {
        Ok(_) => Filled::Created,
        // The list below tells whether it is ours.
        Err(failure) if failure.is_conflict() && !says_context(&failure) => Filled::Present,
        Err(failure) => return FilledDomain { domain: Filled::no(&failure), allow: None, list: None },
    };
    let mut list = app.dimail.mailboxes(&domain.name).await;
    let denied = list.as_ref().is_err_and(Failure::is_denied);
    let mut allow = None;
    if let (true, Some(admin)) = (denied, admin) {
        let username = app.settings.dimail_username.as_deref().unwrap_or_default();
        allow = Some(match admin.create_allow(username, &domain.name).await {
            Ok(Made::New) => Filled::Created,
            Ok(Made::AlreadyThere) => Filled::Present,
            Err(failure) => Filled::no(&failure),
        });
        list = app.dimail.mailboxes(&domain.name).await;
    }
    match list {
        Ok(list) => FilledDomain { domain: filled, allow, list: Some(list) },
        Err(failure) if failure.is_denied() => {
            let told = "dimail has it for another account: set DIMAIL_ADMIN_USERNAME and DIMAIL_ADMIN_PASSWORD to \
                        have it allowed to ours";
            FilledDomain { domain: Filled::Refused(told.to_owned()), allow, list: None }
        }
        Err(failure) => FilledDomain { domain: Filled::no(&failure), allow, list: None },
    }
}

fn says_context(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(refusal) if refusal.detail.contains("context"))
}

/// Makes a mailbox, unless dimail `list`s it.
///
/// # Errors
/// When the database does not answer.
pub async fn mailbox(app: &App, domain: &Domain, mailbox: &Mailbox, list: &[KnownMailbox]) -> Result<Filled, Fault> {
    if let Some(there) = list.iter().find(|known| known.is(&mailbox.local_part, &domain.name)) {
        return Ok(compared(mailbox, there));
    }
    // Noted before dimail is asked: nobody will see the password, whatever comes of it.
    note_remade(app, domain, mailbox).await?;
    let names = Names { first: &mailbox.first_name, last: &mailbox.last_name };
    let made = app.dimail.create_mailbox(&domain.name, &mailbox.local_part, names).await;
    if let Err(failure) = made
        && !(failure.may_have_acted() && is_there(app, domain, mailbox).await)
    {
        return Ok(Filled::no(&failure));
    }
    if mailbox.status == MailboxStatus::Disabled
        && let Err(failure) = app.dimail.disable_mailbox(&domain.name, &mailbox.local_part).await
    {
        return Ok(Filled::Refused(format!("made, but not disabled: {failure}")));
    }
    Ok(Filled::Created)
}

async fn is_there(app: &App, domain: &Domain, mailbox: &Mailbox) -> bool {
    let known = app.dimail.address(&domain.name, &mailbox.local_part).await;
    known.ok().flatten().is_some_and(|known| known.is_mailbox)
}

/// What is there may differ from what is here: it is told, and left to people.
fn compared(mailbox: &Mailbox, there: &KnownMailbox) -> Filled {
    let is_active = mailbox.status == MailboxStatus::Enabled;
    match there.active {
        Active::Yes if !is_active => return Filled::Refused("it is active at dimail, and disabled here".to_owned()),
        Active::No if is_active => return Filled::Refused("it is disabled at dimail, and active here".to_owned()),
        Active::Yes | Active::No | Active::Unsure | Active::Untold => {}
    }
    let names = Names { first: &mailbox.first_name, last: &mailbox.last_name };
    let same = there.names.as_ref().is_none_or(|shown| names.are_shown_by(shown));
    if same { Filled::Present } else { Filled::Refused("dimail has it under another name".to_owned()) }
}

async fn note_remade(app: &App, domain: &Domain, mailbox: &Mailbox) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(domain.id, Actor::operator()).await? else { return Ok(()) };
    tx.note_to_hand_over(&locked, mailbox.id).await?;
    let event = Event::MailboxRemade { address: mailbox.address(&domain.name) };
    tx.record(&locked, &event, Some(mailbox.id)).await?;
    tx.commit().await
}

/// Makes a pair of an alias.
pub async fn alias(app: &App, domain: &Domain, part: &LocalPart, destination: &str) -> Filled {
    match app.dimail.add_alias(&domain.name, part, destination).await {
        Ok(Made::New) => Filled::Created,
        Ok(Made::AlreadyThere) => Filled::Present,
        Err(failure) => Filled::no(&failure),
    }
}
