//! Invitations: sending, sending again, withdrawing.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::members::invite::{Invited, TypedInvitation};
use crate::actions::{Error, members};
use crate::model::member::owner_names;
use crate::model::{Domain, DomainStatus, Invitation, InvitationId, ManageMembers, Permission, Refusal, Role};
use crate::store::{Allowed, SignedIn};
use crate::urls;
use crate::web::members::make_owner::{MakeOwner, confirmed};
use crate::web::{Answer, ErrorTexts, Fields, Id, Notice, Page, PageError, Query, Undo, Web, invalid, rendered};

/// The field with the invitation whose address is corrected.
const REPLACES: &str = "replaces";

#[derive(Template)]
#[template(path = "members/invite.html")]
struct New {
    page: Page,
    domain: Domain,
    roles: Vec<(String, String, String)>,
    owners: Option<String>,
    email: String,
    role: String,
    /// The invitation whose address is corrected; empty if there is none.
    replaces: String,
    errors: ErrorTexts,
}

impl New {
    async fn read(web: &Web, by: &Allowed<ManageMembers>, page: Page) -> Result<Self, PageError> {
        let makes_owners = by.can(Permission::ManageOwners);
        let offered = Role::ALL.into_iter().rev().filter(|role| *role != Role::Owner || makes_owners);
        let roles = offered.map(|role| (role.to_string(), page.s.role(role), page.s.role_about(role))).collect();
        let owners = if makes_owners { None } else { Some(owners(web, by).await?) };
        let role = Role::Viewer.to_string();
        let domain = by.domain().clone();
        let (email, replaces, errors) = (String::new(), String::new(), ErrorTexts::default());
        Ok(Self { page, domain, roles, owners, email, role, replaces, errors })
    }

    /// The form with the invitation whose address is to be corrected.
    fn correcting(self, invitation: Invitation) -> Self {
        let (email, role, replaces) = (invitation.email, invitation.role.to_string(), invitation.id.to_string());
        Self { email, role, replaces, ..self }
    }

    /// The form with what the address of the page proposes.
    fn proposing(self, Query(query): &Query) -> Self {
        let role = Some(query.text("role")).filter(|asked| self.roles.iter().any(|(role, ..)| role == asked));
        Self { email: query.text("email"), role: role.unwrap_or_else(|| self.role.clone()), ..self }
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

pub(crate) async fn new(State(web): State<Web>, by: Allowed<ManageMembers>, page: Page, query: Query) -> Answer {
    by.domain().check_not_closed()?;
    let form = New::read(&web, &by, page).await?;
    let replaced = match query.0.text(REPLACES).parse::<InvitationId>() {
        Ok(id) => web.app().store.invitation(&by, id).await?.filter(|invitation| by.governs(invitation.role)),
        Err(_) => None,
    };
    rendered(&match replaced {
        Some(invitation) => form.correcting(invitation),
        None => form.proposing(&query),
    })
}

/// Adds the page that invites a person once more, with the form filled in: rights never change with one press.
pub(crate) fn with_invite_again(notice: Notice, page: &Page, domain: &Domain, email: &str, role: Role) -> Notice {
    if domain.status == DomainStatus::Disabled {
        return notice;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("email", email).append_pair("role", role.as_ref());
    let href = urls::below_domain(&domain.name, &format!("new-invitation?{}", query.finish()));
    notice.link(href, page.t("invitation-again"))
}

pub(crate) async fn invite(
    State(web): State<Web>,
    (by, person): (Allowed<ManageMembers>, SignedIn),
    page: Page,
    typed: Fields,
) -> Answer {
    let (email, role, replaces) = (typed.text("email"), typed.text("role"), typed.text(REPLACES));
    let (by, confirmed) = (Arc::new(by), confirmed(&typed));
    let here = urls::below_domain(&by.domain().name, "new-invitation");
    let action = {
        let (app, by, language) = (web.app().clone(), Arc::clone(&by), page.s.0);
        let invitation = TypedInvitation { email: email.clone(), role: role.clone(), replaces: replaces.parse().ok() };
        let confirmed = confirmed.clone();
        async move { members::invite::invite(&app, &by, &invitation, &confirmed, language).await }
    };
    match typed.once(&web, action).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let errors = page.errors(&errors);
            invalid(&New { email, role, replaces, errors, ..New::read(&web, &by, page).await? })
        }
        Ok(Invited::Unconfirmed(to)) => {
            let fields = vec![("email", email), ("role", role), (REPLACES, replaces)];
            MakeOwner::ask(&web, &person, page, by.domain(), (&to, &confirmed), (here, fields)).await
        }
        invited => {
            let notice = notice_of(&page, by.domain(), "invitation-sent", invited?);
            let notice = notice.link(here, page.t("invitation-another"));
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
    let (by, confirmed, language) = (Arc::new(by), confirmed(&typed), page.s.0);
    let sent = confirmed.clone();
    let act = |app, by: Arc<_>| async move { members::invite::resend(&app, &by, id, &sent, language).await };
    match typed.act_once(&web, &by, act).await? {
        Invited::Unconfirmed(to) => {
            let action = urls::below_domain(&by.domain().name, &format!("invitations/{id}/resend"));
            MakeOwner::ask(&web, &person, page, by.domain(), (&to, &confirmed), (action, Vec::new())).await
        }
        sent @ Invited::Sent(..) => {
            let notice = notice_of(&page, by.domain(), "invitation-resent", sent);
            Ok(page.see_other(&urls::members(&by.domain().name), notice).await)
        }
    }
}

/// The notice about an invitation, which says so if its email waits for the next day.
fn notice_of(page: &Page, domain: &Domain, key: &str, invited: Invited) -> Notice {
    match invited {
        Invited::Sent(id, queued) => {
            let withdraw = urls::below_domain(&domain.name, &format!("invitations/{id}/withdraw"));
            page.email_notice(key, &queued).undo(Undo::new(withdraw, page.t("invitation-withdraw")))
        }
        Invited::Unconfirmed(email) => Notice::good(page.s.sentence(key, &[("email", &email.to_string())])),
    }
}

pub(crate) async fn withdraw(
    State(web): State<Web>,
    by: Allowed<ManageMembers>,
    Id(id): Id<InvitationId>,
    page: Page,
    typed: Fields,
) -> Answer {
    let (to, by) = (urls::members(&by.domain().name), Arc::new(by));
    let act = |app, by: Arc<_>| async move { members::invite::withdraw(&app, &by, id).await };
    let Invitation { email, role, .. } = typed.act_once(&web, &by, act).await?;
    let notice = Notice::good(page.s.t1("invitation-withdrawn", "email", &email));
    Ok(page.see_other(&to, with_invite_again(notice, &page, by.domain(), &email, role)).await)
}
