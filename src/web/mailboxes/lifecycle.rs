//! Actions on a whole mailbox: disable, enable, delete, try again.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::Error;
use crate::actions::mailboxes;
use crate::actions::mailboxes::lifecycle::{MailboxChanged, Retried};
use crate::model::address::LocalPart;
use crate::model::change::Object;
use crate::model::domain::{Domain, DomainStatus};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::foreign_addresses::without_foreign_addresses;
use crate::model::mailbox::Mailbox;
use crate::model::options::{Change, Verb};
use crate::model::reason::Reason;
use crate::model::refusal::Refusal;
use crate::model::role::{ManageMailboxes, SeeDomain};
use crate::model::wanted::Wants;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, PageError, invalid, rendered};
use crate::web::extract::MailboxPart;
use crate::web::fields::Fields;
use crate::web::mailboxes::options::{MailboxOption, MailboxOptions, requestable};
use crate::web::mailboxes::person::PersonThere;
use crate::web::mistakes::ErrorTexts;
use crate::web::notice::{Notice, Undo};
use crate::web::page::Page;

/// The mailbox of a request about it, and by whom.
type Target = (State<Web>, Allowed<ManageMailboxes>, MailboxPart, Page);

#[derive(Template)]
#[template(path = "mailboxes/confirm.html")]
struct Confirm {
    page: Page,
    /// The name of the mailbox.
    name: String,
    address: String,
    back: String,
    action: String,
    title: String,
    /// What the action does: what is lost, and whether it can be undone.
    consequences: Vec<String>,
    /// The person whose account has the address of the mailbox that is deleted.
    person: Option<PersonThere>,
    typed: String,
    errors: ErrorTexts,
}

impl Confirm {
    async fn new(
        web: &Web,
        by: &Allowed<ManageMailboxes>,
        page: Page,
        mailbox: &Mailbox,
        (change, typed): (Change, String),
        errors: ErrorTexts,
    ) -> Result<Self, PageError> {
        let domain = by.domain();
        let address = mailbox.local_part.shown_at(&domain.name);
        let (rest, title, consequences) = match change {
            Change::Disable => (
                "disable",
                page.s.t1("mailbox-disable-title", "address", &address),
                ["mailbox-disable-what", "mailbox-disable-lost", "mailbox-disable-kept"].map(|key| page.t(key)).into(),
            ),
            _ if !mailbox.status.is_created() => {
                ("delete", page.s.t1("mailbox-delete-title", "address", &address), vec![page.t("mailbox-delete-what")])
            }
            _ => {
                ("delete", page.s.t1("mailbox-delete-title", "address", &address), lost(web, by, &page, mailbox).await?)
            }
        };
        let back = urls::mailbox(&domain.name, &mailbox.local_part);
        let action = urls::below_mailbox(&domain.name, &mailbox.local_part, rest);
        let person = match change {
            Change::Delete => PersonThere::read(web, by, &page, &mailbox.local_part).await?,
            Change::Disable | Change::Enable => None,
        };
        let name = mailbox.display_name();
        Ok(Self { page, name, address, back, action, title, consequences, person, typed, errors })
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
        let aliases: Vec<String> = aliases.iter().map(|alias| alias.shown_at(domain)).collect();
        lost.insert(1, page.s.t1("mailbox-leading-aliases", "aliases", aliases.join(", ")));
    }
    Ok(lost)
}

pub(crate) async fn ask_disable(target: Target) -> Answer {
    ask(target, Change::Disable).await
}

pub(crate) async fn ask_delete(target: Target) -> Answer {
    ask(target, Change::Delete).await
}

async fn ask((State(web), by, MailboxPart(part), page): Target, change: Change) -> Answer {
    let (mailbox, _) = requestable(&web, &by, &part, Verb::Change(change)).await?;
    let form = Confirm::new(&web, &by, page, &mailbox, (change, String::new()), ErrorTexts::default()).await?;
    rendered(&form)
}

pub(crate) async fn disable(target: Target, typed: Fields) -> Answer {
    confirmed(target, Change::Disable, typed).await
}

pub(crate) async fn delete(target: Target, typed: Fields) -> Answer {
    confirmed(target, Change::Delete, typed).await
}

/// Carries out a confirmed action; the form again if there is an error.
async fn confirmed((State(web), by, MailboxPart(part), page): Target, change: Change, form: Fields) -> Answer {
    let (by, typed) = (Arc::new(by), form.text("address"));
    let (of, address) = (part.clone(), typed.clone());
    let act =
        |app, by: Arc<_>| async move { mailboxes::lifecycle::change(&app, &by, &of, change, Some(&address)).await };
    let errors = match form.act_once(&web, &by, act).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => errors,
        Ok(MailboxChanged::Refused(reason)) => refusal(reason, by.domain()),
        changed => return redirect(&web, &page, &by, &part, (change, changed?)).await,
    };
    let mailbox = web.app().store.mailbox(&by, &part).await?.ok_or(Refusal::NotFound)?;
    let errors = page.errors(&errors);
    invalid(&Confirm::new(&web, &by, page, &mailbox, (change, typed), errors).await?)
}

