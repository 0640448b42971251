//! The page that edits a mailbox: for those who manage mailboxes, and for its holder.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::changes::conflict;
use super::error::{Failure, invalid};
use super::fields::Fields;
use super::page::{Notice, Page, Told};
use crate::actions::edits::{self, Edited};
use crate::actions::taking::Blocked;
use crate::model::change::{Verb, course};
use crate::model::domain::DomainStatus;
use crate::model::mailbox::{EditedFields, Mailbox};
use crate::model::role::Permission;
use crate::store::Tended;
use crate::urls;

#[derive(Template)]
#[template(path = "mailboxes/edit.html")]
struct Edit {
    page: Page,
    address: String,
    back: String,
    action: String,
    fields: EditedFields,
    /// Whether the secondary address is not this person's to change.
    guarded: bool,
    mistakes: Told,
}

impl Edit {
    async fn new(web: &Web, page: Page, by: &Tended, fields: EditedFields, mistakes: Told) -> Result<Self, Failure> {
        let (domain, part) = (by.by().domain(), by.part());
        let back = urls::mailbox(&domain.name, part);
        let action = urls::below_mailbox(&domain.name, part, "edit");
        let guarded = part.as_str() != by.by().own_local_part() && is_guarded(web, by).await?;
        Ok(Self { page, address: part.at(&domain.name), back, action, fields, guarded, mistakes })
    }
}

/// Whether the mailbox is the account of somebody whom an administrator may not cut off.
pub(super) async fn is_guarded(web: &Web, by: &Tended) -> Result<bool, Failure> {
    let address = by.part().at(&by.by().domain().name);
    Ok(!by.by().can(Permission::ManageOwners) && web.app().store.is_powerful_account(&address).await?)
}

/// The mailbox of the address, where it may be edited now.
async fn editable(web: &Web, by: &Tended) -> Result<Mailbox, Failure> {
    let (store, domain) = (&web.app().store, by.by().domain());
    let mailbox = store.mailbox(by.by(), by.part()).await?.ok_or(Failure::NotFound)?;
    if domain.status == DomainStatus::Disabled {
        return Err(conflict(Blocked::DomainDisabled, domain, by.part()));
    }
    let order = store.order_about(by.by(), mailbox.id).await?;
    let open = order.filter(|order| order.refusal.is_none()).map(|order| order.kind);
    match course(Verb::Edit, mailbox.status, open) {
        Ok(_) => Ok(mailbox),
        Err(hindrance) => Err(conflict(hindrance.into(), domain, by.part())),
    }
}

pub(super) async fn show(State(web): State<Web>, by: Tended, page: Page) -> Result<Response, Failure> {
    let mailbox = editable(&web, &by).await?;
    let version = mailbox.version.to_string();
    let (first_name, last_name, secondary_email) = match mailbox.wanted {
        Some(wanted) => (wanted.first_name, wanted.last_name, wanted.secondary_email),
        None => (mailbox.first_name, mailbox.last_name, mailbox.secondary_email),
    };
    let secondary_email = secondary_email.unwrap_or_default();
    let fields = EditedFields { first_name, last_name, secondary_email, version };
    let form = Edit::new(&web, page, &by, fields, Told::default()).await?;
    Ok(Html(form.render()?).into_response())
}

pub(super) async fn save(State(web): State<Web>, by: Tended, page: Page, typed: Fields) -> Result<Response, Failure> {
    let mut fields = EditedFields {
        first_name: typed.text("first_name"),
        last_name: typed.text("last_name"),
        secondary_email: typed.text("secondary_email"),
        version: typed.text("version"),
    };
    let domain = by.by().domain();
    let edited = match edits::edit(web.app(), &by, &fields).await? {
        Err(blocked) => return Err(conflict(blocked, domain, by.part())),
        Ok(Err(mistakes)) => {
            if mistakes.iter().any(|(field, _)| field == "version") {
                // Whoever saves once more has seen that it changed.
                fields.version = editable(&web, &by).await?.version.to_string();
            }
            let mistakes = page.mistakes(&mistakes);
            return invalid(&Edit::new(&web, page, &by, fields, mistakes).await?);
        }
        Ok(Ok(edited)) => edited,
    };
    let address = by.part().at(&domain.name);
    let notice = match edited {
        Edited::Done => Notice::good(page.s.t1("mailbox-edited", "address", address)),
        Edited::Corrected => Notice::good(page.s.t1("mailbox-corrected", "address", address)),
        Edited::UnderWay => Notice::warn(page.s.t1("mailbox-edit-under-way", "address", address)),
        Edited::Unchanged => Notice::good(page.s.t1("mailbox-unchanged", "address", address)),
    };
    Ok(page.see_other(&urls::mailbox(&domain.name, by.part()), notice).await)
}
