//! Changing the role of a collaborator.

use axum::extract::State;

use crate::actions::{Error, members};
use crate::model::id::MemberId;
use crate::model::refusal::Refusal;
use crate::model::role::{ManageMembers, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, invalid};
use crate::web::extract::Id;
use crate::web::fields::Fields;
use crate::web::members::list::list;
use crate::web::page::{Notice, Page};

pub(crate) async fn set_role(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<MemberId>,
    page: Page,
    typed: Fields,
) -> Answer {
    let to = urls::members(&by.domain().name);
    match members::roles::set_role(web.app(), &by, id, &typed.text("role"), page.s.0).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let seen = by.also::<SeeDomain>().ok_or(Refusal::NotFound)?;
            let errors = page.errors(&errors);
            invalid(&list(&web, &seen, page.placed_at(&to), errors).await?)
        }
        member => {
            let member = member?;
            let text = page.s.t2("member-role-set", "name", member.name, "role", page.s.role(member.role));
            Ok(page.see_other(&to, Notice::good(text)).await)
        }
    }
}
