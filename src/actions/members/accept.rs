//! Accepts invitations: looks up a link, accepts for an existing account, joins with a new one. The
//! inviter's permission is read again at that moment, and an existing role is never lowered.

use secrecy::SecretString;

use crate::actions::App;
use crate::actions::accounts;
use crate::actions::accounts::new::NewAccount;
use crate::actions::emails::token::hash_of;
use crate::model::activity::Event;
use crate::model::domain::DomainStatus;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::{DomainId, InvitationId, UserId};
use crate::model::member::{Invitation, Member};
use crate::model::role::Role;
use crate::model::user::{Actor, Language};
use crate::store::{ByPortal, Fault, Locked, OpenInvitation, SignedIn, Store, Tx};

/// The invitation of a link.
#[derive(Clone, Debug)]
pub enum Link {
    /// An invitation that can be accepted now.
    Open(OpenInvitation),
    /// It has expired after seven days.
    Expired(OpenInvitation),
    /// Its domain is closed: the link stays valid.
    Waits(OpenInvitation),
    /// Unknown, withdrawn or used.
    Unknown,
}

/// Looks up a link.
pub async fn look_up(app: &App, token: &str) -> Result<Link, Fault> {
    let Some(open) = app.store.invitation_of_link(&hash_of(token)).await? else { return Ok(Link::Unknown) };
    Ok(if !open.is_backed {
        Link::Unknown
    } else if open.invitation.is_expired(app.clock.now()) {
        Link::Expired(open)
    } else if open.domain.status == DomainStatus::Disabled {
        Link::Waits(open)
    } else {
        Link::Open(open)
    })
}

/// The result of accepting an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The person has the access.
    Yes,
    /// Not now: the domain is closed.
    Waits,
    /// The inviter has lost the permission to invite, or the invitation no longer exists.
    NoLonger,
}

/// Accepts an invitation for a person whose address is the invited one.
pub async fn accept(store: &Store, person: &SignedIn, domain: DomainId, id: InvitationId) -> Result<Accepted, Fault> {
    let user = person.user();
    let mut tx = store.begin().await?;
    let actor = Actor { id: Some(user.id), name: user.name.clone(), email: user.email.clone(), as_staff: false };
    let Some(locked) = tx.lock_as_portal(domain, actor).await? else { return Ok(Accepted::NoLonger) };
    let (invitation, members) = match acceptable(&mut tx, &locked, id, &user.email).await? {
        Ok(found) => found,
        Err(refused) => {
            tx.commit().await?;
            return Ok(refused);
        }
    };
    let held = members.iter().find(|member| member.user_id == user.id).map(|member| member.role);
    let role = held.map_or(invitation.role, |held| held.max(invitation.role));
    take_up(&mut tx, &locked, (user.id, &user.email), &invitation, role).await?;
    tx.commit().await?;
    Ok(Accepted::Yes)
}

/// The invitation, if this address may accept it now. If its inviter may no longer invite, it is
/// withdrawn.
async fn acceptable(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    id: InvitationId,
    email: &str,
) -> Result<Result<(Invitation, Vec<Member>), Accepted>, Fault> {
    let Some(invitation) = tx.invitation(locked, id).await? else { return Ok(Err(Accepted::NoLonger)) };
    let is_theirs = invitation.email.to_lowercase() == email.to_lowercase();
    if !is_theirs || invitation.is_expired(tx.now()) {
        return Ok(Err(Accepted::NoLonger));
    }
    let members = tx.members(locked).await?;
    if !may_still_invite(tx, &members, &invitation).await? {
        tx.delete_invitation(locked, invitation.id).await?;
        tx.record(locked, &Event::InvitationWithdrawn { email: invitation.email }, None).await?;
        return Ok(Err(Accepted::NoLonger));
    }
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Accepted::Waits));
    }
    Ok(Ok((invitation, members)))
}

async fn may_still_invite(tx: &mut Tx, members: &[Member], invitation: &Invitation) -> Result<bool, Fault> {
    let inviter = members.iter().find(|member| member.user_id == invitation.inviter_id && member.is_active);
    let by_role = inviter.is_some_and(|member| member.role.governs(invitation.role));
    Ok(by_role || tx.is_active_staff(invitation.inviter_id).await?)
}

async fn take_up(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    (user, email): (UserId, &str),
    invitation: &Invitation,
    role: Role,
) -> Result<(), Fault> {
    tx.set_role(locked, user, role).await?;
    tx.delete_invitation(locked, invitation.id).await?;
    let event = Event::InvitationAccepted { email: email.to_owned(), role: role.to_string() };
    tx.record(locked, &event, None).await
}

/// Accepts all open invitations of a person: after their account was created, and when they sign in.
pub async fn honour_all(store: &Store, person: &SignedIn) -> Result<(), Fault> {
    let key = person.user().email.to_lowercase();
    for (domain, invitation) in store.invited_domains(&key).await? {
        accept(store, person, domain, invitation).await?;
    }
    Ok(())
}

/// The submitted fields of an invited person's new account.
pub struct NewPerson<'a> {
    /// The name, as typed.
    pub name: &'a str,
    /// The password.
    pub password: SecretString,
    /// The language they read the page in.
    pub language: Language,
}

/// The result of joining.
#[derive(Clone, Debug)]
pub enum Joined {
    /// The account is created, and the person has access.
    Yes(SignedIn),
    /// Nothing was created: the domain is closed by now.
    Waits,
    /// Nothing was created: the invitation no longer exists.
    NoLonger,
}

/// Creates the account of an invited person and accepts all their invitations, in one transaction:
/// there must be no account without access.
///
/// # Errors
/// A database error. The inner result has the field errors.
pub async fn join(app: &App, open: &OpenInvitation, new: NewPerson<'_>) -> Result<Result<Joined, FieldErrors>, Fault> {
    let account = NewAccount {
        email: &open.invitation.email,
        name: new.name,
        password: new.password,
        is_staff: false,
        language: Some(new.language),
    };
    let account = match accounts::new::checked(account).await? {
        Ok(account) => account,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut tx = app.store.begin().await?;
    let (name, email) = (account.name.as_str().to_owned(), account.email.to_string());
    let actor = Actor { id: None, name, email: email.clone(), as_staff: false };
    let Some(mut locked) = tx.lock_as_portal(open.domain.id, actor).await? else { return Ok(Ok(Joined::NoLonger)) };
    let (invitation, _) = match acceptable(&mut tx, &locked, open.invitation.id, &email).await? {
        Ok(found) => found,
        Err(Accepted::Waits) => return Ok(Ok(Joined::Waits)),
        Err(_) => return Ok(Ok(Joined::NoLonger)),
    };
    let Some(id) = tx.insert_user(&account.row()).await? else {
        return Ok(Err(FieldErrors::one("name", FieldError::AccountExists)));
    };
    locked.actor.id = Some(id);
    take_up(&mut tx, &locked, (id, &email), &invitation, invitation.role).await?;
    tx.commit().await?;
    let Some(person) = app.store.account(id).await?.map(|found| found.person) else {
        return Ok(Ok(Joined::NoLonger));
    };
    honour_all(&app.store, &person).await?;
    Ok(Ok(Joined::Yes(person)))
}
