//! Actions on a whole mailbox: disable, enable, delete, try again.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::actions::mailboxes;
use crate::actions::mailboxes::lifecycle::{Changed, Retried};
use crate::actions::mailboxes::lock::Blocked;
use crate::model::address::LocalPart;
use crate::model::change::{Verb, course};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::mailbox::Mailbox;
use crate::model::order::{OrderKind, Reason, without_foreign_addresses};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::ManageMailboxes;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, PageError, invalid};
use crate::web::extract::MailboxPart;
use crate::web::fields::Fields;
use crate::web::mailboxes::guard;
use crate::web::page::{Notice, Page, Told};

/// The page that says why the mailbox's state forbids the action.
pub(crate) fn conflict(blocked: Blocked, domain: &Domain) -> PageError {
    match blocked {
        Blocked::Gone => Refusal::NotFound.into(),
        Blocked::Deleted => Refusal::Conflict(Why::MailboxDeleted).into(),
        Blocked::Forbidden => guard::refused(domain),
        Blocked::DomainDisabled => Refusal::Conflict(Why::DomainDisabled).into(),
        Blocked::Born => Refusal::Conflict(Why::MailboxCreated).into(),
        Blocked::Unborn => Refusal::Conflict(Why::MailboxNotCreated).into(),
        Blocked::UnderWay => Refusal::Conflict(Why::MailboxUnderWay).into(),
        Blocked::Running(kind) => Refusal::Conflict(Why::MailboxRunning(kind)).into(),
        Blocked::BeingClarified => Refusal::Conflict(Why::MailboxUnclear).into(),
        Blocked::Idle => Refusal::Conflict(Why::NothingToRetry).into(),
        Blocked::Refused => Refusal::Conflict(Why::MailboxRefused).into(),
    }
}

/// The same for a domain.
pub(crate) fn conflict_of_domain(blocked: Blocked) -> PageError {
    match blocked {
        Blocked::DomainDisabled => Refusal::Conflict(Why::DomainDisabled).into(),
        _ => Refusal::NotFound.into(),
    }
}

#[derive(Template)]
#[template(path = "mailboxes/confirm.html")]
struct Confirm {
    page: Page,
    address: String,
    back: String,
    action: String,
    title: String,
    /// What the action does: what is lost, and whether it can be undone.
    consequences: Vec<String>,
    typed: String,
    errors: Told,
}

impl Confirm {
    async fn new(
        web: &Web,
        by: &Allowed<ManageMailboxes>,
        page: Page,
        mailbox: &Mailbox,
        (verb, typed): (Verb, String),
        errors: Told,
    ) -> Result<Self, PageError> {
        let domain = by.domain();
        let address = mailbox.address(&domain.name);
        let (rest, title, consequences) = match verb {
            Verb::Disable => (
                "disable",
                page.s.t1("mailbox-disable-title", "address", &address),
                ["mailbox-disable-what", "mailbox-disable-lost", "mailbox-disable-kept"].map(|key| page.t(key)).into(),
            ),
            _ if mailbox.status.is_unborn() => {
                ("delete", page.s.t1("mailbox-delete-title", "address", &address), vec![page.t("mailbox-delete-what")])
            }
            _ => {
                ("delete", page.s.t1("mailbox-delete-title", "address", &address), lost(web, by, &page, mailbox).await?)
            }
        };
        let back = urls::mailbox(&domain.name, &mailbox.local_part);
        let action = urls::below_mailbox(&domain.name, &mailbox.local_part, rest);
        Ok(Self { page, address, back, action, title, consequences, typed, errors })
    }
}

/// What is deleted together with a mailbox.
async fn lost(
    web: &Web,
    by: &Allowed<ManageMailboxes>,
    page: &Page,
    mailbox: &Mailbox,
) -> Result<Vec<String>, PageError> {
    let domain = &by.domain().name;
    let mut lost = vec![page.t("mailbox-delete-lost"), page.t("mailbox-delete-final")];
    let aliases = web.app().store.aliases_to(by, &mailbox.local_part).await?;
    if !aliases.is_empty() {
        let aliases: Vec<String> = aliases.iter().map(|alias| alias.at(domain)).collect();
        lost.insert(1, page.s.t1("mailbox-leading-aliases", "aliases", aliases.join(", ")));
    }
    Ok(lost)
}

/// The mailbox of the path, if the action can be requested now.
async fn changeable(
    web: &Web,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    verb: Verb,
) -> Result<Mailbox, PageError> {
    let (store, domain) = (&web.app().store, by.domain());
    let mailbox = store.mailbox(by, part).await?.ok_or(Refusal::NotFound)?;
    if guard::is_guarded(web, by, part).await? {
        return Err(conflict(Blocked::Forbidden, domain));
    }
    if domain.status == DomainStatus::Disabled {
        return Err(conflict(Blocked::DomainDisabled, domain));
    }
    let order = store.order_about(by, mailbox.id).await?;
    let open = order.filter(|order| order.refusal.is_none()).map(|order| order.kind);
    match course(verb, mailbox.status, open) {
        Ok(_) => Ok(mailbox),
        Err(hindrance) => Err(conflict(hindrance.into(), domain)),
    }
}

async fn ask(web: &Web, by: &Allowed<ManageMailboxes>, part: &LocalPart, page: Page, verb: Verb) -> Answer {
    let mailbox = changeable(web, by, part, verb).await?;
    let form = Confirm::new(web, by, page, &mailbox, (verb, String::new()), Told::default()).await?;
    Ok(Html(form.render()?).into_response())
}

