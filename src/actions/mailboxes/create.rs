//! Adds mailboxes.
//!
//! Later changes are in `edit` and `lifecycle`.

use std::time::Duration;

use secrecy::SecretString;
use tokio::time::{Instant, timeout_at};

use crate::actions::guard;
use crate::actions::sync::job::{Awaited, run_for_person};
use crate::actions::sync::optional_routes::{OptionalRoute, is_lacking, lacks};
use crate::actions::{App, Result};
use crate::model::address::{DomainName, LocalPart};
use crate::model::change::{ChangeKind, Object};
use crate::model::domain::DomainStatus;
use crate::model::event::Event;
use crate::model::field_error::{FieldError, FieldErrors, NameProposal};
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::id::MailboxId;
use crate::model::job::WaitsFor;
use crate::model::mailbox::{MailboxFields, NewMailbox};
use crate::model::name::{display_name, numbered, proposed_name};
use crate::model::reason::Reason;
use crate::model::refusal::Refusal;
use crate::model::role::ManageMailboxes;
use crate::model::user::Language;
use crate::store::{Allowed, Due, Fault, Guarded, LOCAL_PARTS_AT_ONCE, Locked, MayWrite, NewChange, Tx};

/// How many numbers are tried as a suffix when a proposed local part is taken.
const NUMBERS: usize = 1000;

/// How long the same form is the same request.
pub const SAME_REQUEST: Duration = Duration::from_mins(1);

/// The result of adding a mailbox.
#[derive(Clone, Debug)]
pub enum MailboxAdded {
    /// dimail has it, and an email to the mailbox user will be sent.
    Opened(LocalPart),
    /// dimail has it, and its first password must be handed over now.
    ToHandOver {
        /// Its local part.
        local_part: LocalPart,
        /// The mailbox user's first and last name.
        user: String,
        /// Its first password.
        password: SecretString,
    },
    /// dimail has it, but its first password is not known because an earlier attempt created it.
    OpenedUnseen(LocalPart),
    /// The same form asked for it already, at another process, which alone knows its first password.
    Asked(LocalPart),
    /// It is stored until the domain is enabled.
    WaitsForDomain(LocalPart),
    /// It is stored; dimail has not answered yet.
    WaitsForDimail(LocalPart),
}

/// Adds a mailbox. On an enabled domain it is created at dimail within this call; on a domain that is
/// not enabled yet it is stored for later. If dimail refuses it, nothing is stored.
pub async fn add(
    app: &App,
    by: &Allowed<ManageMailboxes>,
    typed: &MailboxFields,
    language: Language,
) -> Result<MailboxAdded> {
    let until = app.answer_by();
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    locked.domain.check_not_closed()?;
    let (new, may) = match accepted(&mut tx, &locked, typed).await? {
        Accepted::New(new, may) => (new, may),
        Accepted::Asked(part) => return Ok(MailboxAdded::Asked(part)),
    };
    let id = tx.insert_mailbox(&locked, &may, &new, language).await?;
    let subject = new.local_part.at(&locked.domain.name);
    let event = Event::MailboxAdded { address: subject.clone() };
    let object = Object::Mailbox(id);
    let change = NewChange { object: object.clone(), subject, kind: ChangeKind::CreateMailbox, destination: None };
    let sequence = tx.record_change(&locked, &event, &change).await?;
    if locked.domain.status != DomainStatus::Enabled {
        tx.need_step(&locked, &object, Due::Parked(WaitsFor::Enabled)).await?;
        tx.commit().await?;
        return Ok(MailboxAdded::WaitsForDomain(new.local_part));
    }
    let job = tx.need_step(&locked, &object, Due::Here(app.lease())).await?;
    tx.commit().await?;
    let person = app.for_person(&locked.actor);
    let awaited = run_for_person(&person, job, (locked.domain.id, &[sequence]), until).await;
    let password = match awaited.into_iter().next() {
        Some(Awaited::Done(Some(password))) => password,
        awaited => return Ok(answer(&locked, new, awaited)?),
    };
    if new.secondary_email.is_some() {
        if !lacks_links(app, by, until).await {
            return Ok(MailboxAdded::Opened(new.local_part));
        }
        withdraw_email(app, by, id).await?;
    }
    Ok(MailboxAdded::ToHandOver { user: new.display_name(), local_part: new.local_part, password })
}

