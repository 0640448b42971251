//! Members: change a role, remove, leave. A domain always keeps an active owner.

use crate::actions::members::confirmed::Confirmed;
use crate::actions::members::raised;
use crate::actions::{App, Result};
use crate::model::member::check_not_last_owner;
use crate::model::{
    EmailAddress, EmailContent, Event, FieldError, FieldErrors, Invitation, Language, Leave, ManageMembers, Member,
    MemberId, Permission, Refusal, Role, UserId, Why,
};
use crate::store::{Allowed, Fault, Locked, NewEmail, Tx};

/// The result of changing a role.
#[derive(Clone, Debug)]
pub enum RoleSet {
    /// The member has this role now.
    Set(Member),
    /// It would make the member an owner, which the person has to confirm first.
    Unconfirmed(EmailAddress),
}

/// Changes a member's role; makes an owner only if the person has `confirmed` it.
pub async fn set_role(
    app: &App,
    by: &Allowed<ManageMembers>,
    (id, typed): (MemberId, &str),
    confirmed: &Confirmed,
    language: Language,
) -> Result<RoleSet> {
    let (mut tx, locked, member, members) = governed(app, by, id).await?;
    let to: Role = typed.trim().parse().map_err(|_| FieldErrors::one("role", FieldError::UnknownChoice))?;
    locked.role.check_governs(to)?;
    if to != Role::Owner {
        check_not_last_owner(&member, &members)?;
    }
    if member.role == to {
        return Ok(RoleSet::Set(member));
    }
    if to == Role::Owner {
        let email = EmailAddress::parse(&member.email).map_err(|_| Refusal::NotFound)?;
        if !confirmed.holds(&mut tx, &email).await? {
            return Ok(RoleSet::Unconfirmed(email));
        }
    }
    tx.set_role(&locked, member.user_id, to).await?;
    withdraw_beyond(&mut tx, &locked, member.user_id, Some(to)).await?;
    let (from, role) = (member.role.to_string(), to.to_string());
    let event = Event::RoleChanged { email: member.email.clone(), from, to: role.clone() };
    tx.record(&locked, &event, None).await?;
    if to == Role::Owner {
        raised::tell_owner(&mut tx, &locked, (member.user_id, language), &locked.actor.name).await?;
    } else {
        let domain = locked.domain.name.to_string();
        let content = EmailContent::RoleChanged { by: locked.actor.name.clone(), domain, role };
        write_to(&mut tx, &locked, &member, content, language).await?;
    }
    tx.commit().await?;
    Ok(RoleSet::Set(Member { role: to, ..member }))
}

/// Removes a member, and returns it.
pub async fn remove(app: &App, by: &Allowed<ManageMembers>, id: MemberId, language: Language) -> Result<Member> {
    let (mut tx, locked, member, members) = governed(app, by, id).await?;
    check_not_last_owner(&member, &members)?;
    tx.delete_member(&locked, member.id).await?;
    withdraw_beyond(&mut tx, &locked, member.user_id, None).await?;
    let event = Event::MemberRemoved { email: member.email.clone(), role: member.role.to_string() };
    tx.record(&locked, &event, None).await?;
    if locked.actor.id != Some(member.user_id) {
        let domain = locked.domain.name.to_string();
        let content = EmailContent::AccessRemoved { by: locked.actor.name.clone(), domain };
        write_to(&mut tx, &locked, &member, content, language).await?;
    }
    tx.commit().await?;
    Ok(member)
}

/// Gives up one's own role. Staff without a role here have none to give up.
pub async fn leave(app: &App, by: &Allowed<Leave>) -> Result<()> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let members = tx.members(&locked).await?;
    let own = members.iter().find(|member| Some(member.user_id) == locked.actor.id);
    let own = own.ok_or(Refusal::Conflict(Why::NoRole))?;
    check_not_last_owner(own, &members)?;
    tx.delete_member(&locked, own.id).await?;
    withdraw_beyond(&mut tx, &locked, own.user_id, None).await?;
    tx.record(&locked, &Event::MemberLeft { role: own.role.to_string() }, None).await?;
    Ok(tx.commit().await?)
}

/// Locks the domain and reads one of its members and all of them, if the person may change that member
/// now. Everything is read under the lock: if two owners demote each other at the same time, the second
/// one is no longer an owner.
async fn governed(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: MemberId,
) -> Result<(Tx, Locked<ManageMembers>, Member, Vec<Member>)> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let members = tx.members(&locked).await?;
    let member = members.iter().find(|member| member.id == id).cloned().ok_or(Refusal::NotFound)?;
    locked.role.check_governs(member.role)?;
    Ok((tx, locked, member, members))
}

/// Withdraws the open invitations that the person may no longer send with the new role, and ends their links to
/// the DNS settings if they may no longer send these.
pub(crate) async fn withdraw_beyond<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    inviter: UserId,
    role: Option<Role>,
) -> Result<(), Fault> {
    for invitation in tx.invitations_by(locked, inviter).await? {
        if !role.is_some_and(|role| role.governs(invitation.role)) {
            withdraw_invitation(tx, locked, invitation).await?;
        }
    }
    if !role.is_some_and(|role| role.allows(Permission::EditDomain)) {
        for email in tx.delete_dns_shares_by(locked, inviter).await? {
            tx.record(locked, &Event::DnsShareRevoked { email }, None).await?;
        }
    }
    Ok(())
}

/// Withdraws an invitation: its link becomes invalid.
pub(crate) async fn withdraw_invitation<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    invitation: Invitation,
) -> Result<(), Fault> {
    tx.delete_invitation(locked, invitation.id).await?;
    tx.record(locked, &Event::InvitationWithdrawn { email: invitation.email }, None).await
}

/// Stores an email to a member. Closed accounts get none.
async fn write_to<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    member: &Member,
    content: EmailContent,
    language: Language,
) -> Result<(), Fault> {
    if !member.is_active {
        return Ok(());
    }
    let language = member.language.unwrap_or(language);
    let email = NewEmail::about(locked.domain.id, member.email.clone(), language, content);
    tx.insert_email(&email.by(&locked.actor)).await?;
    Ok(())
}
