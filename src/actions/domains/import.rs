//! Imports an existing domain with its mailboxes and aliases from dimail, for an operator. Only reads
//! from dimail, and sends no email to mailbox users.

use futures::StreamExt;

use crate::actions::members::raised;
use crate::actions::members::roles::withdraw_beyond;
use crate::actions::{App, accounts};
use crate::dimail::{Active, CallError, KnownAlias, KnownMailbox};
use crate::model::alias::{AliasKnown, Destination};
use crate::model::change::Object;
use crate::model::import::fit_local_part;
use crate::model::{Actor, DomainId, DomainName, EmailAddress, Event, FoundMailbox, Language, LocalPart, Role, Unfit};
use crate::store::{AdoptedMailbox, ByPortal, Due, Fault, Locked, NewDomain, SignedIn, Tx};

/// How many mailboxes are stored in one transaction: short transactions let others write in between.
const AT_ONCE: usize = 100;
/// How many names are tried for a mailbox without names at dimail.
const NAMES_TRIED: usize = 50;

/// A domain to import.
pub struct ImportRequest {
    /// Its name.
    pub name: DomainName,
    /// The new owner.
    pub owner: SignedIn,
    /// The address that is informed when its status changes.
    pub support_email: EmailAddress,
}

/// Why a domain cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// dimail does not let our account list the domain, or does not have it.
    #[error("dimail does not let our account list {0}: it must have the domain, and allow it to our account")]
    Denied(DomainName),
    /// The portal itself is creating it.
    #[error("the portal is creating {0} at dimail at this moment: wait until that has ended")]
    BeingCreated(DomainName),
    /// The support address is in the imported domain itself.
    #[error("the support address must be outside of {0}: give one with --support-email")]
    SupportInside(DomainName),
    /// dimail did not answer.
    #[error("dimail: {0}")]
    Dimail(CallError),
    /// The database did not answer.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The result for one imported object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// It was imported.
    Created,
    /// It existed already.
    Present,
    /// It was not imported.
    Skipped(Unfit),
}

/// The result for a domain and its content.
#[derive(Debug)]
pub struct AdoptedDomain {
    /// The domain's key.
    pub id: DomainId,
    /// The domain.
    pub domain: Adopted,
    /// The role of its owner.
    pub owner: Adopted,
    /// Its mailboxes by address.
    pub mailboxes: Vec<(String, Adopted)>,
    /// Its aliases, as `alias@domain → destination`.
    pub aliases: Vec<(String, Adopted)>,
}

/// Imports a domain with its content. It can be repeated: objects added at dimail since then are
/// imported.
///
/// # Errors
/// Returns why it is not possible.
pub async fn adopt(app: &App, wanted: &ImportRequest) -> Result<AdoptedDomain, AdoptError> {
    if wanted.name.contains(wanted.support_email.domain()) {
        return Err(AdoptError::SupportInside(wanted.name.clone()));
    }
    let list = app.dimail.mailboxes(&wanted.name).await.map_err(|failure| refused(failure, &wanted.name))?;
    // Optional: some versions of dimail do not return the context.
    let context = app.dimail.domain(&wanted.name).await.ok().and_then(|known| known.context_name);
    let (id, domain, owner) = keep_domain(app, wanted, context).await?;
    let found = found(app, &wanted.name, list).await?;
    let mut mailboxes = Vec::new();
    for some in found.chunks(AT_ONCE) {
        mailboxes.extend(keep_mailboxes(app, id, some, wanted).await?);
    }
    let aliases = adopt_aliases(app, id, &wanted.name).await?;
    app.wake.notify_one();
    Ok(AdoptedDomain { id, domain, owner, mailboxes, aliases })
}

fn refused(failure: CallError, name: &DomainName) -> AdoptError {
    if failure.is_denied() || matches!(failure, CallError::Refused(_)) {
        return AdoptError::Denied(name.clone());
    }
    AdoptError::Dimail(failure)
}

/// Sends the link that confirms the support address, in the name of the new owner.
async fn write_to_support(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    wanted: &ImportRequest,
) -> Result<(), Fault> {
    let (owner, language) = (wanted.owner.user(), language_of(app, wanted));
    let by = Actor::person(owner, false, None);
    accounts::confirm::write_to_support(app, tx, locked, (&locked.domain.support_email, &by), language).await
}

