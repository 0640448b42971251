//! First access for mailbox users without an account: naming a mailbox sends a login link to its
//! secondary address. The response and its timing are the same whether the mailbox exists or not, so
//! that the form does not reveal which mailboxes exist.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::actions::sync::optional_routes::OptionalRoute;
use crate::actions::{Error, emails, sync};
use crate::model::Refusal;
use crate::web::origin::Origin;
use crate::web::{Answer, ErrorTexts, Fields, Page, Web, invalid, rendered};

#[derive(Template)]
#[template(path = "emails/first_access.html")]
struct FirstAccess {
    page: Page,
    address: String,
    errors: ErrorTexts,
    is_asked: bool,
    /// Whether this dimail server has no route for login links.
    is_unsupported: bool,
}

impl FirstAccess {
    fn new(page: Page, address: String, errors: ErrorTexts, is_asked: bool) -> Self {
        let is_unsupported = sync::optional_routes::is_lacking(page.app(), OptionalRoute::Code);
        Self { page, address, errors, is_asked, is_unsupported }
    }
}

pub(crate) async fn show(page: Page) -> Answer {
    let form = FirstAccess::new(page, String::new(), ErrorTexts::default(), false);
    rendered(&form)
}

pub(crate) async fn ask(State(web): State<Web>, origin: Origin, page: Page, typed: Fields) -> Answer {
    let address = typed.text("address");
    // Known from earlier calls only: an anonymous request must not cause a call to dimail.
    if sync::optional_routes::is_lacking(web.app(), OptionalRoute::Code) {
        let mut answer = invalid(&FirstAccess::new(page, address, ErrorTexts::default(), false))?;
        *answer.status_mut() = StatusCode::CONFLICT;
        return Ok(answer);
    }
    match emails::first_access::ask(web.app(), &address, origin.text()).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors_with(&errors, &[("address", "first-access-address")]);
            return invalid(&FirstAccess::new(page, address, errors, false));
        }
        asked => asked?,
    }
    // The typed address is not repeated: the response is byte for byte the same for all.
    let form = FirstAccess::new(page, String::new(), ErrorTexts::default(), true);
    rendered(&form)
}
