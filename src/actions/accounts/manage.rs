//! Manages accounts: operators create, change, close and delete them; people sign in to them.

use secrecy::SecretString;

use crate::actions::accounts::new::{NewAccount, checked};
use crate::actions::members::raised;
use crate::actions::members::roles::withdraw_beyond;
use crate::actions::{App, Result, accounts};
use crate::model::member::check_not_last_owner;
use crate::model::{EmailAddress, Event, Language, Refusal, User, UserId, Why};
use crate::store::{ByPortal, Fault, Locked, SignedIn, Store, Tx};

/// Whether a command changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// The change was made.
    Made,
    /// Nothing to change.
    Present,
}

/// Creates an account, unless the address has one. New staff are told by email, in `language` if they
/// chose none.
pub async fn add(store: &Store, new: NewAccount<'_>, language: Language) -> Result<AccountChange> {
    let account = checked(new, "").await?;
    let mut tx = store.begin().await?;
    let Some(id) = tx.insert_user(&account).await? else { return Ok(AccountChange::Present) };
    let created = tx.lock_account(id).await?.filter(|created| created.person.user().is_staff);
    if let Some(created) = created {
        raised::tell_staff(&mut tx, created.person.user(), language).await?;
    }
    tx.commit().await?;
    Ok(AccountChange::Made)
}

/// Closes an account: ends its sessions and withdraws its invitations.
pub async fn disable(store: &Store, id: UserId) -> Result<()> {
    let mut tx = store.begin().await?;
    for locked in &check_dispensable(&mut tx, id).await? {
        withdraw_beyond(&mut tx, locked, id, None).await?;
    }
    tx.set_user_disabled(id, true).await?;
    Ok(tx.commit().await?)
}

/// Makes the user staff, and tells them by email, in `language` if they chose none.
pub async fn promote(store: &Store, user: &User, language: Language) -> Result<AccountChange, Fault> {
    let mut tx = store.begin().await?;
    tx.set_staff(user.id, true).await?;
    if !user.is_staff {
        raised::tell_staff(&mut tx, user, language).await?;
    }
    tx.commit().await?;
    Ok(if user.is_staff { AccountChange::Present } else { AccountChange::Made })
}

/// Removes the user from staff, and withdraws the invitations that the user could send only as staff.
/// The portal may be left without staff, because operators can use the commands.
pub async fn demote(store: &Store, user: &User) -> Result<AccountChange, Fault> {
    let mut tx = store.begin().await?;
    for locked in &tx.lock_domains_of(user.id).await? {
        let members = tx.members(locked).await?;
        let role = members.iter().find(|member| member.user_id == user.id).map(|member| member.role);
        withdraw_beyond(&mut tx, locked, user.id, role).await?;
    }
    tx.set_staff(user.id, false).await?;
    tx.commit().await?;
    Ok(if user.is_staff { AccountChange::Made } else { AccountChange::Present })
}

/// Changes the address of an account: ends its sessions and links, keeps its roles. Returns `false` if
/// that address has an account.
pub async fn change_address(store: &Store, user: &User, to: &EmailAddress) -> Result<bool, Fault> {
    let mut tx = store.begin().await?;
    let domains = tx.lock_domains_of(user.id).await?;
    if !tx.set_address(user.id, to).await? {
        return Ok(false);
    }
    for locked in &domains {
        if tx.members(locked).await?.iter().any(|member| member.user_id == user.id) {
            let event = Event::MemberAddressChanged { from: user.email.clone(), to: to.to_string() };
            tx.record(locked, &event, None).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Reopens a closed account.
pub async fn enable(store: &Store, id: UserId) -> Result<()> {
    let mut tx = store.begin().await?;
    tx.set_user_disabled(id, false).await?;
    Ok(tx.commit().await?)
}

/// Deletes an account with its roles.
pub async fn remove(store: &Store, id: UserId) -> Result<()> {
    let mut tx = store.begin().await?;
    for locked in &check_dispensable(&mut tx, id).await? {
        withdraw_beyond(&mut tx, locked, id, None).await?;
        let members = tx.members(locked).await?;
        if let Some(member) = members.into_iter().find(|member| member.user_id == id) {
            let event = Event::MemberRemoved { email: member.email, role: member.role.to_string() };
            tx.record(locked, &event, None).await?;
        }
    }
    tx.delete_user(id).await?;
    Ok(tx.commit().await?)
}

/// Locks the domains of a person, and checks that each keeps an active owner without that person.
async fn check_dispensable(tx: &mut Tx, id: UserId) -> Result<Vec<Locked<ByPortal>>> {
    let domains = tx.lock_domains_of(id).await?;
    let mut alone = Vec::new();
    for locked in &domains {
        let members = tx.members(locked).await?;
        let own = members.iter().find(|member| member.user_id == id);
        if own.is_some_and(|own| check_not_last_owner(own, &members).is_err()) {
            alone.push(locked.domain.name.to_string());
        }
    }
    alone.sort();
    if alone.is_empty() { Ok(domains) } else { Err(Refusal::Conflict(Why::OnlyOwnerOf(alone)).into()) }
}

/// Whether this is the password of an active account. For operators only: there is no throttling.
pub async fn is_password(store: &Store, email: &EmailAddress, password: SecretString) -> Result<bool, Fault> {
    let found = store.credentials(email).await?;
    Ok(accounts::password_hash::verified(password, found.and_then(|found| found.password_hash)).await)
}

/// Records that a person signed in.
pub async fn note_sign_in(app: &App, person: &SignedIn) -> Result<(), Fault> {
    app.store.note_sign_in(person).await
}

/// Stores the language that a person chose.
pub async fn set_language(app: &App, person: &SignedIn, language: Language) -> Result<()> {
    let mut tx = app.store.begin().await?;
    tx.check_signed_in(person).await?;
    tx.set_language(person, language).await?;
    Ok(tx.commit().await?)
}
