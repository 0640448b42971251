//! The list of domains, and the pages and forms of one.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::actions::domains;
use crate::actions::domains::manage::{Added, CheckNow, DomainFields, Refused};
use crate::model::domain::DomainStatus;
use crate::model::letter::LetterView;
use crate::model::list::{DomainRow, DomainSort};
use crate::model::role::{EditDomain, Permission, RemoveDomain, Role, SeeDomain};
use crate::store::{Allowed, SignedIn};
use crate::urls;
use crate::web::Web;
use crate::web::domains::head::{Head, Tab};
use crate::web::error::{Failure, invalid};
use crate::web::fields::{Asked, Fields};
use crate::web::listing::{Pager, asked, sort_word};
use crate::web::mailboxes::own::Own;
use crate::web::page::{Notice, Page, Told, see_other};

#[derive(Template)]
#[template(path = "domains/list.html")]
struct Index {
    page: Page,
    rows: Vec<DomainRow>,
    pager: Pager,
    q: String,
    status: String,
    sort: String,
    may_add: bool,
    searching: bool,
}

impl Index {
    fn statuses(&self) -> Vec<(String, String)> {
        let all = (String::new(), self.page.t("list-any-status"));
        let known = DomainStatus::ALL.map(|status| (status.to_string(), self.page.s.domain_status(status)));
        std::iter::once(all).chain(known).collect()
    }

    fn sorts(&self) -> Vec<(String, String)> {
        [
            ("name", "list-sort-name"),
            ("status", "list-sort-status"),
            ("-created", "list-sort-newest"),
            ("-mailboxes", "list-sort-mailboxes"),
        ]
        .map(|(word, key)| (word.to_owned(), self.page.t(key)))
        .into()
    }

    fn role(&self, row: &DomainRow) -> (String, String) {
        match row.role {
            Some(role) => (role.to_string(), self.page.s.role(role)),
            None => (Role::Owner.to_string(), self.page.t("domains-role-staff")),
        }
    }
}

pub(crate) async fn index(
    State(web): State<Web>,
    person: SignedIn,
    page: Page,
    Asked(query): Asked,
) -> Result<Response, Failure> {
    let asked = asked(&query, DomainStatus::from_word, |sort| sort == DomainSort::Mailboxes);
    let rows = web.app().store.domains(&person, &asked).await?;
    let total = page.s.t1("domains-total", "n", rows.total);
    let index = Index {
        pager: Pager::new(urls::DOMAINS, &asked, &rows, total),
        rows: rows.rows,
        status: asked.status.map(|status| status.to_string()).unwrap_or_default(),
        sort: sort_word(asked.sort, asked.reverse),
        searching: !asked.q.trim().is_empty() || asked.status.is_some(),
        q: asked.q,
        may_add: domains::manage::may_add(web.app(), &person),
        page,
    };
    Ok(Html(index.render()?).into_response())
}

#[derive(Template)]
#[template(path = "domains/add.html")]
struct New {
    page: Page,
    fields: DomainFields,
    mistakes: Told,
}

