//! Invitations: send, send again, withdraw. They are accepted in `accept`.

use std::time::Duration;

use crate::actions::App;
use crate::model::activity::Event;
use crate::model::address::EmailAddress;
use crate::model::domain::DomainStatus;
use crate::model::email::EmailContent;
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::InvitationId;
use crate::model::member::{INVITATION_VALID, Invitation};
use crate::model::role::{ManageMembers, Role};
use crate::model::user::{Language, User};
use crate::store::{Allowed, Fault, Locked, NewEmail, Tx};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Why an invitation cannot be sent or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The domain or the invitation no longer exists.
    Gone,
    /// The person's role is too low.
    Forbidden,
    /// The domain is closed.
    Disabled,
    /// Too many invitations in a short time.
    TooMany,
}

/// The result of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// An email with a link will be sent.
    Email,
    /// The person has an account, and has access from now on.
    Access,
}

/// Invites an address; a person with an account has access at once.
///
/// # Errors
/// A database error. The inner results say why it is refused, then have the field errors.
pub async fn invite(
    app: &App,
    by: &Allowed<ManageMembers>,
    typed_email: &str,
    typed_role: &str,
    language: Language,
) -> Result<Result<Result<Invited, FieldErrors>, Refused>, Fault> {
    // Read before the transaction, which must not wait for a second connection.
    let account = match EmailAddress::parse(typed_email) {
        Ok(email) => app.store.user_with_email(&email).await?,
        Err(_) => None,
    };
    let mut tx = app.store.begin().await?;
    let locked = tx.lock(by).await?;
    let Some(rank) = tx.rank(&locked).await? else { return Ok(Err(Refused::Gone)) };
    let role = Role::parse(typed_role.trim());
    if !rank.governs(role.unwrap_or(Role::Viewer)) {
        return Ok(Err(Refused::Forbidden));
    }
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    let mut errors = FieldErrors::default();
    let email = errors.check("email", EmailAddress::parse(typed_email));
    let role = errors.check("role", role.ok_or(FieldError::UnknownChoice));
    let (Some(email), Some(role)) = (email, role) else { return Ok(Ok(Err(errors))) };
    if let Some(error) = obstacle(app, &mut tx, &locked, &email, account.as_ref()).await? {
        return Ok(Ok(Err(FieldErrors::one("email", error))));
    }
    let invited = match &account {
        Some(user) => give_access(&mut tx, &locked, (user, &email, role), language).await?,
        None => send_invitation(app, &mut tx, &locked, (&email, role), language).await?,
    };
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Ok(Ok(invited)))
}

async fn obstacle(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    email: &EmailAddress,
    account: Option<&User>,
) -> Result<Option<FieldError>, Fault> {
    let key = email.key();
    if locked.actor.email.to_lowercase() == key {
        return Ok(Some(FieldError::OwnAddress));
    }
    if tx.members(locked).await?.iter().any(|member| member.email.to_lowercase() == key) {
        return Ok(Some(FieldError::AlreadyMember));
    }
    if account.is_some_and(|user| user.disabled_at.is_some()) {
        return Ok(Some(FieldError::AccountClosed));
    }
    let rank = tx.rank(locked).await?;
    let known = tx.invitation_to(locked, email).await?;
    // An invitation that the inviter may not withdraw must not be replaced, even if it has expired.
    let stands = |invitation: &Invitation| {
        !invitation.is_expired(app.clock.now()) || !rank.is_some_and(|rank| rank.governs(invitation.role))
    };
    if known.as_ref().is_some_and(stands) {
        return Ok(Some(FieldError::AlreadyInvited));
    }
    Ok(is_too_many(app, tx, locked).await?.then_some(FieldError::TooManyInvitations))
}

async fn is_too_many(app: &App, tx: &mut Tx, locked: &Locked<ManageMembers>) -> Result<bool, Fault> {
    let Some(sender) = locked.actor.id else { return Ok(false) };
    let now = app.clock.now();
    let (in_hour, in_day) = tx.count_invites(locked, sender, now.minus(HOUR), now.minus(DAY)).await?;
    let settings = &app.settings;
    Ok(in_hour >= i64::from(settings.invitations_per_hour) || in_day >= i64::from(settings.invitations_per_day))
}

