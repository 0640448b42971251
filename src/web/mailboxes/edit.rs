//! The page that edits a mailbox: for managers of mailboxes and for its user.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::actions::Error;
use crate::actions::mailboxes;
use crate::actions::mailboxes::edit::Edited;
use crate::model::field_error::FieldErrors;
use crate::model::mailbox::{EditedFields, Mailbox};
use crate::model::options::{Asker, Verb};
use crate::model::refusal::Refusal;
use crate::store::Tended;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, PageError, invalid, rendered};
use crate::web::fields::Fields;
use crate::web::guard;
use crate::web::mailboxes::options::requestable;
use crate::web::mistakes::ErrorTexts;
use crate::web::notice::{Notice, Undo};
use crate::web::page::Page;
use crate::web::why;

#[derive(Template)]
#[template(path = "mailboxes/edit.html")]
struct Edit {
    page: Page,
    /// The name of the mailbox.
    person: String,
    address: String,
    back: String,
    action: String,
    fields: EditedFields,
    /// Why this person may not change the secondary address; `None` if they may.
    guarded: Option<String>,
    /// The current values, if they have changed since the form was made; else empty.
    now: String,
    errors: ErrorTexts,
}

impl Edit {
    async fn new(
        page: Page,
        by: &Tended,
        (person, asker): (String, Asker),
        fields: EditedFields,
        errors: ErrorTexts,
    ) -> Self {
        let (domain, part) = (by.by().domain(), by.part());
        let back = urls::mailbox(&domain.name, part);
        let action = urls::below_mailbox(&domain.name, part, "edit");
        let guarded =
            if asker.is_kept_out() { Some(why::sentence(&page, &asker.passes.why(domain.id)).await) } else { None };
        let (address, now) = (part.at(&domain.name), String::new());
        Self { page, person, address, back, action, fields, guarded, now, errors }
    }

    fn title(&self) -> String {
        self.page.s.t1("mailbox-edit-of", "name", self.person.as_str())
    }
}

pub(crate) async fn show(State(web): State<Web>, by: Tended, page: Page) -> Answer {
    let (mailbox, asker) = requestable(&web, by.by(), by.part(), Verb::Edit).await?;
    let version = mailbox.version.to_string();
    let secondary_email = mailbox.secondary_email.clone().unwrap_or_default();
    let person = mailbox.display_name();
    let (first_name, last_name) = names(mailbox);
    let fields = EditedFields { first_name, last_name, secondary_email, version };
    let form = Edit::new(page, &by, (person, asker), fields, ErrorTexts::default()).await;
    rendered(&form)
}

/// The first and the last name that a mailbox has, or will have once dimail has them.
fn names(mailbox: Mailbox) -> (String, String) {
    match mailbox.wanted {
        Some(wanted) => (wanted.first_name, wanted.last_name),
        None => (mailbox.first_name, mailbox.last_name),
    }
}

/// The names that a mailbox has, or will have, and its secondary address, as a sentence.
fn as_it_is(page: &Page, mailbox: Mailbox) -> String {
    let secondary = mailbox.secondary_email.clone().unwrap_or_else(|| page.t("mailbox-no-secondary"));
    let (first, last) = names(mailbox);
    page.s.sentence("mailbox-edit-now", &[("first", &first), ("last", &last), ("secondary", &secondary)])
}

/// The form again: with 409 if another person has changed the mailbox since, else with 422.
async fn wrong(web: &Web, page: Page, by: &Tended, mut fields: EditedFields, errors: &FieldErrors) -> Answer {
    let store = &web.app().store;
    let mailbox = store.mailbox(by.by(), by.part()).await?.ok_or(Refusal::NotFound)?;
    let asker = guard::asker(by.by(), &mailbox, store.guard(by.by(), by.part()).await?);
    // Another person has changed the mailbox, or a part of this edit is stored although dimail refused its names.
    // The form now shows how it is; saving it again is a conscious choice.
    let (person, version) = (mailbox.display_name(), mailbox.version.to_string());
    let has_changed = !fields.version.is_empty() && fields.version != version;
    let now = if has_changed { as_it_is(&page, mailbox) } else { String::new() };
    if has_changed {
        fields.version = version;
    }
    let texts = page.errors(errors);
    let mut response = invalid(&Edit { now, ..Edit::new(page, by, (person, asker), fields, texts).await })?;
    if errors.has("version") {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

pub(crate) async fn save(State(web): State<Web>, by: Tended, page: Page, typed: Fields) -> Answer {
    let fields = EditedFields {
        first_name: typed.text("first_name"),
        last_name: typed.text("last_name"),
        secondary_email: typed.text("secondary_email"),
        version: typed.text("version"),
    };
    let by = Arc::new(by);
    let act = {
        let (app, by, fields) = (web.app().clone(), Arc::clone(&by), fields.clone());
        async move {
            let before = app.store.mailbox(by.by(), by.part()).await?.ok_or(Refusal::NotFound)?;
            Ok((before, mailboxes::edit::edit(&app, &by, &fields).await?))
        }
    };
    let (before, edited) = match typed.once(&web, act).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => return wrong(&web, page, &by, fields, &errors).await,
        edited => edited?,
    };
    let domain = by.by().domain();
    let address = by.part().at(&domain.name);
    let undo = if edited == Edited::Unchanged { None } else { undo(&web, &page, &by, before).await? };
    let notice = match edited {
        Edited::Done => Notice::good(page.s.t1("mailbox-edited", "address", address)),
        Edited::Corrected => Notice::good(page.s.t1("mailbox-corrected", "address", address)),
        Edited::UnderWay => Notice::warn(page.s.t1("mailbox-edit-under-way", "address", address)),
        Edited::Unchanged => Notice::good(page.s.t1("mailbox-unchanged", "address", address)),
    };
    Ok(page.see_other(&urls::mailbox(&domain.name, by.part()), notice.undo(undo)).await)
}

/// Saves what the mailbox was before; `None` if emails to its address may not go to that secondary address now.
async fn undo(web: &Web, page: &Page, by: &Tended, before: Mailbox) -> Result<Option<Undo>, PageError> {
    let secondary = before.secondary_email.clone().unwrap_or_default();
    if !guard::may_lead(web, by.by(), by.part(), &[&secondary]).await? {
        return Ok(None);
    }
    // Whatever another person changes until then is not overwritten.
    let version = web.app().store.mailbox(by.by(), by.part()).await?.map(|now| now.version.to_string());
    let (first, last) = names(before);
    let edit = urls::below_mailbox(&by.by().domain().name, by.part(), "edit");
    let undo = Undo::new(edit, page.t("mailbox-undo-edit")).with("first_name", first).with("last_name", last);
    Ok(Some(undo.with("secondary_email", secondary).with("version", version.unwrap_or_default())))
}
