//! Invitations: send, send again, withdraw, accept. The inviter's right is read again when one is
//! accepted, and a role that somebody has is never lowered.

use std::time::Duration;

use secrecy::SecretString;

use super::App;
use super::accounts::{self, NewAccount};
use super::tokens::hash_of;
use crate::model::activity::Event;
use crate::model::address::EmailAddress;
use crate::model::domain::DomainStatus;
use crate::model::id::{DomainId, InvitationId, UserId};
use crate::model::letter::LetterContent;
use crate::model::member::{INVITATION_VALID, Invitation, Member};
use crate::model::mistake::{Mistake, Mistakes};
use crate::model::role::{ManageMembers, Role};
use crate::model::user::{Actor, Language, User};
use crate::store::{Allowed, ByPortal, Fault, Locked, NewLetter, OpenInvitation, SignedIn, Store, Tx};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Why an invitation can't be sent or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The domain or the invitation is gone.
    Gone,
    /// The rank of who asks is too low.
    Forbidden,
    /// The domain is closed.
    Disabled,
    /// So many invitations in so short a time.
    TooMany,
}

/// What came of inviting somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// A letter with a link is on its way.
    Letter,
    /// The person has an account, and the access now.
    Access,
}

/// Invites an address; somebody with an account has the access at once.
///
/// # Errors
/// A fault of the database; inside, why it is refused, then the mistakes of the form.
pub async fn invite(
    app: &App,
    by: &Allowed<ManageMembers>,
    typed_email: &str,
    typed_role: &str,
    language: Language,
) -> Result<Result<Result<Invited, Mistakes>, Refused>, Fault> {
    // Read before the transaction, which must not wait for a second connection.
    let account = match EmailAddress::parse(typed_email) {
        Ok(email) => app.store.user_with_email(&email).await?,
        Err(_) => None,
    };
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Refused::Gone)) };
    let Some(rank) = tx.rank(&locked).await? else { return Ok(Err(Refused::Gone)) };
    let role = Role::from_word(typed_role.trim());
    if !rank.governs(role.unwrap_or(Role::Viewer)) {
        return Ok(Err(Refused::Forbidden));
    }
    if locked.domain.status == DomainStatus::Disabled {
        return Ok(Err(Refused::Disabled));
    }
    let mut mistakes = Mistakes::default();
    let email = mistakes.check("email", EmailAddress::parse(typed_email));
    let role = mistakes.check("role", role.ok_or(Mistake::UnknownChoice));
    let (Some(email), Some(role)) = (email, role) else { return Ok(Ok(Err(mistakes))) };
    if let Some(mistake) = obstacle(app, &mut tx, &locked, &email, account.as_ref()).await? {
        return Ok(Ok(Err(Mistakes::one("email", mistake))));
    }
    let invited = match &account {
        Some(user) => give_access(&mut tx, &locked, (user, &email, role), language).await?,
        None => send_invitation(app, &mut tx, &locked, (&email, role), language).await?,
    };
    tx.commit().await?;
    app.bell.notify_one();
    Ok(Ok(Ok(invited)))
}

async fn obstacle(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ManageMembers>,
    email: &EmailAddress,
    account: Option<&User>,
) -> Result<Option<Mistake>, Fault> {
    let key = email.key();
    if locked.actor.email.to_lowercase() == key {
        return Ok(Some(Mistake::OwnAddress));
    }
    if tx.members(locked).await?.iter().any(|member| member.email.to_lowercase() == key) {
        return Ok(Some(Mistake::AlreadyMember));
    }
    if account.is_some_and(|user| user.disabled_at.is_some()) {
        return Ok(Some(Mistake::AccountClosed));
    }
    let rank = tx.rank(locked).await?;
    let known = tx.invitation_to(locked, email).await?;
    // An invitation that who invites may not withdraw is not theirs to replace, expired or not.
    let stands = |invitation: &Invitation| {
        !invitation.is_expired(app.clock.now()) || !rank.is_some_and(|rank| rank.governs(invitation.role))
    };
    if known.as_ref().is_some_and(stands) {
        return Ok(Some(Mistake::AlreadyInvited));
    }
    Ok(is_too_many(app, tx, locked).await?.then_some(Mistake::TooManyInvitations))
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
    // An invitation that has expired has nothing to say any more.
    if let Some(older) = tx.invitation_to(locked, email).await? {
        tx.delete_invitation(locked, older.id).await?;
    }
    tx.set_role(locked, user.id, role).await?;
    let event = Event::RoleGranted { email: user.email.clone(), role: role.to_string() };
    tx.record(locked, &event, None).await?;
    let (by, domain) = (locked.actor.name.clone(), locked.domain.name.to_string());
    let content = LetterContent::AccessGiven { by, domain, role: role.to_string() };
    let language = user.language.unwrap_or(language);
    let letter = NewLetter::about(locked.domain.id, user.email.clone(), language, content);
    tx.insert_letter(&letter).await?;
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
    Ok(Invited::Letter)
}

