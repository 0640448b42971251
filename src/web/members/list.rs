//! The collaborators and invitations of a domain.

use askama::Template;
use axum::extract::State;

use crate::model::member::{active_owners, is_last_owner, owner_names};
use crate::model::{
    DomainStatus, EmailState, Invitation, InvitationId, Member, MemberId, Permission, SeeDomain, Timestamp,
};
use crate::store::{Allowed, ListedInvitation};
use crate::urls;
use crate::web::domains::head::{Head, Tab};
use crate::web::{Answer, Page, Web, rendered};

#[derive(Template)]
#[template(path = "members/list.html")]
struct Index {
    page: Page,
    head: Head,
    members: Vec<MemberView>,
    invitations: Vec<InvitationView>,
    can_invite: bool,
    manages: bool,
    sees_journal: bool,
    leaving: Leaving,
    owners: String,
}

/// Whether the visitor may leave the domain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// Yes.
    May,
    /// They are the last owner.
    LastOwner,
    /// They have no role here.
    NoRole,
}

/// A member in the list, with what the visitor may do.
struct MemberView {
    member: Member,
    is_self: bool,
    can_change: bool,
    can_remove: bool,
}

/// An invitation in the list, with the buttons available.
struct InvitationView {
    invitation: Invitation,
    is_expired: bool,
    /// Why its email did not leave, in words, for people who may withdraw it.
    email: Option<String>,
    /// The address of the form that corrects it, if its email did not arrive.
    correct: Option<String>,
    can_withdraw: bool,
    can_resend: bool,
}

impl Index {
    fn can_resend(&self) -> bool {
        self.invitations.iter().any(|view| view.can_resend)
    }

    fn member_path(&self, id: &MemberId, verb: &str) -> String {
        urls::below_domain(&self.head.domain.name, &format!("members/{id}/{verb}"))
    }

    fn invitation_path(&self, id: &InvitationId, verb: &str) -> String {
        urls::below_domain(&self.head.domain.name, &format!("invitations/{id}/{verb}"))
    }
}

pub(crate) async fn index(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page) -> Answer {
    let head = Head::read(&web, &by, &page, Tab::Members).await?;
    let store = &web.app().store;
    let all = store.members(&by).await?;
    let invitations = store.invitations(&by).await?;
    let (now, is_open) = (web.app().clock.now(), head.domain.status != DomainStatus::Disabled);
    let manages = by.can(Permission::ManageMembers);
    let owners = active_owners(&all);
    let own = all.iter().find(|member| Some(member.user_id) == by.actor().id);
    let leaving = match own {
        Some(own) if is_last_owner(own, &owners) => Leaving::LastOwner,
        Some(_) => Leaving::May,
        None => Leaving::NoRole,
    };
    let index = Index {
        owners: owner_names(&all),
        members: all.into_iter().map(|member| member_view(&by, member, &owners)).collect(),
        invitations: invitations.into_iter().map(|known| invitation_view(&page, &by, known, (now, is_open))).collect(),
        can_invite: manages && is_open,
        manages,
        sees_journal: by.can(Permission::FollowChanges),
        leaving,
        page,
        head,
    };
    rendered(&index)
}

fn member_view(by: &Allowed<SeeDomain>, member: Member, owners: &[Member]) -> MemberView {
    let can_change = by.governs(member.role) && !is_last_owner(&member, owners);
    let is_self = Some(member.user_id) == by.actor().id;
    // People leave by a page of their own, they do not remove themselves.
    MemberView { is_self, can_change, can_remove: can_change && !is_self, member }
}

fn invitation_view(
    page: &Page,
    by: &Allowed<SeeDomain>,
    listed: ListedInvitation,
    (now, is_open): (Timestamp, bool),
) -> InvitationView {
    let ListedInvitation { invitation, email } = listed;
    let can_withdraw = by.governs(invitation.role);
    // What became of an email without trouble would tell whether the address has an account that is closed.
    let email = email.filter(|email| can_withdraw && matches!(email.state, EmailState::GivenUp | EmailState::Held));
    InvitationView {
        is_expired: invitation.is_expired(now),
        correct: email
            .as_ref()
            .filter(|email| email.state == EmailState::GivenUp && is_open)
            .map(|_| urls::correct_invitation(&by.domain().name, invitation.id)),
        email: email.map(|email| page.email_stands(&email)),
        can_withdraw,
        can_resend: can_withdraw && is_open,
        invitation,
    }
}