pub(crate) async fn new(State(web): State<Web>, person: SignedIn, page: Page) -> Result<Response, Failure> {
    if !domains::manage::may_add(web.app(), &person) {
        return Err(Failure::Forbidden);
    }
    let form = New { page, fields: DomainFields::default(), mistakes: Told::default() };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn add(
    State(web): State<Web>,
    person: SignedIn,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    if !domains::manage::may_add(web.app(), &person) {
        return Err(Failure::Forbidden);
    }
    let fields = DomainFields { name: typed.text("name"), support_email: typed.text("support_email") };
    let (name, notice) = match domains::manage::add(web.app(), &person, &fields).await? {
        Err(mistakes) | Ok(Added::Refused(mistakes)) => {
            let mistakes = page.mistakes(&mistakes);
            return invalid(&New { page, fields, mistakes });
        }
        Ok(Added::Accepted(name)) => {
            let text = page.s.t1("domain-added", "domain", name.unicode());
            (name, Notice::good(text))
        }
        Ok(Added::Stored(name)) => {
            let text = page.s.t1("domain-stored", "domain", name.unicode());
            (name, Notice::warn(text))
        }
    };
    Ok(page.see_other(&urls::domain(&name), notice).await)
}

#[derive(Template)]
#[template(path = "domains/show.html")]
struct Show {
    page: Page,
    head: Head,
    can_edit: bool,
    can_remove: bool,
    can_manage: bool,
    letters: Vec<LetterView>,
    own: Option<Own>,
}

impl Show {
    fn letter_words(&self, letter: &LetterView) -> String {
        let (s, recipient) = (&self.page.s, letter.recipient.as_str());
        if let Some(at) = letter.finished_at {
            return s.t2("mailbox-letter-given-up", "recipient", recipient, "moment", self.page.moment(at));
        }
        let next = self.page.until(letter.due_at);
        s.t3("mailbox-letter-retried", "recipient", recipient, "n", letter.attempts, "next", next)
    }

    fn checked(&self) -> String {
        match self.head.domain.checked_at {
            Some(at) => self.page.moment(at),
            None => self.page.t("domain-never-checked"),
        }
    }
}

pub(crate) async fn show(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page) -> Result<Response, Failure> {
    let head = Head::read(&web, &by, &page, Tab::Overview).await?;
    let is_open = head.domain.status != DomainStatus::Disabled;
    let letters = match by.also::<EditDomain>() {
        Some(editor) => web.app().store.stuck_letters(&editor).await?,
        None => Vec::new(),
    };
    let show = Show {
        letters,
        own: Own::read(&web, &by, &page).await?,
        can_edit: is_open && by.can(Permission::EditDomain),
        can_remove: head.domain.can_be_removed() && by.can(Permission::RemoveDomain),
        can_manage: by.can(Permission::ManageMailboxes),
        page: page.refreshed_while(head.busy),
        head,
    };
    Ok(Html(show.render()?).into_response())
}

/// An address that only acts leads to its object.
pub(crate) async fn to_domain(by: Allowed<SeeDomain>) -> Response {
    see_other(&urls::domain(&by.domain().name))
}

pub(crate) async fn check(State(web): State<Web>, by: Allowed<EditDomain>, page: Page) -> Result<Response, Failure> {
    let name = &by.domain().name;
    let to = urls::domain(name);
    let notice = match domains::manage::check_now(web.app(), &by).await? {
        CheckNow::Checked => Notice::good(page.t("domain-checked")),
        CheckNow::UnderWay => Notice::warn(page.t("domain-check-under-way")),
        CheckNow::TooSoon => Notice::warn(page.t("domain-check-too-soon")),
        CheckNow::Silent(until) => Notice::warn(page.s.t1("domain-check-silent", "until", page.moment(until))),
        CheckNow::NotAccepted => return Err(Failure::Conflict("domain-not-accepted", to)),
        CheckNow::Disabled => return Err(Failure::Conflict("domain-is-disabled", to)),
        CheckNow::Gone => return Err(Failure::NotFound),
    };
    Ok(page.see_other(&to, notice).await)
}

#[derive(Template)]
#[template(path = "domains/edit.html")]
struct Edit {
    page: Page,
    name: String,
    back: String,
    action: String,
    support_email: String,
    mistakes: Told,
}

pub(crate) async fn edit(by: Allowed<EditDomain>, page: Page) -> Result<Response, Failure> {
    let domain = by.domain();
    let back = urls::domain(&domain.name);
    if domain.status == DomainStatus::Disabled {
        return Err(Failure::Conflict("domain-is-disabled", back));
    }
    let (name, support_email) = (domain.name.unicode(), domain.support_email.clone());
    let action = urls::below_domain(&domain.name, "edit");
    let form = Edit { page, name, back, action, support_email, mistakes: Told::default() };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn save(
    State(web): State<Web>,
    by: Allowed<EditDomain>,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let back = urls::domain(&by.domain().name);
    let support_email = typed.text("support_email");
    match domains::manage::edit(web.app(), &by, &support_email).await? {
        Err(refused) => Err(conflict(refused, back)),
        Ok(Err(mistakes)) => {
            let mistakes = page.mistakes(&mistakes);
            let name = &by.domain().name;
            let action = urls::below_domain(name, "edit");
            invalid(&Edit { page, name: name.unicode(), back, action, support_email, mistakes })
        }
        Ok(Ok(())) => Ok(page.see_other(&back, Notice::good(page.t("domain-saved"))).await),
    }
}

#[derive(Template)]
#[template(path = "domains/remove.html")]
struct Remove {
    page: Page,
    name: String,
    back: String,
    action: String,
    mailboxes: i64,
}

pub(crate) async fn ask_remove(by: Allowed<RemoveDomain>, page: Page) -> Result<Response, Failure> {
    let domain = by.domain();
    let back = urls::domain(&domain.name);
    if domain.status == DomainStatus::Disabled {
        return Err(Failure::Conflict("domain-is-disabled", back));
    }
    if !domain.can_be_removed() {
        return Err(Failure::Conflict("domain-was-enabled", back));
    }
    let action = urls::below_domain(&domain.name, "remove");
    let form = Remove { page, name: domain.name.unicode(), back, action, mailboxes: domain.mailboxes };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn remove(State(web): State<Web>, by: Allowed<RemoveDomain>, page: Page) -> Result<Response, Failure> {
    if let Err(refused) = domains::manage::remove(web.app(), &by).await? {
        return Err(conflict(refused, urls::domain(&by.domain().name)));
    }
    let text = page.s.t1("domain-removed", "domain", by.domain().name.unicode());
    Ok(page.see_other(urls::DOMAINS, Notice::good(text)).await)
}

fn conflict(refused: Refused, back: String) -> Failure {
    match refused {
        Refused::Disabled => Failure::Conflict("domain-is-disabled", back),
        Refused::WasEnabled => Failure::Conflict("domain-was-enabled", back),
        Refused::BeingClarified => Failure::Conflict("domain-being-clarified", back),
        Refused::Gone => Failure::NotFound,
    }
}