async fn keep_domain(
    app: &App,
    wanted: &ImportRequest,
    context: Option<String>,
) -> Result<(DomainId, Adopted, Adopted), AdoptError> {
    let mut tx = app.store.begin().await?;
    let new = NewDomain { name: wanted.name.clone(), support_email: wanted.support_email.clone(), added_by: None };
    let inserted = tx.insert_domain(&wanted.owner, &new).await?;
    let id = match inserted {
        Some(id) => id,
        None => tx.domain_id(&wanted.name).await?.ok_or_else(|| AdoptError::BeingCreated(wanted.name.clone()))?,
    };
    let locked = tx.lock_as_operator(id).await?;
    let locked = locked.ok_or_else(|| AdoptError::BeingCreated(wanted.name.clone()))?;
    let domain = if locked.domain.accepted_at.is_some() {
        Adopted::Present
    } else {
        if tx.is_being_added(&locked).await? {
            return Err(AdoptError::BeingCreated(wanted.name.clone()));
        }
        tx.note_accepted(&locked, context.as_deref()).await?;
        tx.need_step(&locked, &Object::Domain, Due::Now).await?;
        write_to_support(app, &mut tx, &locked, wanted).await?;
        let event = Event::DomainAdopted { support_email: locked.domain.support_email.clone(), context };
        tx.record(&locked, &event, None).await?;
        Adopted::Created
    };
    let user = wanted.owner.user();
    let members = tx.members(&locked).await?;
    let owns = members.iter().any(|member| member.user_id == user.id && member.role == Role::Owner);
    if !owns {
        tx.set_role(&locked, user.id, Role::Owner).await?;
        withdraw_beyond(&mut tx, &locked, user.id, Some(Role::Owner)).await?;
        raised::tell_owner(&mut tx, &locked, (user.id, language_of(app, wanted)), "").await?;
    }
    if !owns || inserted.is_some() {
        let event = Event::RoleGranted { email: user.email.clone(), role: Role::Owner.to_string() };
        tx.record(&locked, &event, None).await?;
    }
    tx.commit().await?;
    let owner = if owns && inserted.is_none() { Adopted::Present } else { Adopted::Created };
    Ok((id, domain, owner))
}

/// A mailbox of the domain as dimail lists it, and the mailbox to store here or the reason to skip it.
type ListedMailbox = (String, Result<FoundMailbox, Unfit>, bool);

/// Selects the mailboxes of the domain itself: without the technical user and addresses of other
/// domains.
async fn found(app: &App, name: &DomainName, list: Vec<KnownMailbox>) -> Result<Vec<ListedMailbox>, AdoptError> {
    let own = list.into_iter().filter(|known| !known.technical && known.is_in(name));
    let read = own.map(|known| async move {
        let nameless = known.names.is_none();
        let part = match fit_local_part(&known.email) {
            Ok(part) => part,
            Err(unfit) => return Ok((known.email, Err(unfit), nameless)),
        };
        if !is_whole(app, name, &part, &known).await? {
            return Ok((known.email, Err(Unfit::HalfMade), nameless));
        }
        let names = known.names.unwrap_or_default();
        let known_names = [names.given.as_str(), names.sur.as_str(), names.display.as_str()];
        let found = FoundMailbox::new(name, part, known_names, known.active != Active::No);
        Ok((known.email, Ok(found), nameless))
    });
    let several = usize::from(app.settings.dimail_concurrency);
    let mut all = Vec::new();
    let mut results = futures::stream::iter(read).buffered(several);
    while let Some(one) = results.next().await {
        all.push(one.map_err(AdoptError::Dimail)?);
    }
    Ok(all)
}

/// Whether there is a mailbox, and not only an Open-XChange user. A list with activity answers it;
/// otherwise dimail is asked.
async fn is_whole(app: &App, name: &DomainName, part: &LocalPart, known: &KnownMailbox) -> Result<bool, CallError> {
    if !matches!(known.active, Active::Unsure | Active::NotShown) {
        return Ok(true);
    }
    let known = app.dimail.address(name, part).await?;
    Ok(known.is_some_and(|known| known.is_mailbox))
}

