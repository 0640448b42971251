//! Invitations: sending, sending again, withdrawing.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::members::invite::Invited;
use crate::actions::{Error, members};
use crate::model::member::owner_names;
use crate::model::{Domain, InvitationId, ManageMembers, Permission, Refusal, Role};
use crate::store::{Allowed, SignedIn};
use crate::urls;
use crate::web::members::make_owner::{MakeOwner, confirmed};
use crate::web::{Answer, ErrorTexts, Fields, Id, Notice, Page, PageError, Web, invalid, rendered};

#[derive(Template)]
#[template(path = "members/invite.html")]
struct New {
    page: Page,
    domain: Domain,
    roles: Vec<(String, String, String)>,
    owners: Option<String>,
    email: String,
    role: String,
    errors: ErrorTexts,
}

impl New {
    async fn read(web: &Web, by: &Allowed<ManageMembers>, page: Page) -> Result<Self, PageError> {
        let makes_owners = by.can(Permission::ManageOwners);
        let offered = Role::ALL.into_iter().rev().filter(|role| *role != Role::Owner || makes_owners);
        let about = |role: Role| match role {
            Role::Viewer => "role-about-viewer",
            Role::Administrator => "role-about-administrator",
            Role::Owner => "role-about-owner",
        };
        let roles = offered.map(|role| (role.to_string(), page.s.role(role), page.t(about(role)))).collect();
        let owners = if makes_owners { None } else { Some(owners(web, by).await?) };
        let role = Role::Viewer.to_string();
        let domain = by.domain().clone();
        Ok(Self { page, domain, roles, owners, email: String::new(), role, errors: ErrorTexts::default() })
    }

    fn back(&self) -> String {
        urls::members(&self.domain.name)
    }

    fn action(&self) -> String {
        urls::below_domain(&self.domain.name, "new-invitation")
    }
}

async fn owners(web: &Web, by: &Allowed<ManageMembers>) -> Result<String, PageError> {
    let members = web.app().store.members_of(by.domain().id).await?;
    Ok(owner_names(&members))
}

pub(crate) async fn new(State(web): State<Web>, by: Allowed<ManageMembers>, page: Page) -> Answer {
    by.domain().check_not_closed()?;
    rendered(&New::read(&web, &by, page).await?)
}

pub(crate) async fn invite(
    State(web): State<Web>,
    (by, person): (Allowed<ManageMembers>, SignedIn),
    page: Page,
    typed: Fields,
) -> Answer {
    let (email, role) = (typed.text("email"), typed.text("role"));
    let (by, confirmed) = (Arc::new(by), confirmed(&typed));
    let here = urls::below_domain(&by.domain().name, "new-invitation");
    let action = {
        let (app, by, language) = (web.app().clone(), Arc::clone(&by), page.s.0);
        let (email, role, confirmed) = (email.clone(), role.clone(), confirmed.clone());
        async move { members::invite::invite(&app, &by, (&email, &role), &confirmed, language).await }
    };
    match typed.once(&web, action).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors(&errors);
            invalid(&New { email, role, errors, ..New::read(&web, &by, page).await? })
        }
        Ok(Invited::Unconfirmed(to)) => {
            let fields = vec![("email", email), ("role", role)];
            MakeOwner::ask(&web, &person, page, by.domain(), (&to, &confirmed), (here, fields)).await
        }
        invited => {
            let notice = notice_of(&page, "invitation-sent", invited?).link(here, page.t("invitation-another"));
            Ok(page.see_other(&urls::members(&by.domain().name), notice).await)
        }
    }
}

pub(crate) async fn resend(
    State(web): State<Web>,
    (by, person): (Allowed<ManageMembers>, SignedIn),
    Id(id): Id<InvitationId>,
    page: Page,
    typed: Fields,
) -> Answer {
    let confirmed = confirmed(&typed);
    match members::invite::resend(web.app(), &by, id, &confirmed, page.s.0).await? {
        Invited::Unconfirmed(to) => {
            let action = urls::below_domain(&by.domain().name, &format!("invitations/{id}/resend"));
            MakeOwner::ask(&web, &person, page, by.domain(), (&to, &confirmed), (action, Vec::new())).await
        }
        sent @ Invited::Sent { .. } => {
            let notice = notice_of(&page, "invitation-resent", sent);
            Ok(page.see_other(&urls::members(&by.domain().name), notice).await)
        }
    }
}

/// The notice about an invitation, which says so if its email waits for the next day.
fn notice_of(page: &Page, key: &str, invited: Invited) -> Notice {
    match invited {
        Invited::Sent { email, waits_until: Some(at) } => {
            let (to, at) = (email.to_string(), page.timestamp(at));
            Notice::warn(page.s.t2("email-waits-its-turn", "recipient", to, "timestamp", at))
        }
        Invited::Sent { email, .. } | Invited::Unconfirmed(email) => {
            Notice::good(page.s.sentence(key, &[("email", &email.to_string())]))
        }
    }
}

pub(crate) async fn withdraw(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<InvitationId>,
    page: Page,
) -> Answer {
    let to = urls::members(&by.domain().name);
    let email = members::invite::withdraw(web.app(), &by, id).await?;
    Ok(page.see_other(&to, Notice::good(page.s.t1("invitation-withdrawn", "email", email))).await)
}
