//! The collaborators of a domain: the list, roles, removal, leaving.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::actions::members;
use crate::actions::members::roles::Refused;
use crate::model::domain::{Domain, DomainStatus};
use crate::model::id::{InvitationId, MemberId};
use crate::model::member::{Invitation, Member, active_owners, is_last_owner, owner_names};
use crate::model::mistake::{Mistake, Mistakes};
use crate::model::role::{Leave, ManageMembers, Permission, Role, SeeDomain};
use crate::model::time::Moment;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::domains::head::{Head, Tab};
use crate::web::error::{Failure, invalid};
use crate::web::extract::Id;
use crate::web::fields::Fields;
use crate::web::page::{Notice, Page, Told, see_other};

#[derive(Template)]
#[template(path = "members/list.html")]
struct Index {
    page: Page,
    head: Head,
    members: Vec<MemberView>,
    invitations: Vec<InvitationView>,
    can_invite: bool,
    manages: bool,
    leaving: Leaving,
    owners: String,
    mistakes: Told,
}

/// Whether the person who looks may leave the domain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// Yes.
    May,
    /// They are the last owner.
    LastOwner,
    /// They have no role here.
    NoRole,
}

/// A member as the list shows them, with what may be pressed.
struct MemberView {
    id: MemberId,
    name: String,
    email: String,
    role: Role,
    label: String,
    since: Moment,
    last_sign_in_at: Option<Moment>,
    is_self: bool,
    is_active: bool,
    roles: Vec<(String, String)>,
    can_remove: bool,
}

/// An invitation as the list shows it.
struct InvitationView {
    id: InvitationId,
    email: String,
    role: Role,
    label: String,
    inviter: String,
    expires_at: Moment,
    is_expired: bool,
    can_withdraw: bool,
    can_resend: bool,
}

impl Index {
    fn member_path(&self, id: &MemberId, verb: &str) -> String {
        urls::below_domain(&self.head.domain.name, &format!("members/{id}/{verb}"))
    }

    fn may_leave(&self) -> bool {
        self.leaving == Leaving::May
    }

    fn is_last_owner(&self) -> bool {
        self.leaving == Leaving::LastOwner
    }

    fn invitation_path(&self, id: &InvitationId, verb: &str) -> String {
        urls::below_domain(&self.head.domain.name, &format!("invitations/{id}/{verb}"))
    }
}

pub(crate) async fn index(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page) -> Result<Response, Failure> {
    Ok(Html(list(&web, &by, page, Told::default()).await?.render()?).into_response())
}

async fn list(web: &Web, by: &Allowed<SeeDomain>, page: Page, mistakes: Told) -> Result<Index, Failure> {
    let head = Head::read(web, by, &page, Tab::Members).await?;
    let store = &web.app().store;
    let all = store.members(by).await?;
    let invitations = store.invitations(by).await?;
    let (now, is_open) = (web.app().clock.now(), head.domain.status != DomainStatus::Disabled);
    let manages = by.can(Permission::ManageMembers);
    let owners = active_owners(&all);
    let own = all.iter().find(|member| Some(member.user_id) == by.actor().id);
    let leaving = match own {
        Some(own) if is_last_owner(own, &owners) => Leaving::LastOwner,
        Some(_) => Leaving::May,
        None => Leaving::NoRole,
    };
    Ok(Index {
        members: all.iter().map(|member| member_view(&page, by, member, &owners)).collect(),
        invitations: invitations.into_iter().map(|known| invitation_view(&page, by, known, now, is_open)).collect(),
        can_invite: manages && is_open,
        manages,
        leaving,
        owners: owner_names(&all),
        mistakes,
        page,
        head,
    })
}

fn member_view(page: &Page, by: &Allowed<SeeDomain>, member: &Member, owners: &[Member]) -> MemberView {
    let changeable = by.governs(member.role) && !is_last_owner(member, owners);
    let choices = Role::ALL.into_iter().filter(|role| changeable && by.governs(*role));
    let is_self = Some(member.user_id) == by.actor().id;
    MemberView {
        id: member.id,
        name: member.name.clone(),
        email: member.email.clone(),
        role: member.role,
        label: page.s.role(member.role),
        since: member.since,
        last_sign_in_at: member.last_sign_in_at,
        is_self,
        is_active: member.is_active,
        roles: choices.map(|role| (role.to_string(), page.t(making(role)))).collect(),
        // Oneself leaves, by a page of its own.
        can_remove: changeable && !is_self,
    }
}

fn making(role: Role) -> &'static str {
    match role {
        Role::Owner => "member-make-owner",
        Role::Administrator => "member-make-administrator",
        Role::Viewer => "member-make-viewer",
    }
}

fn invitation_view(
    page: &Page,
    by: &Allowed<SeeDomain>,
    invitation: Invitation,
    now: Moment,
    is_open: bool,
) -> InvitationView {
    let can_withdraw = by.governs(invitation.role);
    InvitationView {
        id: invitation.id,
        is_expired: invitation.is_expired(now),
        label: page.s.role(invitation.role),
        role: invitation.role,
        email: invitation.email,
        inviter: invitation.inviter,
        expires_at: invitation.expires_at,
        can_withdraw,
        can_resend: can_withdraw && is_open,
    }
}

