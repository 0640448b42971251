//! Changing the role of a collaborator.

use axum::extract::State;

use crate::actions::members;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::MemberId;
use crate::model::member::Member;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{ManageMembers, Role, SeeDomain};
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
    let role = Role::parse(typed.text("role").trim());
    let Some(wanted) = role else { return unknown_role(&web, &by, id, page.placed_at(&to)).await };
    let changed = members::roles::set_role(web.app(), &by, id, wanted, page.s.0).await?;
    let text = page.s.t2("member-role-set", "name", changed.name, "role", page.s.role(wanted));
    Ok(page.see_other(&to, Notice::good(text)).await)
}

/// An unknown role is a field error, reported only after the permission check.
async fn unknown_role(web: &Web, by: &Allowed<ManageMembers>, id: MemberId, page: Page) -> Answer {
    let seen = by.also::<SeeDomain>().ok_or(Refusal::NotFound)?;
    governed(by, &web.app().store.members_of(by.domain().id).await?, id)?;
    let errors = page.errors(&FieldErrors::one("role", FieldError::UnknownChoice));
    invalid(&list(web, &seen, page, errors).await?)
}

/// The member with this id, if the person may change that member.
pub(crate) fn governed<'a>(
    by: &Allowed<ManageMembers>,
    members: &'a [Member],
    id: MemberId,
) -> Result<&'a Member, Refusal> {
    let member = members.iter().find(|member| member.id == id).ok_or(Refusal::NotFound)?;
    if by.governs(member.role) { Ok(member) } else { Err(Refusal::Forbidden(Why::Role)) }
}