/// Withdraws the first email of a mailbox, which can contain no login link: the first password is the only
/// access, and is to be handed over.
async fn withdraw_email(app: &App, by: &Allowed<ManageMailboxes>, id: MailboxId) -> Result<()> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    tx.withdraw_keys(&locked, id).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether this dimail creates no login links. It is asked only if it lacks other routes, too, so that
/// newer servers get no extra call.
async fn lacks_links(app: &App, by: &Allowed<ManageMailboxes>, until: Instant) -> bool {
    if ![OptionalRoute::AddressLookup, OptionalRoute::ListV2].into_iter().any(|route| is_lacking(app, route)) {
        return is_lacking(app, OptionalRoute::Code);
    }
    timeout_at(until, lacks(app, by.actor(), OptionalRoute::Code)).await.unwrap_or(false)
}

/// The answer when there is no first password.
fn answer(
    locked: &Locked<ManageMailboxes>,
    new: NewMailbox,
    awaited: Option<Awaited>,
) -> Result<MailboxAdded, FieldErrors> {
    match awaited {
        Some(Awaited::Done(_)) if new.secondary_email.is_some() => Ok(MailboxAdded::Opened(new.local_part)),
        Some(Awaited::Done(_)) => Ok(MailboxAdded::OpenedUnseen(new.local_part)),
        Some(Awaited::Refused(reason)) => Err(refusal(&Named::new(&new), reason, &locked.domain.name, "local_part")),
        Some(Awaited::UnderWay) | None => Ok(MailboxAdded::WaitsForDimail(new.local_part)),
    }
}

/// What the form asks for.
enum Accepted {
    /// A mailbox that can be stored, and the proof that the person may have it.
    New(NewMailbox, MayWrite),
    /// One that it has asked for already.
    Asked(LocalPart),
}

/// Validates the mailbox against the other mailboxes of the domain and the guard of its address.
async fn accepted(tx: &mut Tx, locked: &Locked<ManageMailboxes>, typed: &MailboxFields) -> Result<Accepted> {
    let (mut new, mut errors) = parsed(typed, &locked.domain.name)?;
    let name = new.display_name();
    let free = first_free(tx, locked, &new.local_part).await?;
    if let Some(holder) = tx.holder_of_name(locked, &name, None).await? {
        if errors.is_empty()
            && let Some(request) = &new.request
            && let Some(part) = tx.asked_for_by(locked, &holder, request, tx.now().minus(SAME_REQUEST)).await?
        {
            return Ok(Accepted::Asked(part));
        }
        let part = free.as_ref().map_or(&new.local_part, Guarded::part);
        let proposal = free_name(tx, locked, &Named { part, ..Named::new(&new) }).await?;
        errors.add("last_name", FieldError::DisplayNameTaken { name, holder, proposal: Box::new(proposal) });
    }
    match &free {
        Some(free) if new.proposed || *free.part() == new.local_part => new.local_part = free.part().clone(),
        free => {
            let address = new.local_part.at(&locked.domain.name);
            let proposal = free.as_ref().map(|free| free.part().to_string()).unwrap_or_default();
            errors.add("local_part", FieldError::LocalPartTaken { address, proposal });
        }
    }
    // Also refused if the portal derived the address from the names: the mailbox is most likely meant
    // for the person with that account, and a numbered address would be wrong for that person.
    let kept = free.as_ref().filter(|free| free.keeps_out());
    if let Some(kept) = kept.filter(|_| !errors.has("local_part")) {
        errors.add("local_part", guard::field_error(tx, locked, kept).await?);
    }
    let may = free.filter(|_| !errors.has("local_part")).map(|free| free.may_write()).transpose()?;
    if let (Some(may), Some(secondary)) = (&may, &new.secondary_email)
        && tx.leads_elsewhere(may, &secondary.to_string()).await?
    {
        errors.add("secondary_email", FieldError::LeadsElsewhere);
    }
    errors.into_result()?;
    Ok(Accepted::New(new, may.ok_or(Refusal::NotFound)?))
}

