//! The role of a collaborator: the page with the roles that can be given, and the change.

use askama::Template;
use axum::extract::State;

use crate::actions::members::roles::RoleSet;
use crate::actions::{Error, members};
use crate::model::member::{check_not_last_owner, owner_names};
use crate::model::{Domain, Invitation, ManageMembers, Member, MemberId, Refusal, Role, SeeDomain, Why};
use crate::store::{Allowed, SignedIn};
use crate::urls;
use crate::web::members::make_owner::{MakeOwner, confirmed};
use crate::web::{Answer, ErrorTexts, Fields, Id, Notice, Page, PageError, Web, invalid, rendered};

#[derive(Template)]
#[template(path = "members/role.html")]
struct ChooseRole {
    page: Page,
    domain: Domain,
    member: Member,
    /// Whether the person changes their own role.
    is_self: bool,
    /// The role that is selected.
    role: String,
    /// The roles that the person may give: name, label, and what follows from them.
    roles: Vec<(Role, String, String)>,
    /// The owners, if only they may give the roles that are not offered.
    owners: Option<String>,
    /// Whether the role of an owner is among the roles.
    by_owner: bool,
    errors: ErrorTexts,
}

impl ChooseRole {
    fn title(&self) -> String {
        self.page.s.t2("member-role-title", "name", self.member.name.as_str(), "domain", self.domain.name.unicode())
    }

    fn back(&self) -> String {
        urls::members(&self.domain.name)
    }

    fn action(&self) -> String {
        urls::member_role(&self.domain.name, self.member.id)
    }
}

/// A member whose role the person may change, and what the page of the role needs besides.
struct Chosen {
    member: Member,
    members: Vec<Member>,
    /// The open invitations that the member sent.
    sent: Vec<Invitation>,
}

impl Chosen {
    async fn read(web: &Web, by: &Allowed<ManageMembers>, id: MemberId) -> Result<Self, PageError> {
        let store = &web.app().store;
        let members = store.members_of(by.domain().id).await?;
        let member = members.iter().find(|member| member.id == id).cloned().ok_or(Refusal::NotFound)?;
        if !by.governs(member.role) {
            return Err(Refusal::Forbidden(Why::Role).into());
        }
        let seen = by.also::<SeeDomain>().ok_or(Refusal::NotFound)?;
        let invitations = store.invitations(&seen).await?.into_iter().map(|listed| listed.invitation);
        let sent = invitations.filter(|invitation| invitation.inviter_id == member.user_id).collect();
        Ok(Self { member, members, sent })
    }

    /// What the member may do with `role`, and which of their invitations it ends.
    fn about(&self, page: &Page, role: Role) -> String {
        let what = page.s.role_about(role);
        match self.sent.iter().filter(|invitation| !role.governs(invitation.role)).count() {
            0 => what,
            lost => format!("{what} {}", page.s.t1("member-role-invitations", "n", lost)),
        }
    }

    fn page(self, by: &Allowed<ManageMembers>, page: Page, role: &str, errors: ErrorTexts) -> ChooseRole {
        let offered = || Role::ALL.into_iter().rev().filter(|role| by.governs(*role));
        ChooseRole {
            roles: offered().map(|role| (role, page.s.role(role), self.about(&page, role))).collect(),
            owners: (offered().count() < Role::ALL.len()).then(|| owner_names(&self.members)),
            by_owner: by.governs(Role::Owner),
            is_self: Some(self.member.user_id) == by.actor().id,
            domain: by.domain().clone(),
            role: role.to_owned(),
            member: self.member,
            errors,
            page,
        }
    }
}

/// The page on which a role is chosen, with the present one selected.
pub(crate) async fn ask_role(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<MemberId>,
    page: Page,
) -> Answer {
    let chosen = Chosen::read(&web, &by, id).await?;
    check_not_last_owner(&chosen.member, &chosen.members)?;
    let role = chosen.member.role.to_string();
    rendered(&chosen.page(&by, page, &role, ErrorTexts::default()))
}

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
            let errors = page.errors(&errors);
            invalid(&Chosen::read(&web, &by, id).await?.page(&by, page, &role, errors))
        }
        Err(error) => Err(error.into()),
        Ok(RoleSet::Unconfirmed(email)) => {
            let action = urls::member_role(&by.domain().name, id);
            MakeOwner::ask(&web, &person, page, by.domain(), (&email, &confirmed), (action, vec![("role", role)])).await
        }
        Ok(RoleSet::Set(member)) => {
            let text = page.s.t2("member-role-set", "name", member.name, "role", page.s.role(member.role));
            let notice = Notice::good(text);
            let members = web.app().store.members_of(by.domain().id).await?;
            let now = members.iter().find(|member| member.id == id && Some(member.user_id) != by.actor().id);
            let notice = match now {
                Some(now) if check_not_last_owner(now, &members).is_ok() => {
                    notice.link(urls::member_role(&by.domain().name, id), page.t("member-role-again"))
                }
                _ => notice,
            };
            Ok(page.see_other(&to, notice).await)
        }
    }
}