/// The response to a confirmed action; the form again if there was an error.
async fn confirmed(
    web: &Web,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    page: Page,
    (verb, typed): (Verb, String),
    outcome: Result<Result<Changed, FieldErrors>, Blocked>,
) -> Result<Result<(Page, Changed), Response>, PageError> {
    let errors = match outcome {
        Err(blocked) => return Err(conflict(blocked, by.domain())),
        Ok(Ok(Changed::Refused(reason))) => refusal(reason, by.domain()),
        Ok(Ok(changed)) => return Ok(Ok((page, changed))),
        Ok(Err(errors)) => errors,
    };
    let mailbox = web.app().store.mailbox(by, part).await?.ok_or(Refusal::NotFound)?;
    let errors = page.errors(&errors);
    invalid(&Confirm::new(web, by, page, &mailbox, (verb, typed), errors).await?).map(Err)
}

/// dimail's refusal as an error of the confirmation field.
fn refusal(reason: Reason, domain: &Domain) -> FieldErrors {
    let error = match reason {
        Reason::Gone => FieldError::GoneAtDimail,
        Reason::Refused { detail } => FieldError::RefusedByDimail(without_foreign_addresses(&detail, &domain.name)),
        other => FieldError::NotDone(other),
    };
    FieldErrors::one("address", error)
}

pub(crate) async fn ask_disable(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Answer {
    ask(&web, &by, &part, page, Verb::Disable).await
}

pub(crate) async fn disable(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
    typed: Fields,
) -> Answer {
    let typed = typed.text("address");
    let (domain, address) = (by.domain(), part.at(&by.domain().name));
    let outcome = mailboxes::lifecycle::disable(web.app(), &by, &part, &typed).await?;
    let (page, changed) = match confirmed(&web, &by, &part, page, (Verb::Disable, typed), outcome).await? {
        Ok(changed) => changed,
        Err(form) => return Ok(form),
    };
    let notice = match changed {
        Changed::Already => Notice::good(page.s.t1("mailbox-disabled-already", "address", address)),
        Changed::Withdrawn(_) => Notice::good(page.s.t1("mailbox-enable-withdrawn", "address", address)),
        Changed::UnderWay => Notice::warn(page.s.t1("mailbox-disable-under-way", "address", address)),
        Changed::Done | Changed::Refused(_) => Notice::good(page.s.t1("mailbox-disabled", "address", address)),
    };
    Ok(page.see_other(&urls::mailbox(&domain.name, &part), notice).await)
}

pub(crate) async fn enable(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Answer {
    let (domain, address) = (by.domain(), part.at(&by.domain().name));
    let changed = match mailboxes::lifecycle::enable(web.app(), &by, &part).await? {
        Err(blocked) => return Err(conflict(blocked, domain)),
        Ok(Err(_)) => return Err(Refusal::NotFound.into()),
        Ok(Ok(changed)) => changed,
    };
    let notice = match changed {
        Changed::Done => Notice::good(page.s.t1("mailbox-enabled", "address", address)),
        Changed::Already => Notice::good(page.s.t1("mailbox-enabled-already", "address", address)),
        Changed::Withdrawn(OrderKind::DeleteMailbox) => {
            Notice::good(page.s.t1("mailbox-delete-withdrawn", "address", address))
        }
        Changed::Withdrawn(_) => Notice::good(page.s.t1("mailbox-disable-withdrawn", "address", address)),
        Changed::UnderWay => Notice::warn(page.s.t1("mailbox-enable-under-way", "address", address)),
        Changed::Refused(reason) => {
            let reason = page.s.reason(&reason, &domain.name, page.is_staff());
            Notice::warn(page.s.t2("mailbox-enable-refused", "address", address, "reason", reason))
        }
    };
    Ok(page.see_other(&urls::mailbox(&domain.name, &part), notice).await)
}

pub(crate) async fn ask_delete(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Answer {
    ask(&web, &by, &part, page, Verb::Delete).await
}

pub(crate) async fn delete(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
    typed: Fields,
) -> Answer {
    let typed = typed.text("address");
    let (domain, address) = (by.domain(), part.at(&by.domain().name));
    let outcome = match mailboxes::lifecycle::delete(web.app(), &by, &part, &typed).await? {
        // A deletion that was requested before and has just turned out to be done.
        Err(Blocked::Deleted) => Ok(Ok(Changed::Done)),
        outcome => outcome,
    };
    let (page, changed) = match confirmed(&web, &by, &part, page, (Verb::Delete, typed), outcome).await? {
        Ok(changed) => changed,
        Err(form) => return Ok(form),
    };
    if changed == Changed::UnderWay {
        let notice = Notice::warn(page.s.t1("mailbox-delete-under-way", "address", address));
        return Ok(page.see_other(&urls::mailbox(&domain.name, &part), notice).await);
    }
    let notice = Notice::good(page.s.t1("mailbox-deleted", "address", address));
    Ok(page.see_other(&urls::mailboxes(&domain.name), notice).await)
}

pub(crate) async fn retry(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Answer {
    let domain = by.domain();
    let text = match mailboxes::lifecycle::retry(web.app(), &by, &part).await? {
        Err(blocked) => return Err(conflict(blocked, domain)),
        Ok(Retried::Due) if domain.status == DomainStatus::Enabled => page.t("mailbox-retried"),
        Ok(Retried::Due) => page.s.t1("mailbox-retried-waits", "domain", domain.name.unicode()),
        Ok(Retried::UnderWay) => page.t("mailbox-retry-under-way"),
    };
    Ok(page.see_other(&urls::mailbox(&domain.name, &part), Notice::good(text)).await)
}