/// The mailbox of a form. If only its secondary address is wrong, the rest is checked all the same, so that the form
/// comes back with all that is wrong.
fn parsed(typed: &MailboxFields, domain: &DomainName) -> Result<(NewMailbox, FieldErrors), FieldErrors> {
    let errors = match NewMailbox::parse(typed, domain) {
        Ok(new) => return Ok((new, FieldErrors::default())),
        Err(errors) => errors,
    };
    let rest = MailboxFields { secondary_email: String::new(), ..typed.clone() };
    NewMailbox::parse(&rest, domain).map(|new| (new, errors.clone())).map_err(|_| errors)
}

/// The first of a local part and its numbered forms that no mailbox of the domain has, with its guard.
/// Numbered forms whose address is guarded from the person are skipped.
async fn first_free(
    tx: &mut Tx,
    locked: &Locked<ManageMailboxes>,
    wanted: &LocalPart,
) -> Result<Option<Guarded>, Fault> {
    let numbers = (2..NUMBERS).filter_map(|n| numbered(wanted, n));
    let choices: Vec<LocalPart> = std::iter::once(wanted.clone()).chain(numbers).collect();
    for some in choices.chunks(LOCAL_PARTS_AT_ONCE) {
        let taken = tx.taken_local_parts(locked, some).await?;
        for free in some.iter().filter(|part| !taken.iter().any(|other| other == part.as_str())) {
            let guarded = tx.guard(locked, free).await?;
            if free == wanted || !guarded.keeps_out() {
                return Ok(Some(guarded));
            }
        }
    }
    Ok(None)
}

/// The names of a person, and the address that tells them from others of the same name.
pub(crate) struct Named<'a> {
    pub(crate) first: &'a str,
    pub(crate) last: &'a str,
    pub(crate) part: &'a LocalPart,
    /// Whether the mailbox does not exist yet, so that its address is part of the proposal.
    pub(crate) is_new: bool,
}

impl<'a> Named<'a> {
    fn new(new: &'a NewMailbox) -> Self {
        Self { first: new.first_name.as_str(), last: new.last_name.as_str(), part: &new.local_part, is_new: true }
    }

    fn proposal(&self, mark: &str, domain: &DomainName) -> NameProposal {
        proposed_name((self.first, self.last), mark, self.part, domain, self.is_new)
    }
}

/// A name for the same person that is not taken in this domain.
pub(crate) async fn free_name<R>(tx: &mut Tx, locked: &Locked<R>, person: &Named<'_>) -> Result<NameProposal, Fault> {
    let domain = &locked.domain.name;
    let by_address = person.proposal(person.part.as_str(), domain);
    for proposal in
        std::iter::once(by_address.clone()).chain((2..NUMBERS).map(|n| person.proposal(&n.to_string(), domain)))
    {
        if tx.holder_of_name(locked, &proposal.name, None).await?.is_none() {
            return Ok(proposal);
        }
    }
    Ok(by_address)
}

/// Converts dimail's refusal to a field error. An address in another domain that has the name is not
/// shown.
pub(crate) fn refusal(person: &Named<'_>, reason: Reason, domain: &DomainName, field: &'static str) -> FieldErrors {
    let name = display_name(person.first, person.last);
    let proposal = Box::new(person.proposal(person.part.as_str(), domain));
    let own_domain = format!("@{domain}");
    match reason {
        Reason::DisplayNameTaken { holder } => {
            match holder.filter(|holder| holder.to_lowercase().ends_with(&own_domain)) {
                Some(holder) => FieldErrors::one("last_name", FieldError::DisplayNameTaken { name, holder, proposal }),
                None => FieldErrors::one("last_name", FieldError::DisplayNameTakenElsewhere { name, proposal }),
            }
        }
        Reason::AddressTaken => FieldErrors::one(field, FieldError::AddressKnownToDimail),
        Reason::Refused { detail, .. } => {
            let detail = without_foreign_addresses(&detail, domain);
            FieldErrors::one(field, FieldError::RefusedByDimail(detail))
        }
        Reason::Gone => FieldErrors::one(field, FieldError::GoneAtDimail),
        Reason::DomainKnown | Reason::GivenUp => FieldErrors::one(field, FieldError::RefusedByDimail(String::new())),
        other => FieldErrors::one(field, FieldError::NotDone(other)),
    }
}
