//! Gives a person a role on a domain, for an operator.

use crate::actions::members::roles::withdraw_beyond;
use crate::model::activity::Event;
use crate::model::id::{DomainId, UserId};
use crate::model::member::is_last_owner;
use crate::model::role::Role;
use crate::model::user::Actor;
use crate::store::{Fault, Store};

/// The domain would be left without an active owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is the only active owner: grant another one first")]
pub struct LastOwner;

/// Gives a person a role.
///
/// # Errors
/// A database error. The inner result says that it would leave no owner.
pub async fn grant(
    store: &Store,
    domain: DomainId,
    user: UserId,
    email: &str,
    role: Role,
) -> Result<Result<(), LastOwner>, Fault> {
    let mut tx = store.begin().await?;
    let Some(locked) = tx.lock_as_portal(domain, Actor::operator()).await? else { return Ok(Ok(())) };
    let owners = tx.active_owners(&locked).await?;
    let is_last = owners.iter().any(|owner| owner.user_id == user && is_last_owner(owner, &owners));
    if is_last && role != Role::Owner {
        return Ok(Err(LastOwner));
    }
    tx.set_role(&locked, user, role).await?;
    withdraw_beyond(&mut tx, &locked, user, Some(role)).await?;
    let event = Event::RoleGranted { email: email.to_owned(), role: role.to_string() };
    tx.record(&locked, &event, None).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