/// An address that only acts leads to the list.
pub(crate) async fn to_members(by: Allowed<SeeDomain>) -> Response {
    see_other(&urls::members(&by.domain().name))
}

pub(crate) async fn set_role(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<MemberId>,
    page: Page,
    typed: Fields,
) -> Result<Response, Failure> {
    let to = urls::members(&by.domain().name);
    let role = Role::from_word(typed.text("role").trim());
    let Some(wanted) = role else { return unknown_role(&web, &by, id, page.placed_at(&to)).await };
    let changed = members::roles::set_role(web.app(), &by, id, wanted, page.s.0)
        .await?
        .map_err(|refused| failure(refused, &to))?;
    let text = page.s.t2("member-role-set", "name", changed.name, "role", page.s.role(wanted));
    Ok(page.see_other(&to, Notice::good(text)).await)
}

/// A word that is no role is a mistake of the form, but only once the rights are clear.
async fn unknown_role(web: &Web, by: &Allowed<ManageMembers>, id: MemberId, page: Page) -> Result<Response, Failure> {
    let seen = by.also::<SeeDomain>().ok_or(Failure::NotFound)?;
    if !seen.governs(member_of(web, by, id).await?.role) {
        return Err(Failure::Forbidden);
    }
    let mistakes = page.mistakes(&Mistakes::one("role", Mistake::UnknownChoice));
    invalid(&list(web, &seen, page, mistakes).await?)
}

async fn member_of(web: &Web, by: &Allowed<ManageMembers>, id: MemberId) -> Result<Member, Failure> {
    let members = web.app().store.members_of(by.domain().id).await?;
    members.into_iter().find(|member| member.id == id).ok_or(Failure::NotFound)
}

fn failure(refused: Refused, back: &str) -> Failure {
    match refused {
        Refused::Gone => Failure::NotFound,
        Refused::Forbidden => Failure::Forbidden,
        Refused::LastOwner => Failure::Conflict("member-last-owner", back.to_owned()),
    }
}

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
) -> Result<Response, Failure> {
    let (domain, member) = (by.domain().clone(), member_of(&web, &by, id).await?);
    let back = urls::members(&domain.name);
    if !by.governs(member.role) {
        return Err(Failure::Forbidden);
    }
    let members = web.app().store.members_of(domain.id).await?;
    if is_last_owner(&member, &active_owners(&members)) {
        return Err(failure(Refused::LastOwner, &back));
    }
    if Some(member.user_id) == by.actor().id {
        return Ok(see_other(&urls::below_domain(&domain.name, "leave")));
    }
    let title = page.s.t2("member-remove-title", "name", member.name.as_str(), "domain", domain.name.unicode());
    let what = page.s.t2("member-remove-what", "name", member.name.as_str(), "email", member.email.as_str());
    let action = urls::below_domain(&domain.name, &format!("members/{id}/remove"));
    let form = Remove { page, domain, title, what, back, action };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn remove(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<MemberId>,
    page: Page,
) -> Result<Response, Failure> {
    let to = urls::members(&by.domain().name);
    let changed =
        members::roles::remove(web.app(), &by, id, page.s.0).await?.map_err(|refused| failure(refused, &to))?;
    let to = if changed.is_self { urls::DOMAINS } else { &to };
    let text = page.s.t1("member-removed", "name", changed.name);
    Ok(page.see_other(to, Notice::good(text)).await)
}

pub(crate) async fn ask_leave(State(web): State<Web>, by: Allowed<Leave>, page: Page) -> Result<Response, Failure> {
    let domain = by.domain().clone();
    let members = web.app().store.members_of(domain.id).await?;
    match members.iter().find(|member| Some(member.user_id) == by.actor().id) {
        Some(own) if is_last_owner(own, &active_owners(&members)) => {
            return Err(failure(Refused::LastOwner, &urls::members(&domain.name)));
        }
        Some(_) => {}
        None => return Err(Failure::Conflict("member-no-role", urls::members(&domain.name))),
    }
    let form = Remove {
        title: page.s.t1("member-leave-title", "domain", domain.name.unicode()),
        what: page.t("member-leave-what"),
        back: urls::members(&domain.name),
        action: urls::below_domain(&domain.name, "leave"),
        page,
        domain,
    };
    Ok(Html(form.render()?).into_response())
}

pub(crate) async fn leave(State(web): State<Web>, by: Allowed<Leave>, page: Page) -> Result<Response, Failure> {
    let domain = &by.domain().name;
    members::roles::leave(web.app(), &by).await?.map_err(|refused| match refused {
        // Staff has no role here to give up.
        Refused::Gone => Failure::Conflict("member-no-role", urls::members(domain)),
        other => failure(other, &urls::members(domain)),
    })?;
    let text = page.s.t1("member-left", "domain", domain.unicode());
    Ok(page.see_other(urls::DOMAINS, Notice::good(text)).await)
}