async fn keep_mailboxes(
    app: &App,
    id: DomainId,
    some: &[ListedMailbox],
    wanted: &ImportRequest,
) -> Result<Vec<(String, Adopted)>, AdoptError> {
    let language = language_of(app, wanted);
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_as_operator(id).await?;
    let locked = locked.ok_or_else(|| AdoptError::BeingCreated(wanted.name.clone()))?;
    let here = tx.local_parts(&locked).await?;
    let mut kept = Vec::new();
    for (address, found, nameless) in some {
        let adopted = match found {
            Err(unfit) => Adopted::Skipped(*unfit),
            Ok(found) if here.contains(found.local_part.as_str()) => Adopted::Present,
            Ok(found) => keep_mailbox(&mut tx, &locked, (address, found, names_tried(*nameless)), language).await?,
        };
        kept.push((address.clone(), adopted));
    }
    tx.commit().await?;
    Ok(kept)
}

/// How many names are tried for a mailbox: several if dimail shows none.
pub(super) fn names_tried(is_nameless: bool) -> usize {
    if is_nameless { NAMES_TRIED } else { 1 }
}

/// Imports a mailbox, with a number in its name if that is taken and several `names` may be tried.
pub(super) async fn keep_mailbox(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    (address, found, names): (&str, &FoundMailbox, usize),
    language: Language,
) -> Result<Adopted, Fault> {
    let Ok(may) = tx.guard(locked, &found.local_part).await?.may_write() else {
        return Ok(Adopted::Skipped(Unfit::LocalPart));
    };
    let mut made = tx.adopt_mailbox(locked, &may, found, language).await?;
    for number in 2..=names {
        if made != AdoptedMailbox::Taken {
            break;
        }
        made = tx.adopt_mailbox(locked, &may, &found.clone().numbered(number), language).await?;
    }
    let AdoptedMailbox::Created(id) = made else { return Ok(Adopted::Skipped(Unfit::NameTaken)) };
    tx.record(locked, &Event::MailboxAdopted { address: address.to_owned() }, Some(id)).await?;
    Ok(Adopted::Created)
}

/// The language of emails to mailbox users: the owner's.
fn language_of(app: &App, wanted: &ImportRequest) -> Language {
    wanted.owner.user().language.unwrap_or(app.settings.default_language)
}

/// Imports each pair of an alias that dimail lists and the portal's rules accept.
async fn adopt_aliases(app: &App, id: DomainId, name: &DomainName) -> Result<Vec<(String, Adopted)>, AdoptError> {
    let list = app.dimail.aliases(name).await.map_err(AdoptError::Dimail)?;
    let mut kept = Vec::new();
    for some in list.chunks(AT_ONCE) {
        let mut tx = app.store.begin().await?;
        let locked = tx.lock_as_operator(id).await?;
        let locked = locked.ok_or_else(|| AdoptError::BeingCreated(name.clone()))?;
        for known in some {
            kept.push((in_words(known, name), keep_alias(&mut tx, &locked, known).await?));
        }
        tx.commit().await?;
    }
    Ok(kept)
}

fn in_words(known: &KnownAlias, name: &DomainName) -> String {
    format!("{}@{name} → {}", known.local_part, known.destination)
}

async fn keep_alias(tx: &mut Tx, locked: &Locked<ByPortal>, known: &KnownAlias) -> Result<Adopted, Fault> {
    // dimail compares aliases case-insensitively.
    let Ok(part) = LocalPart::parse(&known.local_part) else { return Ok(Adopted::Skipped(Unfit::LocalPart)) };
    let Ok(to) = Destination::parse(&known.destination) else { return Ok(Adopted::Skipped(Unfit::Destination)) };
    let Ok(may) = tx.guard(locked, &part).await?.may_write() else { return Ok(Adopted::Skipped(Unfit::LocalPart)) };
    if tx.leads_elsewhere(&may, to.as_str()).await? {
        return Ok(Adopted::Skipped(Unfit::LeadsElsewhere));
    }
    if tx.insert_destination(locked, &may, &to, AliasKnown::Present).await?.is_none() {
        return Ok(Adopted::Present);
    }
    let (address, destination) = (part.at(&locked.domain.name), to.as_str().to_owned());
    tx.record(locked, &Event::AliasAdopted { address, destination }, None).await?;
    Ok(Adopted::Created)
}
