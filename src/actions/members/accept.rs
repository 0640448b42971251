//! Accepts invitations: looks up a link, accepts for an existing account, joins with a new one. The
//! inviter's permission is read again at that moment, and an existing role is never lowered.

use secrecy::SecretString;

use crate::actions::accounts::new::NewAccount;
use crate::actions::emails::token::hash_of;
use crate::actions::members::raised;
use crate::actions::members::roles::withdraw_invitation;
use crate::actions::{App, Result, accounts};
use crate::model::{
    Actor, DomainId, DomainStatus, Event, FieldError, FieldErrors, Invitation, InvitationId, Language, Refusal, Role,
    UserId,
};
use crate::store::{ByPortal, Credentials, Fault, Locked, OpenInvitation, SignedIn, Store, Tx};

/// The invitation of a link.
#[derive(Clone, Debug)]
pub enum InvitationLink {
    /// An invitation that can be accepted now.
    Open(OpenInvitation),
    /// It has expired after seven days.
    Expired(OpenInvitation),
    /// Its domain is closed: the link stays valid.
    Waits(OpenInvitation),
}

/// Looks up the invitation of a link by its token. A signed-in person may also name an invitation of
/// their own address by its id, as the list of their invitations does.
pub async fn look_up(app: &App, key: &str, person: Option<&SignedIn>) -> Result<InvitationLink> {
    let found = match (key.parse::<InvitationId>(), person) {
        (Err(_), _) => app.store.invitation_of_link(&hash_of(key)).await?,
        (Ok(id), Some(person)) => {
            let is_theirs = |open: &OpenInvitation| open.invitation.is_for(&person.user().email);
            app.store.invitation_of(id).await?.filter(is_theirs)
        }
        (Ok(_), None) => None,
    };
    let open = found.filter(|open| open.is_backed).ok_or(Refusal::NotFound)?;
    Ok(if open.invitation.is_expired(app.clock.now()) {
        InvitationLink::Expired(open)
    } else if open.domain.status == DomainStatus::Disabled {
        InvitationLink::Waits(open)
    } else {
        InvitationLink::Open(open)
    })
}

/// Accepts an invitation for a person whose address is the invited one, who reads the page in the language
/// `shown`. It may no longer exist, or its domain may be closed.
pub async fn accept(
    app: &App,
    person: &SignedIn,
    (domain, id): (DomainId, InvitationId),
    shown: Language,
) -> Result<()> {
    let user = person.user();
    let actor = Actor { as_staff: false, ..person.actor() };
    let (mut tx, locked, invitation) = acceptable(&app.store, domain, id, actor).await?;
    tx.check_signed_in(person).await?;
    take_up(&mut tx, &locked, (user.id, shown), &invitation).await?;
    Ok(app.commit(tx).await?)
}

/// Locks the domain and reads the invitation, if the actor may accept it now. If its inviter may no
/// longer invite, it is withdrawn.
async fn acceptable(
    store: &Store,
    domain: DomainId,
    id: InvitationId,
    actor: Actor,
) -> Result<(Tx, Locked<ByPortal>, Invitation)> {
    let mut tx = store.begin().await?;
    let locked = tx.lock_as_portal(domain, actor).await?.ok_or(Refusal::NotFound)?;
    let invitation = tx.invitation(&locked, id).await?.ok_or(Refusal::NotFound)?;
    if !invitation.is_for(&locked.actor.email) || invitation.is_expired(tx.now()) {
        return Err(Refusal::NotFound.into());
    }
    if !may_still_invite(&mut tx, &locked, &invitation).await? {
        withdraw_invitation(&mut tx, &locked, invitation).await?;
        tx.commit().await?;
        return Err(Refusal::NotFound.into());
    }
    locked.domain.check_not_closed()?;
    Ok((tx, locked, invitation))
}

async fn may_still_invite(tx: &mut Tx, locked: &Locked<ByPortal>, invitation: &Invitation) -> Result<bool, Fault> {
    let members = tx.members(locked).await?;
    let inviter = members.iter().find(|member| member.user_id == invitation.inviter_id && member.is_active);
    let by_role = inviter.is_some_and(|member| member.role.governs(invitation.role));
    Ok(by_role || tx.is_active_staff(invitation.inviter_id).await?)
}

/// Records that a signed-in person used the link of an invitation, if it was sent to their address: since
/// it was sent, they are known to read what is sent there.
pub async fn note_link_used(store: &Store, person: &SignedIn, token: &str) -> Result<(), Fault> {
    let mut tx = store.begin().await?;
    tx.note_proved_by_invitation(person.user().id, &hash_of(token)).await?;
    tx.commit().await
}

/// Gives the offered role, unless the person has a higher one. A new owner is told by email, in `language`
/// if they chose none.
async fn take_up(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    (user, language): (UserId, Language),
    invitation: &Invitation,
) -> Result<(), Fault> {
    let members = tx.members(locked).await?;
    let held = members.iter().find(|member| member.user_id == user).map(|member| member.role);
    let role = held.map_or(invitation.role, |held| held.max(invitation.role));
    tx.set_role(locked, user, role).await?;
    tx.delete_invitation(locked, invitation.id).await?;
    if role == Role::Owner && held != Some(Role::Owner) {
        raised::tell_owner(tx, locked, (user, language), &invitation.inviter).await?;
    }
    let event = Event::InvitationAccepted { email: locked.actor.email.clone(), role: role.to_string() };
    tx.record(locked, &event, None).await
}

/// The submitted fields of an invited person's new account.
pub struct NewPerson<'a> {
    /// The name, as typed.
    pub name: &'a str,
    /// The password.
    pub password: SecretString,
    /// The language they read the page in.
    pub language: Language,
    /// The token of the link that they used.
    pub token: &'a str,
    /// Where the request comes from.
    pub origin: &'a str,
}

/// Creates the account of an invited person and accepts the invitation, in one transaction: there must
/// be no account without access. The invitation may no longer exist, or its domain may be closed.
pub async fn join(app: &App, open: &OpenInvitation, new: NewPerson<'_>) -> Result<Credentials> {
    let language = new.language;
    let account = NewAccount {
        email: &open.invitation.email,
        name: new.name,
        password: new.password,
        is_staff: false,
        language: Some(new.language),
    };
    let token_hash = hash_of(new.token);
    let turn = app.passwords.turn(true).await;
    let account = accounts::new::checked(account, &app.settings.brand_name).await?;
    drop(turn);
    let actor = Actor { name: account.name.clone(), ..Actor::by_link(&account.email.to_string(), new.origin) };
    let (mut tx, mut locked, invitation) = acceptable(&app.store, open.domain.id, open.invitation.id, actor).await?;
    let id = tx.insert_user(&account).await?;
    let id = id.ok_or_else(|| FieldErrors::one("name", FieldError::AccountExists))?;
    locked.actor.id = Some(id);
    tx.note_proved_by_invitation(id, &token_hash).await?;
    take_up(&mut tx, &locked, (id, language), &invitation).await?;
    app.commit(tx).await?;
    Ok(app.store.account(id).await?.ok_or(Refusal::NotFound)?)
}
