//! The mailboxes of a domain: list, form of a new one, hand-over sheet.

use askama::Template;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};

use crate::actions::mailboxes;
use crate::actions::mailboxes::create::{Added, Closed};
use crate::model::address::LocalPart;
use crate::model::domain::{Domain, DomainStatus};
use crate::model::id::MailboxId;
use crate::model::list::MailboxSort;
use crate::model::mailbox::{Mailbox, MailboxFields, MailboxStatus};
use crate::model::name::display_name;
use crate::model::role::{ManageMailboxes, Permission, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::domains::head::{Head, Tab};
use crate::web::error::{Failure, invalid};
use crate::web::fields::{Asked, Fields};
use crate::web::listing::{Pager, asked, sort_word};
use crate::web::mailboxes::bulk::actions;
use crate::web::page::{Notice, Page, Told};

#[derive(Template)]
#[template(path = "mailboxes/list.html")]
struct Index {
    page: Page,
    head: Head,
    rows: Vec<Mailbox>,
    pager: Pager,
    q: String,
    status: String,
    sort: String,
    can_add: bool,
    can_manage: bool,
    sees_secondary: bool,
}

impl Index {
    /// Whether mailboxes can be chosen to do something with several of them.
    fn can_choose(&self) -> bool {
        self.can_manage && self.head.domain.status != DomainStatus::Disabled
    }

    fn actions(&self) -> Vec<(String, String)> {
        actions(&self.page)
    }

    fn path(&self) -> String {
        urls::mailboxes(&self.head.domain.name)
    }

    fn href(&self, mailbox: &Mailbox) -> String {
        urls::mailbox(&self.head.domain.name, &mailbox.local_part)
    }

    fn statuses(&self) -> Vec<(String, String)> {
        let all = (String::new(), self.page.t("list-any-status"));
        let known = MailboxStatus::ALL.map(|status| (status.to_string(), self.page.s.mailbox_status(status)));
        std::iter::once(all).chain(known).collect()
    }

    fn sorts(&self) -> Vec<(String, String)> {
        [
            ("address", "list-sort-address"),
            ("name", "list-sort-last-name"),
            ("status", "list-sort-status"),
            ("-created", "list-sort-newest"),
        ]
        .map(|(word, key)| (word.to_owned(), self.page.t(key)))
        .into()
    }
}

pub(crate) async fn index(
    State(web): State<Web>,
    by: Allowed<SeeDomain>,
    page: Page,
    Asked(query): Asked,
) -> Result<Response, Failure> {
    let asked = asked(&query, MailboxStatus::from_word, |_: MailboxSort| false);
    let head = Head::read(&web, &by, &page, Tab::Mailboxes).await?;
    let rows = web.app().store.mailboxes(&by, &asked).await?;
    let total = page.s.t1("mailboxes-total", "n", rows.total);
    let can_manage = by.can(Permission::ManageMailboxes);
    let index = Index {
        pager: Pager::new(&urls::mailboxes(&head.domain.name), &asked, &rows, total),
        rows: rows.rows,
        status: asked.status.map(|status| status.to_string()).unwrap_or_default(),
        sort: sort_word(asked.sort, asked.reverse),
        q: asked.q,
        can_add: can_manage && head.domain.takes_mailboxes(),
        sees_secondary: can_manage || !by.own_local_part().is_empty(),
        can_manage,
        page: page.refreshed_while(head.busy),
        head,
    };
    Ok(Html(index.render()?).into_response())
}

#[derive(Template)]
#[template(path = "mailboxes/create.html")]
struct New {
    page: Page,
    domain: Domain,
    fields: MailboxFields,
    mistakes: Told,
}

impl New {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain.name)
    }

    fn action(&self) -> String {
        urls::new_mailbox(&self.domain.name)
    }

    fn waits(&self) -> bool {
        self.domain.status != DomainStatus::Enabled
    }
}

pub(crate) async fn new(by: Allowed<ManageMailboxes>, page: Page) -> Result<Response, Failure> {
    let domain = by.domain().clone();
    if !domain.takes_mailboxes() {
        return Err(Failure::Conflict("domain-is-disabled", urls::mailboxes(&domain.name)));
    }
    let form = New { page, domain, fields: MailboxFields::default(), mistakes: Told::default() };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn add(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let fields = MailboxFields {
        first_name: typed.text("first_name"),
        last_name: typed.text("last_name"),
        local_part: typed.text("local_part"),
        secondary_email: typed.text("secondary_email"),
    };
    let domain = &by.domain().name;
    match mailboxes::create::add(web.app(), &by, &fields, page.s.0).await? {
        Err(Closed::Disabled) => Err(Failure::Conflict("domain-is-disabled", urls::mailboxes(domain))),
        Err(Closed::Gone) => Err(Failure::NotFound),
        Ok(Err(mistakes) | Ok(Added::Refused(mistakes))) => {
            let mistakes = page.mistakes(&mistakes);
            invalid(&New { page, domain: by.domain().clone(), fields, mistakes })
        }
        Ok(Ok(Added::ToHandOver { id, local_part, password })) => {
            hand_over(&web, &by, page, &fields, (id, local_part), &password).await
        }
        Ok(Ok(Added::Opened(part))) => {
            let address = part.at(domain);
            let text = page.s.t2("mailbox-opened", "address", address, "secondary", fields.secondary_email.trim());
            answer(&page, &by, &part, Notice::good(text)).await
        }
        Ok(Ok(Added::OpenedUnseen(part))) => {
            let text = page.s.t1("mailbox-opened-unseen", "address", part.at(domain));
            answer(&page, &by, &part, Notice::warn(text)).await
        }
        Ok(Ok(Added::WaitsForDomain(part))) => {
            let text = page.s.t2("mailbox-waits-for-domain", "address", part.at(domain), "domain", domain.unicode());
            answer(&page, &by, &part, Notice::good(text)).await
        }
        Ok(Ok(Added::WaitsForDimail(part))) => {
            let text = page.s.t1("mailbox-waits-for-dimail", "address", part.at(domain));
            answer(&page, &by, &part, Notice::warn(text)).await
        }
    }
}

async fn answer(
    page: &Page,
    by: &Allowed<ManageMailboxes>,
    part: &LocalPart,
    notice: Notice,
) -> Result<Response, Failure> {
    let domain = &by.domain().name;
    let notice = notice.link(urls::new_mailbox(domain), page.t("mailbox-add-another"));
    Ok(page.see_other(&urls::mailbox(domain, part), notice).await)
}

#[derive(Template)]
#[template(path = "mailboxes/hand_over.html")]
struct HandOver {
    page: Page,
    name: String,
    address: String,
    webmail: String,
    password: String,
    href: String,
    back: String,
    another: String,
}

/// The hand-over sheet: the only page that ever shows a password, and only now.
async fn hand_over(
    web: &Web,
    by: &Allowed<ManageMailboxes>,
    page: Page,
    fields: &MailboxFields,
    (id, part): (MailboxId, LocalPart),
    password: &SecretString,
) -> Result<Response, Failure> {
    mailboxes::create::note_handed_over(web.app(), by, id).await?;
    let domain = &by.domain().name;
    let sheet = HandOver {
        name: display_name(fields.first_name.trim(), fields.last_name.trim()),
        address: part.at(domain),
        webmail: web.app().settings.webmail_url.clone().unwrap_or_default(),
        password: password.expose_secret().to_owned(),
        href: urls::mailbox(domain, &part),
        back: urls::mailboxes(domain),
        another: urls::new_mailbox(domain),
        page,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Html(sheet.render()?)).into_response())
}