pub(crate) async fn enable((State(web), by, MailboxPart(part), page): Target, form: Fields) -> Answer {
    let (by, of) = (Arc::new(by), part.clone());
    let act = |app, by: Arc<_>| async move { mailboxes::lifecycle::change(&app, &by, &of, Change::Enable, None).await };
    let changed = form.act_once(&web, &by, act).await?;
    redirect(&web, &page, &by, &part, (Change::Enable, changed)).await
}

/// The way back to the mailbox, or to the list if it is deleted, with a notice about the change.
async fn redirect(
    web: &Web,
    page: &Page,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    (change, changed): (Change, MailboxChanged),
) -> Answer {
    let domain = by.domain();
    let (address, here) = (part.shown_at(&domain.name), urls::mailbox(&domain.name, part));
    if let MailboxChanged::Refused(reason) = &changed {
        let why = page.s.reason(reason, &domain.name, page.is_staff());
        let told = why.within(|why| page.s.t2("mailbox-change-refused", "address", &address, "reason", why));
        return Ok(page.see_other(&here, Notice::warn(told)).await);
    }
    let text = page.s.t1(changed_key(change, &changed), "address", address);
    let (to, notice) = match (change, changed) {
        (_, MailboxChanged::UnderWay | MailboxChanged::Undone(_)) => (here, Notice::warn(text)),
        (Change::Delete, _) => (urls::mailboxes(&domain.name), Notice::good(text)),
        _ => (here, Notice::good(text)),
    };
    let person = if change == Change::Delete { PersonThere::read(web, by, page, part).await? } else { None };
    let notice = match person {
        Some(person) => person.add_to(notice),
        None => notice,
    };
    Ok(page.see_other(&to, notice.undo(undo(web, page, by, part).await?)).await)
}

/// Enables a mailbox that was disabled, or keeps one whose deletion waits, if its page offers that too.
async fn undo(
    web: &Web,
    page: &Page,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
) -> Result<Option<Undo>, PageError> {
    let (store, domain) = (&web.app().store, by.domain().id);
    let (Some(mailbox), Some(seen)) = (store.mailbox(by, part).await?, by.also::<SeeDomain>()) else {
        return Ok(None);
    };
    let guard = store.guard(by, part).await?;
    let job = store.job_of(domain, &Object::Mailbox(mailbox.id)).await?;
    let options = MailboxOptions::read(web, &seen, page, (&mailbox, guard), job.as_ref()).await;
    Ok(options.activity().filter(MailboxOption::is_press).map(|option| Undo::new(option.href, option.title)))
}

/// The key of the sentence that says what has changed.
fn changed_key(change: Change, changed: &MailboxChanged) -> &'static str {
    match (change, changed) {
        (_, MailboxChanged::Undone(wanted)) => undone_key(*wanted),
        (Change::Delete, MailboxChanged::UnderWay) => "mailbox-delete-under-way",
        (Change::Delete, _) => "mailbox-deleted",
        (Change::Disable, MailboxChanged::UnderWay) => "mailbox-disable-under-way",
        (Change::Disable, MailboxChanged::AlreadyDone) => "mailbox-disabled-already",
        (Change::Disable, MailboxChanged::Withdrawn(_)) => "mailbox-enable-withdrawn",
        (Change::Disable, _) => "mailbox-disabled",
        (_, MailboxChanged::UnderWay) => "mailbox-enable-under-way",
        (_, MailboxChanged::AlreadyDone) => "mailbox-enabled-already",
        (_, MailboxChanged::Withdrawn(Wants::Absent)) => "mailbox-delete-withdrawn",
        (_, MailboxChanged::Withdrawn(_)) => "mailbox-disable-withdrawn",
        _ => "mailbox-enabled",
    }
}

/// The key of the sentence about a change that was taken back, and that dimail may have carried out: it wanted
/// this.
pub(crate) fn undone_key(wanted: Wants) -> &'static str {
    match wanted {
        Wants::Active => "mailbox-enable-undone",
        Wants::Inactive => "mailbox-disable-undone",
        Wants::Absent => "mailbox-delete-undone",
    }
}

/// dimail's refusal as an error of the confirmation field.
fn refusal(reason: Reason, domain: &Domain) -> FieldErrors {
    let error = match reason {
        Reason::Gone => FieldError::GoneAtDimail,
        Reason::Refused { detail, .. } => FieldError::RefusedByDimail(without_foreign_addresses(&detail, &domain.name)),
        other => FieldError::NotDone(other),
    };
    FieldErrors::one("address", error)
}

pub(crate) async fn retry((State(web), by, MailboxPart(part), page): Target, form: Fields) -> Answer {
    let (by, of) = (Arc::new(by), part.clone());
    let domain = by.domain();
    let act = |app, by: Arc<_>| async move { mailboxes::lifecycle::retry(&app, &by, &of).await };
    let text = match form.act_once(&web, &by, act).await? {
        Retried::Due if domain.status == DomainStatus::Enabled => page.t("mailbox-retried"),
        Retried::Due => page.s.t1("mailbox-retried-waits", "domain", domain.name.unicode()),
        Retried::UnderWay => page.t("mailbox-retry-under-way"),
    };
    Ok(page.see_other(&urls::mailbox(&domain.name, &part), Notice::good(text)).await)
}
