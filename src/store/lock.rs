//! The lock on a domain within a transaction, under which the right of a proof is checked again.

use std::marker::PhantomData;

use sqlx::AssertSqlSafe;

use super::access::{Allowed, Denied, SignedIn, Tended, may_tend};
use super::args::args;
use super::columns::Flag;
use super::domain_row::DOMAIN_COLUMNS;
use super::{Fault, Result, Tx};
use crate::model::mailbox::Mailbox;
use crate::model::{Actor, Domain, DomainId, Reconcile, Right, Role, Timestamp};

/// The right of the portal itself and of operators at the command line; no person has it.
#[derive(Clone, Copy, Debug)]
pub enum ByPortal {}

/// The right to edit a mailbox: of managers for all mailboxes, of a mailbox's user for their own.
#[derive(Clone, Copy, Debug)]
pub enum TendMailbox {}

/// A lock on the row of a domain within a transaction, for actions of the right `R`, and the domain as
/// read under the lock. The lock is an update that changes nothing, which works on both databases.
#[derive(Debug)]
pub struct Locked<R> {
    /// The domain as it is under the lock.
    pub domain: Domain,
    /// The actor of the change.
    pub actor: Actor,
    /// The role with which they act; owner for staff, operators and the portal.
    pub role: Role,
    /// Since when they are known to read what is sent to the address of their account.
    proved_at: Option<Timestamp>,
    right: PhantomData<R>,
}

impl<R> Locked<R> {
    /// Whether this is the own mailbox of the person who acts, as [`Allowed::holds`].
    pub fn holds(&self, mailbox: &Mailbox) -> bool {
        self.actor.id.is_some() && mailbox.is_own(&self.domain.name, &self.actor.email, self.proved_at)
    }
}

impl Locked<Reconcile> {
    /// The same lock for another right of the same person; `None` if they do not hold it.
    pub fn also<S: Right>(&self) -> Option<Locked<S>> {
        self.role.allows(S::PERMISSION).then(|| self.held_as())
    }

    /// The same lock for statements that record what dimail has, when a person adopts or pushes. The person stays
    /// the actor, with the guards that they pass.
    pub fn recording(&self) -> Locked<ByPortal> {
        self.held_as()
    }

    fn held_as<S>(&self) -> Locked<S> {
        let (domain, actor) = (self.domain.clone(), self.actor.clone());
        Locked { domain, actor, role: self.role, proved_at: self.proved_at, right: PhantomData }
    }
}

/// A proof that can lock its domain.
pub trait Key {
    /// The right under which the lock is held.
    type Right;

    /// Locks the domain and checks the right again.
    fn lock(&self, tx: &mut Tx) -> impl Future<Output = Result<Locked<Self::Right>>> + Send;
}

impl<R: Right> Key for Allowed<R> {
    type Right = R;

    async fn lock(&self, tx: &mut Tx) -> Result<Locked<R>> {
        tx.lock(self).await
    }
}

impl Key for Tended {
    type Right = TendMailbox;

    async fn lock(&self, tx: &mut Tx) -> Result<Locked<TendMailbox>> {
        tx.lock_tended(self).await
    }
}

/// Whether the person (`$1`) is signed in as when the request began: the account is active, its epoch
/// (`$2`) and its session (`$3`, empty outside of one) are the same.
const SIGNED_IN: &str = "users.id = $1 and users.disabled_at is null and users.session_epoch = $2 and \
     ($3 = '' or exists (select 1 from sessions where sessions.id_hash = $3 and sessions.user_id = users.id))";

impl Tx {
    /// Checks that the person's session has not ended since the request began: for changes without the
    /// proof of a right.
    ///
    /// # Errors
    /// When the database does not answer, or the session has ended.
    pub async fn check_signed_in(&mut self, person: &SignedIn) -> Result<()> {
        let sql = format!("select users.id from users where {SIGNED_IN}");
        let args = args![person.user.id, person.tie.epoch, &person.tie.session];
        let is_signed_in = self.exists(AssertSqlSafe(sql), args).await?;
        if is_signed_in { Ok(()) } else { Err(Fault::Denied(Denied::SignedOut)) }
    }

    /// Locks the domain of a proof. The session and the right are checked again under the
    /// lock, since they may have ended since the proof was created.
    ///
    /// # Errors
    /// When the database does not answer, or the session or the right is gone.
    pub async fn lock<R: Right>(&mut self, by: &Allowed<R>) -> Result<Locked<R>> {
        let locked = self.lock_id(by.domain.id, by.actor.clone(), by.role).await?;
        let mut locked = locked.ok_or(Fault::Denied(Denied::Unknown))?;
        let sql = format!(
            "select users.is_staff, users.email, users.proved_at, members.role from users left join members \
             on members.user_id = users.id and members.domain_id = $4 where {SIGNED_IN}"
        );
        let args = args![by.actor.id, by.tie.epoch, &by.tie.session, by.domain.id];
        let row: Option<(Flag, String, Option<Timestamp>, Option<Role>)> = self.first(AssertSqlSafe(sql), args).await?;
        let (Flag(as_staff), email, proved_at, member) = row.ok_or(Fault::Denied(Denied::SignedOut))?;
        (locked.actor.as_staff, locked.actor.email, locked.proved_at) = (as_staff, email, proved_at);
        let role = if as_staff { Some(Role::Owner) } else { member };
        locked.role = role.ok_or(Fault::Denied(Denied::Unknown))?;
        if !locked.role.allows(R::PERMISSION) {
            return Err(Fault::Denied(Denied::Forbidden));
        }
        Ok(locked)
    }

    /// Locks the domain of a mailbox that a person edits. As in [`Tx::lock`], the right is checked again.
    ///
    /// # Errors
    /// When the database does not answer, or the right is gone.
    pub async fn lock_tended(&mut self, by: &Tended) -> Result<Locked<TendMailbox>> {
        let Locked { domain, actor, role, proved_at, .. } = self.lock(&by.by).await?;
        if !may_tend(role, &actor, &domain, &by.part) {
            return Err(Fault::Denied(Denied::Forbidden));
        }
        Ok(Locked { domain, actor, role, proved_at, right: PhantomData })
    }

    /// Locks a domain for a command of the operator; `None` if it no longer exists.
    pub async fn lock_as_operator(&mut self, id: DomainId) -> Result<Option<Locked<ByPortal>>> {
        let operator = Actor::operator(&self.operator);
        self.lock_as_portal(id, operator).await
    }

    /// Locks a domain for the portal itself, or for a person who has no right there yet; `None` if it no longer
    /// exists.
    pub async fn lock_as_portal(&mut self, id: DomainId, actor: Actor) -> Result<Option<Locked<ByPortal>>> {
        self.lock_id(id, actor, Role::Owner).await
    }

    async fn lock_id<R>(&mut self, id: DomainId, actor: Actor, role: Role) -> Result<Option<Locked<R>>> {
        let sql = format!("update domains set sequence = sequence where id = $1 returning {DOMAIN_COLUMNS}");
        let domain = self.first(AssertSqlSafe(sql), args![id]).await?;
        Ok(domain.map(|domain| Locked { domain, actor, role, proved_at: None, right: PhantomData }))
    }
}
