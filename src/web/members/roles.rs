//! Changing the role of a collaborator.

use axum::extract::State;
use axum::response::Response;

use crate::actions::members;
use crate::actions::members::roles::Refused;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::MemberId;
use crate::model::member::Member;
use crate::model::role::{ManageMembers, Role, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::{Failure, invalid};
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
) -> Result<Response, Failure> {
    let to = urls::members(&by.domain().name);
    let role = Role::parse(typed.text("role").trim());
    let Some(wanted) = role else { return unknown_role(&web, &by, id, page.placed_at(&to)).await };
    let changed = members::roles::set_role(web.app(), &by, id, wanted, page.s.0)
        .await?
        .map_err(|refused| failure(refused, &to))?;
    let text = page.s.t2("member-role-set", "name", changed.name, "role", page.s.role(wanted));
    Ok(page.see_other(&to, Notice::good(text)).await)
}

/// An unknown role is a field error, reported only after the permission check.
async fn unknown_role(web: &Web, by: &Allowed<ManageMembers>, id: MemberId, page: Page) -> Result<Response, Failure> {
    let seen = by.also::<SeeDomain>().ok_or(Failure::NotFound)?;
    if !seen.governs(member_of(web, by, id).await?.role) {
        return Err(Failure::Forbidden);
    }
    let errors = page.errors(&FieldErrors::one("role", FieldError::UnknownChoice));
    invalid(&list(web, &seen, page, errors).await?)
}

pub(crate) async fn member_of(web: &Web, by: &Allowed<ManageMembers>, id: MemberId) -> Result<Member, Failure> {
    let members = web.app().store.members_of(by.domain().id).await?;
    members.into_iter().find(|member| member.id == id).ok_or(Failure::NotFound)
}

pub(crate) fn failure(refused: Refused, back: &str) -> Failure {
    match refused {
        Refused::Gone => Failure::NotFound,
        Refused::Forbidden => Failure::Forbidden,
        Refused::LastOwner => Failure::Conflict("member-last-owner", back.to_owned()),
    }
}