/// The row of an invitation and its letter; the link is made when the letter leaves.
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
    let content = LetterContent::Invitation {
        inviter: locked.actor.name.clone(),
        domain: locked.domain.name.to_string(),
        role: role.to_string(),
        expires_at,
    };
    let letter = NewLetter::about(locked.domain.id, email.to_string(), language, content);
    tx.insert_letter(&NewLetter { invitation_id: Some(id), ..letter }).await?;
    tx.note_invite(locked, inviter, app.clock.now().minus(DAY)).await
}

/// Sends an invitation again: a new link, seven more days, the old link dies.
///
/// # Errors
/// A fault of the database; inside, why it is refused.
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
    app.bell.notify_one();
    Ok(Ok(invitation.email))
}

/// Withdraws an invitation: its link dies.
///
/// # Errors
/// A fault of the database; inside, why it is refused.
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
    let Some(locked) = tx.lock(by).await? else { return Ok(Err(Refused::Gone)) };
    let Some(invitation) = tx.invitation(&locked, id).await? else { return Ok(Err(Refused::Gone)) };
    // Who has no role any more finds nothing here.
    let Some(rank) = tx.rank(&locked).await? else { return Ok(Err(Refused::Gone)) };
    if rank.governs(invitation.role) { Ok(Ok((locked, invitation))) } else { Ok(Err(Refused::Forbidden)) }
}

/// What a link leads to.
#[derive(Clone, Debug)]
pub enum Link {
    /// An invitation that can be accepted now.
    Open(OpenInvitation),
    /// Its seven days are over.
    Expired(OpenInvitation),
    /// Its domain is closed: the link stays good.
    Waits(OpenInvitation),
    /// Unknown, withdrawn or used.
    Unknown,
}

/// Looks a link up.
///
/// # Errors
/// When the database does not answer.
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

/// What came of accepting an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The person has the access.
    Yes,
    /// Not now: the domain is closed.
    Waits,
    /// The inviter has lost the right to invite, or the invitation is gone.
    NoLonger,
}

/// Accepts an invitation for a person whose address is the invited one.
///
/// # Errors
/// When the database does not answer.
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

/// The invitation, if that address may take it up at this moment; one without an inviter who may
/// still invite is withdrawn.
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

/// Accepts all open invitations of a person: when their account arises, and when they sign in.
///
/// # Errors
/// When the database does not answer.
pub async fn honour_all(store: &Store, person: &SignedIn) -> Result<(), Fault> {
    let key = person.user().email.to_lowercase();
    for (domain, invitation) in store.invited_domains(&key).await? {
        accept(store, person, domain, invitation).await?;
    }
    Ok(())
}

/// What an invited person types to make their account.
pub struct NewPerson<'a> {
    /// The name, as typed.
    pub name: &'a str,
    /// The password.
    pub password: SecretString,
    /// The language they read the page in.
    pub language: Language,
}

/// What came of joining.
#[derive(Clone, Debug)]
pub enum Joined {
    /// The account is made, the access is there.
    Yes(SignedIn),
    /// Neither: the domain is closed by now.
    Waits,
    /// Neither: the invitation is gone by now.
    NoLonger,
}

/// Makes the account of an invited person and accepts all their invitations. There is no account
/// without the access: both are one transaction.
///
/// # Errors
/// A fault of the database; inside, the mistakes of the form.
pub async fn join(app: &App, open: &OpenInvitation, new: NewPerson<'_>) -> Result<Result<Joined, Mistakes>, Fault> {
    let account = NewAccount {
        email: &open.invitation.email,
        name: new.name,
        password: new.password,
        is_staff: false,
        language: Some(new.language),
    };
    let account = match accounts::checked(account).await? {
        Ok(account) => account,
        Err(mistakes) => return Ok(Err(mistakes)),
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
        return Ok(Err(Mistakes::one("name", Mistake::AccountExists)));
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
