//! Invitations: send, send again, withdraw. They are accepted in `accept`.

use std::time::Duration;

use crate::actions::members::confirmed::Confirmed;
use crate::actions::members::roles::withdraw_invitation;
use crate::actions::{App, Result};
use crate::model::member::INVITATION_VALID;
use crate::model::{
    EmailAddress, EmailContent, Event, FieldError, FieldErrors, Invitation, InvitationId, Language, ManageMembers,
    Refusal, Role, Why,
};
use crate::store::{Allowed, Fault, Locked, NewEmail, QueuedEmail, Tx};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// How many people may be invited as owners of a domain at a time.
const OWNER_INVITATIONS: i64 = 5;

/// The result of an invitation, or of sending one again.
#[derive(Clone, Debug)]
pub enum Invited {
    /// An email with a link to this invitation will be sent.
    Sent(InvitationId, QueuedEmail),
    /// It would make this address an owner, which the person has to confirm first.
    Unconfirmed(EmailAddress),
}

/// The fields of the form that invites a person, as they were typed.
#[derive(Clone, Debug)]
pub struct TypedInvitation {
    /// The address.
    pub email: String,
    /// The role.
    pub role: String,
    /// The invitation whose address is corrected: it is withdrawn.
    pub replaces: Option<InvitationId>,
}

/// Invites an address; as an owner only if the person has `confirmed` it. Whether it has an account is not
/// looked up here: the answer and its time are the same for every address, and each person decides for
/// themselves.
pub async fn invite(
    app: &App,
    by: &Allowed<ManageMembers>,
    typed: &TypedInvitation,
    confirmed: &Confirmed,
    language: Language,
) -> Result<Invited> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let role = typed.role.trim().parse::<Role>().ok();
    locked.role.check_governs(role.unwrap_or(Role::Viewer))?;
    locked.domain.check_not_closed()?;
    let mut errors = FieldErrors::default();
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    let role = errors.check("role", role.ok_or(FieldError::UnknownChoice));
    let (Some(email), Some(role)) = (email, role) else { return Err(errors.into()) };
    if let Some(replaced) = typed.replaces {
        withdraw_replaced(&mut tx, &locked, replaced).await?;
    }
    if let Some(error) = obstacle(app, &mut tx, &locked, &email).await? {
        errors.add("email", error);
    }
    if role == Role::Owner && has_enough_owners(&mut tx, &locked, &email).await? {
        errors.add("role", FieldError::TooManyOwnerInvitations);
    }
    errors.into_result()?;
    if role == Role::Owner && !confirmed.holds(&mut tx, &email).await? {
        return Ok(Invited::Unconfirmed(email));
    }
    let event = Event::MemberInvited { email: email.to_string(), role: role.to_string() };
    tx.record(&locked, &event, None).await?;
    let sent = write_invitation(app, &mut tx, &locked, (&email, role), language).await?;
    app.commit(tx).await?;
    Ok(sent)
}

/// Withdraws an invitation that is corrected. One that has ended meanwhile may have been accepted.
async fn withdraw_replaced(tx: &mut Tx, locked: &Locked<ManageMembers>, id: InvitationId) -> Result<()> {
    let invitation = tx.invitation(locked, id).await?.ok_or(Refusal::Conflict(Why::InvitationOver))?;
    locked.role.check_governs(invitation.role)?;
    Ok(withdraw_invitation(tx, locked, invitation).await?)
}

async fn obstacle(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    email: &EmailAddress,
) -> Result<Option<FieldError>, Fault> {
    let key = email.key();
    if locked.actor.email.to_lowercase() == key {
        return Ok(Some(FieldError::OwnAddress));
    }
    if tx.members(locked).await?.iter().any(|member| member.email.to_lowercase() == key) {
        return Ok(Some(FieldError::AlreadyMember));
    }
    let known = tx.invitation_to(locked, email).await?;
    // An invitation that the inviter may not withdraw must not be replaced, even if it has expired.
    let stands =
        |invitation: &Invitation| !invitation.is_expired(app.clock.now()) || !locked.role.governs(invitation.role);
    if known.as_ref().is_some_and(stands) {
        return Ok(Some(FieldError::AlreadyInvited));
    }
    Ok(limit_reached(app, tx, locked).await?.map(|_| FieldError::TooManyInvitations))
}

