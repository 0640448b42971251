//! Imports an existing domain with its mailboxes and aliases from dimail, for an operator: the comparison with
//! one answer, which is to adopt what dimail alone has. Only reads from dimail, and sends no email to mailbox
//! users.

use crate::actions::domains::compare::adopt::{add_mailbox, add_pair};
use crate::actions::domains::compare::observe::{Observation, observe};
use crate::actions::members::raised;
use crate::actions::members::roles::withdraw_beyond;
use crate::actions::{App, accounts};
use crate::dimail::CallError;
use crate::model::change::Object;
use crate::model::comparison::{Difference, mailbox_line};
use crate::model::observed::{Observed, Seen, SeenPair};
use crate::model::{Actor, DomainId, DomainName, EmailAddress, Event, Language, LocalPart, Role, Timestamp, Unfit};
use crate::store::{ByPortal, Denied, Due, Fault, Locked, NewDomain, SignedIn, Tx};

/// How many objects are stored in one transaction: short transactions let others write in between.
const AT_ONCE: usize = 100;

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
pub async fn adopt(app: &App, wanted: &ImportRequest) -> Result<AdoptedDomain, AdoptError> {
    if wanted.name.contains(wanted.support_email.domain()) {
        return Err(AdoptError::SupportInside(wanted.name.clone()));
    }
    let observation = observe(app, &wanted.name).await.map_err(|failure| refused(failure, &wanted.name))?;
    // Optional: some versions of dimail do not return the context.
    let context = app.dimail.domain(&wanted.name).await.ok().and_then(|known| known.context_name);
    let listed = listed(app, &wanted.name, &observation.observed).await?;
    let (id, domain, owner) = keep_domain(app, wanted, context).await?;
    let mailboxes = keep_mailboxes(app, id, &listed, wanted).await?;
    let aliases = keep_pairs(app, id, &observation, &wanted.name).await?;
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
    accounts::confirm::write_to_support(app, tx, locked, (&locked.domain.support_email, &by), language)
        .await
        .map(|_| ())
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

/// The mailboxes of a domain that dimail shows, in its order, and why some cannot be imported.
async fn listed<'a>(app: &App, name: &DomainName, observed: &'a Observed) -> Result<Vec<Listed<'a>>, AdoptError> {
    let mut listed = Vec::new();
    for seen in observed.mailboxes() {
        let unfit = match mailbox_line(name, None, Some(seen)).map(|line| line.difference) {
            Some(Difference::Odd) => Some(Unfit::LocalPart),
            Some(Difference::Capitals) => Some(Unfit::Capitals),
            Some(Difference::HalfMade) if !is_whole(app, name, seen).await? => Some(Unfit::HalfMade),
            _ => None,
        };
        listed.push((seen, unfit));
    }
    listed.sort_by_key(|(seen, _)| seen.place);
    Ok(listed)
}

/// A mailbox that dimail shows, and why it cannot be imported.
type Listed<'a> = (&'a Seen, Option<Unfit>);

/// Whether there is a mailbox, and not only a user of Open-XChange, where the list does not tell.
async fn is_whole(app: &App, name: &DomainName, seen: &Seen) -> Result<bool, AdoptError> {
    let Ok(part) = LocalPart::parse(&seen.written) else { return Ok(false) };
    let known = app.dimail.address(name, &part).await.map_err(AdoptError::Dimail)?;
    Ok(known.is_some_and(|known| known.is_mailbox))
}

async fn keep_mailboxes(
    app: &App,
    id: DomainId,
    listed: &[Listed<'_>],
    wanted: &ImportRequest,
) -> Result<Vec<(String, Adopted)>, AdoptError> {
    let (mut kept, language) = (Vec::new(), language_of(app, wanted));
    for some in listed.chunks(AT_ONCE) {
        let mut tx = app.store.begin().await?;
        let locked = tx.lock_as_operator(id).await?;
        let locked = locked.ok_or_else(|| AdoptError::BeingCreated(wanted.name.clone()))?;
        for (seen, unfit) in some {
            let adopted = match unfit {
                Some(unfit) => Adopted::Skipped(*unfit),
                None => keep_mailbox(&mut tx, &locked, seen, language).await?,
            };
            kept.push((format!("{}@{}", seen.written, wanted.name), adopted));
        }
        tx.commit().await?;
    }
    Ok(kept)
}

async fn keep_mailbox(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    seen: &Seen,
    language: Language,
) -> Result<Adopted, Fault> {
    let Ok(part) = LocalPart::parse(&seen.written) else { return Ok(Adopted::Skipped(Unfit::LocalPart)) };
    if tx.mailbox(locked, &part).await?.is_some() {
        return Ok(Adopted::Present);
    }
    let Ok(may) = tx.guard(locked, &part).await?.may_write() else { return Ok(Adopted::Skipped(Unfit::LocalPart)) };
    let is_added = add_mailbox(tx, locked, &may, (&part, seen), language).await?;
    Ok(if is_added { Adopted::Created } else { Adopted::Skipped(Unfit::NameTaken) })
}

/// The language of emails to mailbox users: the owner's.
fn language_of(app: &App, wanted: &ImportRequest) -> Language {
    wanted.owner.user().language.unwrap_or(app.settings.default_language)
}

/// Imports each pair of an alias that dimail shows and the portal's rules accept, in its order.
async fn keep_pairs(
    app: &App,
    id: DomainId,
    Observation { observed, began }: &Observation,
    name: &DomainName,
) -> Result<Vec<(String, Adopted)>, AdoptError> {
    let mut listed: Vec<&SeenPair> = observed.pairs().iter().collect();
    listed.sort_by_key(|seen| seen.place);
    let mut kept = Vec::new();
    for some in listed.chunks(AT_ONCE) {
        let mut tx = app.store.begin().await?;
        let locked = tx.lock_as_operator(id).await?;
        let locked = locked.ok_or_else(|| AdoptError::BeingCreated(name.clone()))?;
        for seen in some {
            kept.push((seen.in_words(name), keep_pair(&mut tx, &locked, seen, *began).await?));
        }
        tx.commit().await?;
    }
    Ok(kept)
}

async fn keep_pair(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    seen: &SeenPair,
    began: Timestamp,
) -> Result<Adopted, Fault> {
    let Some((part, to)) = &seen.pair else {
        let is_part = seen.has_odd_part();
        return Ok(Adopted::Skipped(if is_part { Unfit::LocalPart } else { Unfit::Destination }));
    };
    if tx.pair_to_compare(locked, part, to).await?.is_some() {
        return Ok(Adopted::Present);
    }
    // What was deleted here does not come back.
    if tx.has_changed_since(locked, &Object::Alias(part.clone()), Some(to.as_str()), began).await? {
        return Ok(Adopted::Skipped(Unfit::Changed));
    }
    let Ok(may) = tx.guard(locked, part).await?.may_write() else { return Ok(Adopted::Skipped(Unfit::LocalPart)) };
    match add_pair(tx, locked, &may, to).await {
        Ok(is_added) => Ok(if is_added { Adopted::Created } else { Adopted::Present }),
        Err(Fault::Denied(Denied::LeadsElsewhere)) => Ok(Adopted::Skipped(Unfit::LeadsElsewhere)),
        Err(fault) => Err(fault),
    }
}
