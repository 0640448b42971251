//! Gives a person a role on a domain, for an operator.

use crate::actions::Result;
use crate::actions::members::raised;
use crate::actions::members::roles::withdraw_beyond;
use crate::model::member::is_last_owner;
use crate::model::{DomainId, Event, Language, Refusal, Role, User, Why};
use crate::store::Store;

/// Gives a person a role; the only active owner keeps theirs. A new owner is told by email, in
/// `language` if they chose none.
pub async fn grant(store: &Store, domain: DomainId, user: &User, role: Role, language: Language) -> Result<()> {
    let (email, user) = (user.email.clone(), user.id);
    let mut tx = store.begin().await?;
    let Some(locked) = tx.lock_as_operator(domain).await? else { return Ok(()) };
    let owners = tx.active_owners(&locked).await?;
    let is_new_owner = role == Role::Owner && !owners.iter().any(|owner| owner.user_id == user);
    let is_last = owners.iter().any(|owner| owner.user_id == user && is_last_owner(owner, &owners));
    if is_last && role != Role::Owner {
        return Err(Refusal::Conflict(Why::LastOwner).into());
    }
    tx.set_role(&locked, user, role).await?;
    withdraw_beyond(&mut tx, &locked, user, Some(role)).await?;
    let event = Event::RoleGranted { email, role: role.to_string() };
    tx.record(&locked, &event, None).await?;
    if is_new_owner {
        raised::tell_owner(&mut tx, &locked, (user, language), "").await?;
    }
    tx.commit().await?;
    Ok(())
}
