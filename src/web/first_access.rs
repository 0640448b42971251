//! The way in for holders who have no account: whoever names a mailbox has a login link sent to its
//! secondary address. The answer is the same, and takes as long, whether there is one or not.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::error::{Failure, invalid};
use super::fields::Fields;
use super::origin::Origin;
use super::page::{Page, Told};
use crate::actions::first_access::{self, NotAsked};
use crate::actions::optional::{self, OptionalRoute};
use crate::model::mistake::Mistakes;
use crate::urls;

#[derive(Template)]
#[template(path = "first_access.html")]
struct FirstAccess {
    page: Page,
    address: String,
    mistakes: Told,
    is_asked: bool,
    /// Whether this mail service makes no login links at all.
    is_unsupported: bool,
}

impl FirstAccess {
    fn new(page: Page, address: String, mistakes: Told, is_asked: bool) -> Self {
        let is_unsupported = optional::is_lacking(page.app(), OptionalRoute::Code);
        Self { page, address, mistakes, is_asked, is_unsupported }
    }
}

pub(super) async fn show(page: Page) -> Result<Response, Failure> {
    let form = FirstAccess::new(page, String::new(), Told::default(), false);
    Ok(Html(form.render()?).into_response())
}

pub(super) async fn ask(
    State(web): State<Web>,
    origin: Origin,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let address = typed.text("address");
    // Known from other calls only: nobody makes the portal ask dimail from here.
    if optional::is_lacking(web.app(), OptionalRoute::Code) {
        let mut answer = invalid(&FirstAccess::new(page, address, Told::default(), false))?;
        *answer.status_mut() = StatusCode::CONFLICT;
        return Ok(answer);
    }
    match first_access::ask(web.app(), &address, origin.text()).await? {
        Err(NotAsked::TooMany(wait)) => {
            Err(Failure::TooMany("first-access-too-many", urls::FIRST_ACCESS.to_owned(), wait))
        }
        Err(NotAsked::Mistake(mistake)) => {
            let mistakes = page.mistakes(&Mistakes::one("address", mistake));
            invalid(&FirstAccess::new(page, address, mistakes, false))
        }
        // What was typed is not repeated: the answer is the same to the letter.
        Ok(()) => {
            let told = FirstAccess::new(page, String::new(), Told::default(), true);
            Ok(Html(told.render()?).into_response())
        }
    }
}
