//! The way in for holders who have no account: whoever names a mailbox has a login link sent to its
//! secondary address. The answer is the same, and takes as long, whether there is one or not.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use super::Web;
use super::error::{Failure, invalid};
use super::fields::Fields;
use super::origin::Origin;
use super::page::{Page, Told};
use crate::actions::first_access::{self, NotAsked};
use crate::model::mistake::Mistakes;
use crate::urls;

#[derive(Template)]
#[template(path = "first_access.html")]
struct FirstAccess {
    page: Page,
    address: String,
    mistakes: Told,
    is_asked: bool,
}

pub(super) async fn show(page: Page) -> Result<Response, Failure> {
    let form = FirstAccess { page, address: String::new(), mistakes: Told::default(), is_asked: false };
    Ok(Html(form.render()?).into_response())
}

pub(super) async fn ask(
    State(web): State<Web>,
    origin: Origin,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let address = typed.text("address");
    match first_access::ask(web.app(), &address, origin.text()).await? {
        Err(NotAsked::TooMany(wait)) => {
            Err(Failure::TooMany("first-access-too-many", urls::FIRST_ACCESS.to_owned(), wait))
        }
        Err(NotAsked::Mistake(mistake)) => {
            let mistakes = page.mistakes(&Mistakes::one("address", mistake));
            invalid(&FirstAccess { page, address, mistakes, is_asked: false })
        }
        // What was typed is not repeated: the answer is the same to the letter.
        Ok(()) => {
            let told = FirstAccess { page, address: String::new(), mistakes: Told::default(), is_asked: true };
            Ok(Html(told.render()?).into_response())
        }
    }
}