/// Whether no other address may be invited as an owner: each such invitation guards its address on all
/// domains.
async fn has_enough_owners(tx: &mut Tx, locked: &Locked<ManageMembers>, email: &EmailAddress) -> Result<bool, Fault> {
    Ok(tx.count_owner_invitations(locked, email).await? >= OWNER_INVITATIONS)
}

/// The period of the limit that is reached, after which another invitation or link to DNS settings is allowed at
/// the latest.
pub(crate) async fn limit_reached<R>(app: &App, tx: &mut Tx, locked: &Locked<R>) -> Result<Option<Duration>, Fault> {
    let Some(sender) = locked.actor.id else { return Ok(None) };
    let now = app.clock.now();
    let (in_hour, in_day) = tx.count_invites(locked, sender, now.minus(HOUR), now.minus(DAY)).await?;
    let settings = &app.settings;
    let is_hour_full = in_hour >= i64::from(settings.invitations_per_hour);
    let is_day_full = in_day >= i64::from(settings.invitations_per_day);
    Ok(if is_day_full { Some(DAY) } else { is_hour_full.then_some(HOUR) })
}

/// Stores an invitation and its email; the link is created when the email is sent.
async fn write_invitation(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    (email, role): (&EmailAddress, Role),
    language: Language,
) -> Result<Invited> {
    let inviter = locked.actor.id.ok_or(Refusal::Forbidden(Why::Role))?;
    let expires_at = app.clock.now().plus(INVITATION_VALID);
    let id = tx.upsert_invitation(locked, email, role, inviter, expires_at).await?;
    let content = EmailContent::Invitation {
        inviter: locked.actor.name.clone(),
        domain: locked.domain.name.to_string(),
        role: role.to_string(),
        expires_at,
    };
    let email = NewEmail::about(locked.domain.id, email.to_string(), language, content).by(&locked.actor);
    let queued = tx.queue_email(&NewEmail { invitation_id: Some(id), ..email }).await?;
    tx.note_invite(locked, inviter).await?;
    Ok(Invited::Sent(id, queued))
}

/// Sends an invitation again: with a new link, valid for another seven days. The old link becomes
/// invalid. One as owner is sent again only if the person has `confirmed` it.
pub async fn resend(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: InvitationId,
    confirmed: &Confirmed,
    language: Language,
) -> Result<Invited> {
    let (mut tx, locked, invitation) = governed(app, by, id).await?;
    locked.domain.check_not_closed()?;
    if let Some(retry_after) = limit_reached(app, &mut tx, &locked).await? {
        return Err(Refusal::TooMany { why: Why::InvitationEmails, retry_after }.into());
    }
    let email = EmailAddress::parse(&invitation.email).map_err(|_| Refusal::NotFound)?;
    if invitation.role == Role::Owner && has_enough_owners(&mut tx, &locked, &email).await? {
        return Err(Refusal::Conflict(Why::OwnerInvitations).into());
    }
    if invitation.role == Role::Owner && !confirmed.holds(&mut tx, &email).await? {
        return Ok(Invited::Unconfirmed(email));
    }
    let sent = write_invitation(app, &mut tx, &locked, (&email, invitation.role), language).await?;
    tx.record(&locked, &Event::InvitationResent { email: invitation.email }, None).await?;
    app.commit(tx).await?;
    Ok(sent)
}

/// Withdraws an invitation: its link becomes invalid. Returns the invitation.
pub async fn withdraw(app: &App, by: &Allowed<ManageMembers>, id: InvitationId) -> Result<Invitation> {
    let (mut tx, locked, invitation) = governed(app, by, id).await?;
    withdraw_invitation(&mut tx, &locked, invitation.clone()).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// Locks the domain and reads the invitation, if the person may change it.
async fn governed(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: InvitationId,
) -> Result<(Tx, Locked<ManageMembers>, Invitation)> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let invitation = tx.invitation(&locked, id).await?.ok_or(Refusal::NotFound)?;
    locked.role.check_governs(invitation.role)?;
    Ok((tx, locked, invitation))
}