async fn give_access(
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    (user, email, role): (&User, &EmailAddress, Role),
    language: Language,
) -> Result<Invited, Fault> {
    // The person has access now: delete an older invitation, which has expired.
    if let Some(older) = tx.invitation_to(locked, email).await? {
        tx.delete_invitation(locked, older.id).await?;
    }
    tx.set_role(locked, user.id, role).await?;
    let event = Event::RoleGranted { email: user.email.clone(), role: role.to_string() };
    tx.record(locked, &event, None).await?;
    let (by, domain) = (locked.actor.name.clone(), locked.domain.name.to_string());
    let content = EmailContent::AccessGiven { by, domain, role: role.to_string() };
    let language = user.language.unwrap_or(language);
    let email = NewEmail::about(locked.domain.id, user.email.clone(), language, content);
    tx.insert_email(&email).await?;
    if let Some(sender) = locked.actor.id {
        let forgotten = tx.now().minus(DAY);
        tx.note_invite(locked, sender, forgotten).await?;
    }
    Ok(Invited::Access)
}

async fn send_invitation(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    (email, role): (&EmailAddress, Role),
    language: Language,
) -> Result<Invited, Fault> {
    let event = Event::MemberInvited { email: email.to_string(), role: role.to_string() };
    tx.record(locked, &event, None).await?;
    write_invitation(app, tx, locked, (email, role), language).await?;
    Ok(Invited::Email)
}

/// Stores an invitation and its email; the link is created when the email is sent.
async fn write_invitation(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    (email, role): (&EmailAddress, Role),
    language: Language,
) -> Result<(), Fault> {
    let Some(inviter) = locked.actor.id else { return Ok(()) };
    let expires_at = app.clock.now().plus(INVITATION_VALID);
    let id = tx.upsert_invitation(locked, email, role, inviter, expires_at).await?;
    let content = EmailContent::Invitation {
        inviter: locked.actor.name.clone(),
        domain: locked.domain.name.to_string(),
        role: role.to_string(),
        expires_at,
    };
    let email = NewEmail::about(locked.domain.id, email.to_string(), language, content);
    tx.insert_email(&NewEmail { invitation_id: Some(id), ..email }).await?;
    tx.note_invite(locked, inviter, app.clock.now().minus(DAY)).await
}

/// Sends an invitation again: with a new link, valid for another seven days. The old link becomes
/// invalid.
///
/// # Errors
/// A database error. The inner result says why it is refused.
pub async fn resend(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: InvitationId,
    language: Language,
) -> Result<Result<String, Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let (locked, invitation) = match governed(&mut tx, by, id).await? {
        Ok(found) => found,
        Err(refused) => return Ok(Err(refused)),
    };
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    if is_too_many(app, &mut tx, &locked).await? {
        return Ok(Err(Refused::TooMany));
    }
    let Ok(email) = EmailAddress::parse(&invitation.email) else { return Ok(Err(Refused::Gone)) };
    write_invitation(app, &mut tx, &locked, (&email, invitation.role), language).await?;
    tx.record(&locked, &Event::InvitationResent { email: invitation.email.clone() }, None).await?;
    tx.commit().await?;
    app.wake.notify_one();
    Ok(Ok(invitation.email))
}

/// Withdraws an invitation: its link becomes invalid.
///
/// # Errors
/// A database error. The inner result says why it is refused.
pub async fn withdraw(
    app: &App,
    by: &Allowed<ManageMembers>,
    id: InvitationId,
) -> Result<Result<String, Refused>, Fault> {
    let mut tx = app.store.begin().await?;
    let (locked, invitation) = match governed(&mut tx, by, id).await? {
        Ok(found) => found,
        Err(refused) => return Ok(Err(refused)),
    };
    tx.delete_invitation(&locked, invitation.id).await?;
    tx.record(&locked, &Event::InvitationWithdrawn { email: invitation.email.clone() }, None).await?;
    tx.commit().await?;
    Ok(Ok(invitation.email))
}

async fn governed(
    tx: &mut Tx,
    by: &Allowed<ManageMembers>,
    id: InvitationId,
) -> Result<Result<(Locked<ManageMembers>, Invitation), Refused>, Fault> {
    let locked = tx.lock(by).await?;
    let Some(invitation) = tx.invitation(&locked, id).await? else { return Ok(Err(Refused::Gone)) };
    // The role was removed meanwhile: answer as for a domain that does not exist.
    let Some(rank) = tx.rank(&locked).await? else { return Ok(Err(Refused::Gone)) };
    if rank.governs(invitation.role) { Ok(Ok((locked, invitation))) } else { Ok(Err(Refused::Forbidden)) }
}
