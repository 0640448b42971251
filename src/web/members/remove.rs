//! Removing a collaborator or leaving the domain, after a confirmation.

use askama::Template;
use axum::extract::State;

use crate::actions::members;
use crate::model::member::check_not_last_owner;
use crate::model::{Domain, Leave, ManageMembers, MemberId, Refusal, Why};
use crate::store::Allowed;
use crate::urls;
use crate::web::members::invite::with_invite_again;
use crate::web::{Answer, Id, Notice, Page, Web, rendered, see_other};

#[derive(Template)]
#[template(path = "members/remove.html")]
struct Remove {
    page: Page,
    domain: Domain,
    title: String,
    what: String,
    back: String,
    action: String,
}

pub(crate) async fn ask_remove(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<MemberId>,
    page: Page,
) -> Answer {
    let domain = by.domain().clone();
    let members = web.app().store.members_of(domain.id).await?;
    let member = members.iter().find(|member| member.id == id).ok_or(Refusal::NotFound)?;
    if !by.governs(member.role) {
        return Err(Refusal::Forbidden(Why::Role).into());
    }
    check_not_last_owner(member, &members)?;
    if Some(member.user_id) == by.actor().id {
        return Ok(see_other(&urls::below_domain(&domain.name, "leave")));
    }
    let title = page.s.t2("member-remove-title", "name", member.name.as_str(), "domain", domain.name.unicode());
    let what = page.s.t2("member-remove-what", "name", member.name.as_str(), "email", member.email.as_str());
    let action = urls::below_domain(&domain.name, &format!("members/{id}/remove"));
    let form = Remove { back: urls::members(&domain.name), page, domain, title, what, action };
    rendered(&form)
}

pub(crate) async fn remove(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<MemberId>,
    page: Page,
) -> Answer {
    let to = urls::members(&by.domain().name);
    let removed = members::roles::remove(web.app(), &by, id, page.s.0).await?;
    let notice = Notice::good(page.s.t1("member-removed", "name", removed.name));
    if Some(removed.user_id) == by.actor().id {
        return Ok(page.see_other(urls::DOMAINS, notice).await);
    }
    let notice = with_invite_again(notice, &page, by.domain(), &removed.email, removed.role);
    Ok(page.see_other(&to, notice).await)
}

pub(crate) async fn ask_leave(State(web): State<Web>, by: Allowed<Leave>, page: Page) -> Answer {
    let domain = by.domain().clone();
    let members = web.app().store.members_of(domain.id).await?;
    let own = members.iter().find(|member| Some(member.user_id) == by.actor().id);
    check_not_last_owner(own.ok_or(Refusal::Conflict(Why::NoRole))?, &members)?;
    let form = Remove {
        title: page.s.t1("member-leave-title", "domain", domain.name.unicode()),
        what: page.t("member-leave-what"),
        back: urls::members(&domain.name),
        action: urls::below_domain(&domain.name, "leave"),
        page,
        domain,
    };
    rendered(&form)
}

pub(crate) async fn leave(State(web): State<Web>, by: Allowed<Leave>, page: Page) -> Answer {
    let domain = &by.domain().name;
    members::roles::leave(web.app(), &by).await?;
    let text = page.s.t1("member-left", "domain", domain.unicode());
    Ok(page.see_other(urls::DOMAINS, Notice::good(text)).await)
}
