//! Bulk operations: the confirmation, and the result for each chosen mailbox.

use askama::Template;
use axum::extract::State;

use crate::actions::mailboxes;
use crate::actions::sync;
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::model::address::DomainName;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::OperationId;
use crate::model::operation::{Action, LineState};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{ManageMailboxes, SeeDomain};
use crate::store::{Allowed, OperationLine, OperationView};
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, invalid, rendered};
use crate::web::fields::{Fields, Query};
use crate::web::mistakes::ErrorTexts;
use crate::web::page::{Page, see_other};

#[derive(Template)]
#[template(path = "mailboxes/bulk.html")]
struct Choose {
    page: Page,
    domain: DomainName,
    /// The action's name. Not called `action`, which in form templates is the target address.
    action_name: String,
    chosen: Vec<String>,
    errors: ErrorTexts,
}

impl Choose {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain)
    }

    fn here(&self) -> String {
        urls::below_domain(&self.domain, "selected-mailboxes")
    }

    fn disables(&self) -> bool {
        Action::parse(&self.action_name) == Some(Action::Disable)
    }

    fn title(&self) -> String {
        match Action::parse(&self.action_name).filter(|_| !self.chosen.is_empty()) {
            Some(action) => self.page.s.operation_title(action, self.chosen.len()),
            None => self.page.t("selected-title"),
        }
    }

    fn actions(&self) -> Vec<(String, String)> {
        actions(&self.page)
    }
}

/// The bulk actions that this dimail server supports, with their labels.
pub(crate) fn actions(page: &Page) -> Vec<(String, String)> {
    let unsupported = mailboxes::access::unsupported(page.app());
    let supported = Action::ALL.into_iter().filter(|action| !unsupported.contains(&action.verb()));
    supported.map(|action| (action.as_str().to_owned(), page.s.operation_action(action))).collect()
}

pub(crate) async fn act(State(web): State<Web>, by: Allowed<ManageMailboxes>, page: Page, typed: Fields) -> Answer {
    let domain = by.domain().name.clone();
    by.domain().check_not_closed()?;
    let (action, chosen) = (typed.text("action"), typed.all("mailbox"));
    let known = Action::parse(&action);
    let mut errors = FieldErrors::default();
    let known = errors.check("action", known.ok_or(FieldError::UnknownChoice));
    if chosen.is_empty() {
        errors.add("mailbox", FieldError::NothingChosen);
    }
    let is_valid = errors.is_empty();
    let errors = page.errors(&errors);
    let (Some(known), true) = (known, is_valid) else {
        return invalid(&Choose { page, domain, action_name: action, chosen, errors });
    };
    if known == Action::LoginLink && sync::optional_routes::lacks(web.app(), by.actor(), OptionalRoute::Code).await {
        let support = by.domain().support_email.clone();
        return Err(Refusal::Conflict(Why::LinkUnsupported { support }).into());
    }
    // An action that cannot be undone needs a confirmation.
    if known == Action::Disable && typed.text("confirm").trim().is_empty() {
        let form = Choose { page, domain, action_name: action, chosen, errors };
        return rendered(&form);
    }
    let id = mailboxes::bulk::act(web.app(), &by, known, &chosen).await?;
    Ok(see_other(&urls::operation(&domain, id)))
}

#[derive(Template)]
#[template(path = "mailboxes/operation.html")]
struct Show {
    page: Page,
    domain: DomainName,
    operation: OperationView,
}

impl Show {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain)
    }

    fn title(&self) -> String {
        self.page.s.operation_title(self.operation.action, self.operation.lines.len())
    }

    fn total(&self) -> usize {
        self.operation.lines.len()
    }

    fn done(&self) -> usize {
        self.operation.lines.iter().filter(|line| !is_under_way(line)).count()
    }

    fn numbers(&self) -> String {
        self.page.s.t2("operation-progress", "done", self.done(), "total", self.total())
    }

    fn asked(&self) -> String {
        let at = self.page.timestamp(self.operation.created_at);
        self.page.s.t2("operation-asked", "actor", self.operation.actor_name.as_str(), "timestamp", at)
    }

    fn words(&self, line: &OperationLine) -> String {
        self.page.s.line_state(&line.state, self.operation.action, &self.domain, self.page.is_staff())
    }

    fn href(&self, line: &OperationLine) -> String {
        let part = line.address.split('@').next().unwrap_or_default();
        format!("{}/{part}", urls::mailboxes(&self.domain))
    }
}

fn is_under_way(line: &OperationLine) -> bool {
    matches!(line.state, LineState::UnderWay { .. })
}

/// The page of an operation; if it does not exist, redirects to the list.
pub(crate) async fn show(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page, Query(query): Query) -> Answer {
    let domain = by.domain().name.clone();
    let typed = query.text("operation");
    if typed.is_empty() {
        return Ok(see_other(&urls::mailboxes(&domain)));
    }
    let by = by.also::<ManageMailboxes>().ok_or(Refusal::Forbidden(Why::Role))?;
    let id = typed.parse::<OperationId>().map_err(|_| Refusal::NotFound)?;
    let operation = web.app().store.operation(&by, id).await?.ok_or(Refusal::NotFound)?;
    let busy = operation.lines.iter().any(is_under_way);
    let show = Show { page: page.refreshed_while(busy), domain, operation };
    rendered(&show)
}
