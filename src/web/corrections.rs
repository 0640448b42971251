//! Pages that change a mailbox which dimail is not known to have: correct, try again, delete.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::error::{Failure, invalid};
use super::extract::MailboxPart;
use super::fields::Fields;
use super::page::{Notice, Page, Told, see_other};
use crate::actions::corrections::{self, Blocked, Retried};
use crate::model::address::LocalPart;
use crate::model::domain::{Domain, DomainStatus};
use crate::model::mailbox::{EditedFields, Mailbox};
use crate::model::role::{ManageMailboxes, Permission, SeeDomain};
use crate::store::Allowed;
use crate::urls;

/// The mailbox of the address, where it may be changed.
async fn changeable(web: &Web, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<Mailbox, Failure> {
    let mailbox = web.app().store.mailbox(by, part).await?.ok_or(Failure::NotFound)?;
    if by.domain().status == DomainStatus::Disabled {
        return Err(conflict(Blocked::DomainDisabled, by.domain(), part));
    }
    if !mailbox.status.is_unborn() {
        return Err(conflict(Blocked::Born, by.domain(), part));
    }
    Ok(mailbox)
}

/// Whether the mailbox is the account of somebody whom an administrator may not cut off.
pub(super) async fn is_guarded(web: &Web, by: &Allowed<ManageMailboxes>, part: &LocalPart) -> Result<bool, Failure> {
    let address = part.at(&by.domain().name);
    Ok(!by.can(Permission::ManageOwners) && web.app().store.is_powerful_account(&address).await?)
}

fn conflict(blocked: Blocked, domain: &Domain, part: &LocalPart) -> Failure {
    let back = urls::mailbox(&domain.name, part);
    match blocked {
        Blocked::Gone => Failure::NotFound,
        Blocked::Forbidden => Failure::Forbidden,
        Blocked::DomainDisabled => Failure::Conflict("domain-is-disabled", back),
        Blocked::Born => Failure::Conflict("mailbox-is-born", back),
        Blocked::BeingClarified => Failure::Conflict("mailbox-being-clarified", back),
    }
}

#[derive(Template)]
#[template(path = "mailboxes/edit.html")]
struct Edit {
    page: Page,
    address: String,
    back: String,
    action: String,
    fields: EditedFields,
    guarded: bool,
    mistakes: Told,
}

impl Edit {
    async fn new(
        web: &Web,
        page: Page,
        by: &Allowed<ManageMailboxes>,
        part: &LocalPart,
        fields: EditedFields,
        mistakes: Told,
    ) -> Result<Self, Failure> {
        let domain = by.domain();
        let back = urls::mailbox(&domain.name, part);
        let action = urls::below_mailbox(&domain.name, part, "edit");
        let guarded = part.as_str() != by.own_local_part() && is_guarded(web, by, part).await?;
        Ok(Self { page, address: part.at(&domain.name), back, action, fields, guarded, mistakes })
    }
}

pub(super) async fn edit(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Result<Response, Failure> {
    let mailbox = changeable(&web, &by, &part).await?;
    let fields = EditedFields {
        first_name: mailbox.first_name,
        last_name: mailbox.last_name,
        secondary_email: mailbox.secondary_email.unwrap_or_default(),
        version: mailbox.version.to_string(),
    };
    let form = Edit::new(&web, page, &by, &part, fields, Told::default()).await?;
    Ok(Html(form.render()?).into_response())
}

pub(super) async fn save(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let mut fields = EditedFields {
        first_name: typed.text("first_name"),
        last_name: typed.text("last_name"),
        secondary_email: typed.text("secondary_email"),
        version: typed.text("version"),
    };
    match corrections::edit(web.app(), &by, &part, &fields).await? {
        Err(blocked) => Err(conflict(blocked, by.domain(), &part)),
        Ok(Err(mistakes)) => {
            if mistakes.iter().any(|(field, _)| field == "version") {
                // Whoever saves once more has seen that it changed.
                fields.version = changeable(&web, &by, &part).await?.version.to_string();
            }
            let mistakes = page.mistakes(&mistakes);
            invalid(&Edit::new(&web, page, &by, &part, fields, mistakes).await?)
        }
        Ok(Ok(())) => {
            let text = page.s.t1("mailbox-corrected", "address", part.at(&by.domain().name));
            Ok(page.see_other(&urls::mailbox(&by.domain().name, &part), Notice::good(text)).await)
        }
    }
}

pub(super) async fn retry(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Result<Response, Failure> {
    let text = match corrections::retry(web.app(), &by, &part).await? {
        Err(blocked) => return Err(conflict(blocked, by.domain(), &part)),
        Ok(Retried::Due) if by.domain().status == DomainStatus::Enabled => page.t("mailbox-retried"),
        Ok(Retried::Due) => page.s.t1("mailbox-retried-waits", "domain", by.domain().name.unicode()),
        Ok(Retried::UnderWay) => page.t("mailbox-retry-under-way"),
    };
    Ok(page.see_other(&urls::mailbox(&by.domain().name, &part), Notice::good(text)).await)
}

#[derive(Template)]
#[template(path = "mailboxes/delete.html")]
struct Delete {
    page: Page,
    address: String,
    back: String,
    action: String,
    typed: String,
    mistakes: Told,
}

impl Delete {
    fn new(page: Page, domain: &Domain, part: &LocalPart, typed: String, mistakes: Told) -> Self {
        let back = urls::mailbox(&domain.name, part);
        let action = urls::below_mailbox(&domain.name, part, "delete");
        Self { page, address: part.at(&domain.name), back, action, typed, mistakes }
    }
}

pub(super) async fn ask_delete(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
) -> Result<Response, Failure> {
    changeable(&web, &by, &part).await?;
    if is_guarded(&web, &by, &part).await? {
        return Err(Failure::Forbidden);
    }
    let form = Delete::new(page, by.domain(), &part, String::new(), Told::default());
    Ok(Html(form.render()?).into_response())
}

pub(super) async fn delete(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let address = typed.text("address");
    match corrections::delete(web.app(), &by, &part, &address).await? {
        Err(blocked) => Err(conflict(blocked, by.domain(), &part)),
        Ok(Err(mistakes)) => {
            let mistakes = page.mistakes(&mistakes);
            invalid(&Delete::new(page, by.domain(), &part, address, mistakes))
        }
        Ok(Ok(())) => {
            let text = page.s.t1("mailbox-deleted", "address", part.at(&by.domain().name));
            Ok(page.see_other(&urls::mailboxes(&by.domain().name), Notice::good(text)).await)
        }
    }
}

/// An address that only acts leads to its object.
pub(super) async fn to_mailbox(by: Allowed<SeeDomain>, MailboxPart(part): MailboxPart) -> Response {
    see_other(&urls::mailbox(&by.domain().name, &part))
}
