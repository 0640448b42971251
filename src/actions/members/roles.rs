//! Members: change a role, remove, leave. A domain always keeps an active owner.

use crate::actions::App;
use crate::model::activity::Event;
use crate::model::email::EmailContent;
use crate::model::id::{MemberId, UserId};
use crate::model::member::{Member, is_last_owner};
use crate::model::role::{Leave, ManageMembers, Role};
use crate::model::user::Language;
use crate::store::{Allowed, Fault, Locked, NewEmail, Tx};

/// Why a change of a member is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The domain or the member no longer exists.
    Gone,
    /// The person's role is too low.
    Forbidden,
    /// It would leave the domain without an active owner.
    LastOwner,
}

/// The result of a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The name of the member.
    pub name: String,
    /// Whether it is the person's own role.
    pub is_self: bool,
}

/// Changes a member's role.
///
/// # Errors
/// A database error. The inner result says why it is refused.
pub async fn set_role(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: MemberId,
    to: Role,
    language: Language,
) -> Result<Result<Changed, Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let (locked, member) = match governed(&mut tx, by, id, Some(to)).await? {
        Ok(found) => found,
        Err(refused) => return Ok(Err(refused)),
    };
    let changed = Changed { name: member.name.clone(), is_self: locked.actor.id == Some(member.user_id) };
    if member.role == to {
        return Ok(Ok(changed));
    }
    tx.set_role(&locked, member.user_id, to).await?;
    withdraw_beyond(&mut tx, &locked, member.user_id, Some(to)).await?;
    let (from, role) = (member.role.to_string(), to.to_string());
    let event = Event::RoleChanged { email: member.email.clone(), from, to: role.clone() };
    tx.record(&locked, &event, None).await?;
    let domain = locked.domain.name.to_string();
    let content = EmailContent::RoleChanged { by: locked.actor.name.clone(), domain, role };
    write_to(&mut tx, &locked, &member, content, language).await?;
    tx.commit().await?;
    Ok(Ok(changed))
}

/// Removes a member.
///
/// # Errors
/// A database error. The inner result says why it is refused.
pub async fn remove(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: MemberId,
    language: Language,
) -> Result<Result<Changed, Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let (locked, member) = match governed(&mut tx, by, id, None).await? {
        Ok(found) => found,
        Err(refused) => return Ok(Err(refused)),
    };
    let changed = Changed { name: member.name.clone(), is_self: locked.actor.id == Some(member.user_id) };
    tx.delete_member(&locked, member.id).await?;
    withdraw_beyond(&mut tx, &locked, member.user_id, None).await?;
    let event = Event::MemberRemoved { email: member.email.clone(), role: member.role.to_string() };
    tx.record(&locked, &event, None).await?;
    if !changed.is_self {
        let domain = locked.domain.name.to_string();
        let content = EmailContent::AccessRemoved { by: locked.actor.name.clone(), domain };
        write_to(&mut tx, &locked, &member, content, language).await?;
    }
    tx.commit().await?;
    Ok(Ok(changed))
}

/// Gives up one's own role.
///
/// # Errors
/// A database error. The inner result says why it is refused.
pub async fn leave(app: &App, by: &Allowed<Leave>) -> Result<Result<(), Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let members = tx.members(&locked).await?;
    let own = members.into_iter().find(|member| Some(member.user_id) == locked.actor.id);
    // Staff without a role here cannot leave.
    let Some(own) = own else { return Ok(Err(Refused::Gone)) };
    if is_last_owner(&own, &tx.active_owners(&locked).await?) {
        return Ok(Err(Refused::LastOwner));
    }
    tx.delete_member(&locked, own.id).await?;
    withdraw_beyond(&mut tx, &locked, own.user_id, None).await?;
    tx.record(&locked, &Event::MemberLeft { role: own.role.to_string() }, None).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Locks the domain and reads the member, if the person may change that member now. Everything is read
/// under the lock: if two owners demote each other at the same time, the second one is no longer an
/// owner.
async fn governed(
    tx: &mut Tx,
    by: &Allowed<ManageMembers>,
    id: MemberId,
    to: Option<Role>,
) -> Result<Result<(Locked<ManageMembers>, Member), Refused>, Fault> {
    let locked = tx.lock(by).await?;
    let Some(member) = tx.member(&locked, id).await? else { return Ok(Err(Refused::Gone)) };
    // The role was removed meanwhile: answer as for a domain that does not exist.
    let Some(rank) = tx.rank(&locked).await? else { return Ok(Err(Refused::Gone)) };
    if !rank.governs(member.role) || !to.is_none_or(|to| rank.governs(to)) {
        return Ok(Err(Refused::Forbidden));
    }
    let stays_owner = to == Some(Role::Owner);
    if !stays_owner && is_last_owner(&member, &tx.active_owners(&locked).await?) {
        return Ok(Err(Refused::LastOwner));
    }
    Ok(Ok((locked, member)))
}

/// Withdraws the open invitations that the person may no longer send with the new role.
pub(crate) async fn withdraw_beyond<R>(
    tx: &mut Tx,
    locked: &Locked<R>,
    inviter: UserId,
    role: Option<Role>,
) -> Result<(), Fault> {
    for invitation in tx.invitations_by(locked, inviter).await? {
        if !role.is_some_and(|role| role.governs(invitation.role)) {
            tx.delete_invitation(locked, invitation.id).await?;
            tx.record(locked, &Event::InvitationWithdrawn { email: invitation.email }, None).await?;
        }
    }
    Ok(())
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
    tx.insert_email(&email).await?;
    Ok(())
}
