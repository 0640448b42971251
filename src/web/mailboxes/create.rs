//! The form of a new mailbox.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::Error;
use crate::actions::mailboxes;
use crate::actions::mailboxes::create::MailboxAdded;
use crate::model::address::{DomainName, EmailAddress, LocalPart};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::email::EmailView;
use crate::model::mailbox::MailboxFields;
use crate::model::refusal::Refusal;
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, SignedIn};
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, PageError, invalid, rendered};
use crate::web::fields::Fields;
use crate::web::guard;
use crate::web::mailboxes::hand_over::hand_over;
use crate::web::mailboxes::person::PersonThere;
use crate::web::mistakes::ErrorTexts;
use crate::web::notice::Notice;
use crate::web::once::Done;
use crate::web::page::{Page, see_other};

#[derive(Template)]
#[template(path = "mailboxes/create.html")]
struct New {
    page: Page,
    domain: Domain,
    fields: MailboxFields,
    errors: ErrorTexts,
}

impl New {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain.name)
    }

    fn action(&self) -> String {
        urls::new_mailbox(&self.domain.name)
    }

    /// Where the form asks whether its address is free.
    fn address_state(&self) -> String {
        urls::below_domain(&self.domain.name, "new-mailbox/address")
    }

    fn waits(&self) -> bool {
        self.domain.status != DomainStatus::Enabled
    }
}

pub(crate) async fn new(by: Allowed<ManageMailboxes>, page: Page) -> Answer {
    let domain = by.domain().clone();
    domain.check_not_closed()?;
    let form = New { page, domain, fields: MailboxFields::default(), errors: ErrorTexts::default() };
    rendered(&form)
}

/// That a mailbox is there, and what becomes of its first email, which may have to wait.
async fn opened(
    web: &Web,
    (person, page): (&SignedIn, &Page),
    (domain, part): (&DomainName, &LocalPart),
    secondary: &str,
) -> Result<Notice, PageError> {
    let (s, address) = (&page.s, part.shown_at(domain));
    let found = web.app().store.mailbox_page(person, domain, part).await?.1;
    if let Some(email) = found.and_then(|found| found.email).filter(EmailView::is_kept_back) {
        return Ok(Notice::warn(format!(
            "{} {}",
            s.t1("handover-made", "address", address),
            page.email_stands(&email)
        )));
    }
    let secondary = EmailAddress::parse(secondary).map_or_else(|_| secondary.to_owned(), |address| address.to_string());
    Ok(Notice::good(s.t2("mailbox-opened", "address", address, "secondary", secondary)))
}

pub(crate) async fn add(
    State(web): State<Web>,
    person: SignedIn,
    by: Allowed<ManageMailboxes>,
    page: Page,
    typed: Fields,
) -> Answer {
    let fields = MailboxFields {
        first_name: typed.text("first_name"),
        last_name: typed.text("last_name"),
        local_part: typed.text("local_part"),
        secondary_email: typed.text("secondary_email"),
        request: typed.request(),
    };
    let by = Arc::new(by);
    let domain = &by.domain().name;
    let action = {
        let (app, by, fields, language) = (web.app().clone(), Arc::clone(&by), fields.clone(), page.s.0);
        async move { mailboxes::create::add(&app, &by, &fields, language).await }
    };
    let Done { result: added, again } = match typed.once(&web, action).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors(&errors);
            return invalid(&New { page, domain: by.domain().clone(), fields, errors });
        }
        added => added?,
    };
    let s = &page.s;
    let (part, notice) = match added {
        MailboxAdded::ToHandOver { local_part, user, password } => {
            guard::check_again(&web, &by, &local_part, again).await?;
            return hand_over(&web, &by, page, (&local_part, user), &password, true).await;
        }
        MailboxAdded::Asked(part) => return Ok(see_other(&urls::mailbox(domain, &part))),
        MailboxAdded::Opened(part) => {
            let notice = opened(&web, (&person, &page), (domain, &part), &fields.secondary_email).await?;
            (part, notice)
        }
        MailboxAdded::OpenedUnseen(part) => {
            let text = s.t1("mailbox-opened-unseen", "address", part.shown_at(domain));
            (part, Notice::warn(text))
        }
        MailboxAdded::WaitsForDomain(part) => {
            let key = match fields.secondary_email.trim() {
                "" => "mailbox-waits-for-domain-sheet",
                _ => "mailbox-waits-for-domain",
            };
            let text = s.t2(key, "address", part.shown_at(domain), "domain", domain.unicode());
            (part, Notice::good(text))
        }
        MailboxAdded::WaitsForDimail(part) => {
            let text = s.t1("mailbox-waits-for-dimail", "address", part.shown_at(domain));
            (part, Notice::warn(text))
        }
    };
    let notice = notice.link(urls::new_mailbox(domain), page.t("mailbox-add-another"));
    let notice = match PersonThere::read(&web, &by, &page, &part).await? {
        Some(person) => person.add_to(notice),
        None => notice,
    };
    Ok(page.see_other(&urls::mailbox(domain, &part), notice).await)
}
