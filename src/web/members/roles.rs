//! Changing the role of a collaborator.

use axum::extract::State;

use crate::actions::members::roles::RoleSet;
use crate::actions::{Error, members};
use crate::model::{ManageMembers, MemberId, Refusal, SeeDomain};
use crate::store::{Allowed, SignedIn};
use crate::urls;
use crate::web::members::list::list;
use crate::web::members::make_owner::{MakeOwner, confirmed};
use crate::web::{Answer, Fields, Id, Notice, Page, Web, invalid};

pub(crate) async fn set_role(
    State(web): State<Web>,
    (by, person): (Allowed<ManageMembers>, SignedIn),
    Id(id): Id<MemberId>,
    page: Page,
    typed: Fields,
) -> Answer {
    let (to, role) = (urls::members(&by.domain().name), typed.text("role"));
    let confirmed = confirmed(&typed);
    match members::roles::set_role(web.app(), &by, (id, &role), &confirmed, page.s.0).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let seen = by.also::<SeeDomain>().ok_or(Refusal::NotFound)?;
            let errors = page.errors(&errors);
            invalid(&list(&web, &seen, page.placed_at(&to), errors).await?)
        }
        Err(error) => Err(error.into()),
        Ok(RoleSet::Unconfirmed(email)) => {
            let action = urls::below_domain(&by.domain().name, &format!("members/{id}/role"));
            MakeOwner::ask(&web, &person, page, by.domain(), (&email, &confirmed), (action, vec![("role", role)])).await
        }
        Ok(RoleSet::Set(member)) => {
            let text = page.s.t2("member-role-set", "name", member.name, "role", page.s.role(member.role));
            Ok(page.see_other(&to, Notice::good(text)).await)
        }
    }
}
