//! Accounts: made, changed, closed and deleted by operators, signed in by people.

use secrecy::SecretString;

use crate::actions::App;
use crate::actions::accounts;
use crate::actions::accounts::new::{AddError, NewAccount, checked};
use crate::actions::members::accept::honour_all;
use crate::actions::members::roles::withdraw_beyond;
use crate::model::activity::Event;
use crate::model::address::EmailAddress;
use crate::model::id::UserId;
use crate::model::role::Role;
use crate::model::user::{Language, User};
use crate::store::{ByPortal, Fault, Locked, SignedIn, Store, Tx};

/// Makes an account.
///
/// # Errors
/// What is wrong with it, or a fault of the database.
pub async fn add(store: &Store, new: NewAccount<'_>) -> Result<UserId, AddError> {
    let account = checked(new).await?.map_err(AddError::Mistakes)?;
    let mut tx = store.begin().await?;
    let Some(id) = tx.insert_user(&account.row()).await? else { return Err(AddError::Exists(account.email)) };
    tx.commit().await?;
    if let Some(found) = store.account(id).await? {
        honour_all(store, &found.person).await?;
    }
    Ok(id)
}

/// Why an account can't be closed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// These domains would be left without an active owner.
    OwnedAlone(Vec<String>),
}

/// Closes an account: its sessions end, its invitations are withdrawn.
///
/// # Errors
/// A fault of the database; inside, why it is refused.
pub async fn disable(store: &Store, id: UserId) -> Result<Result<(), Refused>, Fault> {
    let mut tx = store.begin().await?;
    let mut domains = tx.lock_domains_of(id).await?;
    if let Err(refused) = spared(&mut tx, &domains, id).await? {
        return Ok(Err(refused));
    }
    for locked in &mut domains {
        withdraw_beyond(&mut tx, locked, id, None).await?;
    }
    tx.set_user_disabled(id, true).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Whether a command changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is as asked now.
    Made,
    /// It was as asked before.
    Present,
}

/// Lets somebody operate the portal.
pub async fn promote(store: &Store, user: &User) -> Result<Change, Fault> {
    let mut tx = store.begin().await?;
    tx.set_staff(user.id, true).await?;
    tx.commit().await?;
    Ok(if user.is_staff { Change::Present } else { Change::Made })
}

/// Lets somebody no longer operate the portal; the invitations that they sent as staff alone are
/// withdrawn. The portal may be left without staff: operators have the commands.
pub async fn demote(store: &Store, user: &User) -> Result<Change, Fault> {
    let mut tx = store.begin().await?;
    for locked in &mut tx.lock_domains_of(user.id).await? {
        let members = tx.members(locked).await?;
        let role = members.iter().find(|member| member.user_id == user.id).map(|member| member.role);
        withdraw_beyond(&mut tx, locked, user.id, role).await?;
    }
    tx.set_staff(user.id, false).await?;
    tx.commit().await?;
    Ok(if user.is_staff { Change::Made } else { Change::Present })
}

/// Gives an account another address: its sessions and its links end, its roles stay, and the open
/// invitations of the new address are taken up. `false` when that address has an account.
pub async fn change_address(store: &Store, user: &User, to: &EmailAddress) -> Result<bool, Fault> {
    let mut tx = store.begin().await?;
    let mut domains = tx.lock_domains_of(user.id).await?;
    if !tx.set_address(user.id, to).await? {
        return Ok(false);
    }
    for locked in &mut domains {
        if tx.members(locked).await?.iter().any(|member| member.user_id == user.id) {
            let event = Event::MemberAddressChanged { from: user.email.clone(), to: to.to_string() };
            tx.record(locked, &event, None).await?;
        }
    }
    tx.commit().await?;
    if let Some(found) = store.account(user.id).await? {
        honour_all(store, &found.person).await?;
    }
    Ok(true)
}

/// Opens a closed account again.
pub async fn enable(store: &Store, id: UserId) -> Result<(), Fault> {
    let mut tx = store.begin().await?;
    tx.set_user_disabled(id, false).await?;
    tx.commit().await
}

/// Deletes an account with its roles.
///
/// # Errors
/// A fault of the database; inside, why it is refused.
pub async fn remove(store: &Store, id: UserId) -> Result<Result<(), Refused>, Fault> {
    let mut tx = store.begin().await?;
    let mut domains = tx.lock_domains_of(id).await?;
    if let Err(refused) = spared(&mut tx, &domains, id).await? {
        return Ok(Err(refused));
    }
    for locked in &mut domains {
        withdraw_beyond(&mut tx, locked, id, None).await?;
        let members = tx.members(locked).await?;
        if let Some(member) = members.into_iter().find(|member| member.user_id == id) {
            let event = Event::MemberRemoved { email: member.email, role: member.role.to_string() };
            tx.record(locked, &event, None).await?;
        }
    }
    tx.delete_user(id).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Refused when one of these domains would have no active owner without that person.
async fn spared(tx: &mut Tx, domains: &[Locked<ByPortal>], id: UserId) -> Result<Result<(), Refused>, Fault> {
    let mut alone = Vec::new();
    for locked in domains {
        let owners = tx.active_owners(locked).await?;
        let owns = tx.members(locked).await?.iter().any(|member| member.user_id == id && member.role == Role::Owner);
        if owns && owners.iter().all(|owner| owner.user_id == id) {
            alone.push(locked.domain.name.to_string());
        }
    }
    alone.sort();
    Ok(if alone.is_empty() { Ok(()) } else { Err(Refused::OwnedAlone(alone)) })
}

/// Whether this is the password of an active account, for operators: they are not throttled.
pub async fn is_password(store: &Store, email: &EmailAddress, password: SecretString) -> Result<bool, Fault> {
    let found = store.credentials(email).await?;
    Ok(accounts::password_hash::verified(password, found.and_then(|found| found.password_hash)).await)
}

/// Notes that a person signed in.
pub async fn note_sign_in(app: &App, person: &SignedIn) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    tx.note_sign_in(person).await?;
    tx.commit().await?;
    // An invitation that waited for its domain is taken up now.
    honour_all(&app.store, person).await
}

/// Keeps the language a person chose.
pub async fn set_language(app: &App, person: &SignedIn, language: Language) -> Result<(), Fault> {
    let mut tx = app.store.begin().await?;
    tx.set_language(person, language).await?;
    tx.commit().await
}
