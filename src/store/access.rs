//! Proofs of permission. This is the only place where they are made: who holds one may.

use std::marker::PhantomData;

use sqlx::AssertSqlSafe;

use super::args::args;
use super::domains::{DOMAIN_COLUMNS, read_domain};
use super::{Fault, Store, Tx, columns};
use crate::model::address::{DomainName, LocalPart};
use crate::model::domain::Domain;
use crate::model::id::DomainId;
use crate::model::role::{Permission, Right, Role, SeeDomain};
use crate::model::user::{Actor, User};

/// Proof that a person is signed in with an active account.
#[derive(Clone, Debug)]
pub struct SignedIn(User);

impl SignedIn {
    pub(super) fn new(user: User) -> Self {
        Self(user)
    }

    /// The person's account.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0
    }
}

/// Proof that `actor` held the right `R` on `domain` at the moment it was made.
#[derive(Debug)]
pub struct Allowed<R> {
    actor: Actor,
    domain: Domain,
    role: Role,
    right: PhantomData<R>,
}

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No such domain, or no role on it: the same to whoever asks.
    Unknown,
    /// A role, but too low.
    Forbidden,
}

impl<R> Allowed<R> {
    /// Who may.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The domain, as it was when the proof was made.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether the same person may also do something else here.
    #[must_use]
    pub fn can(&self, permission: Permission) -> bool {
        self.role.allows(permission)
    }

    /// Whether this person may give, change or take away a role here.
    #[must_use]
    pub fn governs(&self, role: Role) -> bool {
        self.role.governs(role)
    }

    /// The proof of another right of the same person on the same domain, where they hold it.
    #[must_use]
    pub fn also<S: Right>(&self) -> Option<Allowed<S>> {
        let proof =
            || Allowed { actor: self.actor.clone(), domain: self.domain.clone(), role: self.role, right: PhantomData };
        self.role.allows(S::PERMISSION).then(proof)
    }
}

/// Proof that `actor` may look after one mailbox: change its names and secondary address, have its
/// login link sent. They manage all mailboxes of its domain, or hold this one.
#[derive(Debug)]
pub struct Tended {
    by: Allowed<SeeDomain>,
    part: LocalPart,
}

impl Allowed<SeeDomain> {
    /// The proof that this person may look after the mailbox with this local part; `None` when they
    /// neither manage mailboxes nor hold it.
    #[must_use]
    pub fn tend(self, part: LocalPart) -> Option<Tended> {
        may_tend(self.role, &self.actor, &self.domain, &part).then_some(Tended { by: self, part })
    }
}

impl Tended {
    /// What the same person sees of the domain.
    #[must_use]
    pub fn by(&self) -> &Allowed<SeeDomain> {
        &self.by
    }

    /// The local part of the mailbox.
    #[must_use]
    pub fn part(&self) -> &LocalPart {
        &self.part
    }
}

fn may_tend(role: Role, actor: &Actor, domain: &Domain, part: &LocalPart) -> bool {
    role.allows(Permission::ManageMailboxes) || actor.holds(&part.at(&domain.name))
}

impl Store {
    /// The proof that `person` holds the right `R` on the domain called `name`.
    pub async fn allow<R: Right>(
        &self,
        person: &SignedIn,
        name: &DomainName,
    ) -> Result<Result<Allowed<R>, Denied>, Fault> {
        let user = person.user();
        let sql = format!(
            "select {DOMAIN_COLUMNS}, members.role as member_role from domains \
             left join members on members.domain_id = domains.id and members.user_id = $2 where domains.name = $1"
        );
        let row = self.first(AssertSqlSafe(sql), args![name.as_str(), user.id]).await?;
        let Some(row) = row else { return Ok(Err(Denied::Unknown)) };
        let member = columns::text_or_null(&row, "member_role")?.as_deref().and_then(Role::parse);
        let role = if user.is_staff { Some(Role::Owner) } else { member };
        let Some(role) = role else { return Ok(Err(Denied::Unknown)) };
        if !role.allows(R::PERMISSION) {
            return Ok(Err(Denied::Forbidden));
        }
        let actor =
            Actor { id: Some(user.id), name: user.name.clone(), email: user.email.clone(), as_staff: user.is_staff };
        Ok(Ok(Allowed { actor, domain: read_domain(&row)?, role, right: PhantomData }))
    }
}

/// What the portal does by itself, or an operator at the command line: no person's right.
#[derive(Clone, Copy, Debug)]
pub enum ByPortal {}

/// What managers do to every mailbox and holders to their own.
#[derive(Clone, Copy, Debug)]
pub enum TendMailbox {}

/// The lock on a domain inside a transaction, held for what the right `R` allows, with the domain
/// as it is now. An update of the row that changes nothing is a lock on both databases.
#[derive(Debug)]
pub struct Locked<R> {
    /// The domain as it is under the lock.
    pub domain: Domain,
    /// Who acts.
    pub actor: Actor,
    /// The role with which they act; that of an owner for staff, operators and the portal.
    pub role: Role,
    right: PhantomData<R>,
}

/// A proof that opens the lock on its domain.
pub trait Key {
    /// The right under which the lock is held.
    type Right;

    /// Locks the domain; `None` when it is gone.
    ///
    /// # Errors
    /// When the database does not answer, or the right is gone.
    fn lock(&self, tx: &mut Tx) -> impl Future<Output = Result<Option<Locked<Self::Right>>, Fault>> + Send;
}

impl<R: Right> Key for Allowed<R> {
    type Right = R;

    async fn lock(&self, tx: &mut Tx) -> Result<Option<Locked<R>>, Fault> {
        tx.lock(self).await
    }
}

impl Key for Tended {
    type Right = TendMailbox;

    async fn lock(&self, tx: &mut Tx) -> Result<Option<Locked<TendMailbox>>, Fault> {
        tx.lock_tended(self).await
    }
}

impl Tx {
    /// Locks the domain of a proof; `None` when it is gone. The right is read again under the
    /// lock: much may have happened while a form was still on its way.
    ///
    /// # Errors
    /// When the database does not answer, or the right is gone.
    pub async fn lock<R: Right>(&mut self, by: &Allowed<R>) -> Result<Option<Locked<R>>, Fault> {
        let Some(mut locked) = self.lock_id(by.domain.id, by.actor.clone(), by.role).await? else { return Ok(None) };
        let row = self.first("select users.is_staff, users.email, members.role as member_role from users left join members \
             on members.user_id = users.id and members.domain_id = $2 where users.id = $1 and users.disabled_at is null", args![by.actor.id.map(|id| id.to_string()), by.domain.id])
        .await?;
        let row = row.ok_or(Fault::NoLonger(Denied::Unknown))?;
        let member = columns::text_or_null(&row, "member_role")?.as_deref().and_then(Role::parse);
        locked.actor.as_staff = columns::flag(&row, "is_staff")?;
        locked.actor.email = columns::text(&row, "email")?;
        let role = if locked.actor.as_staff { Some(Role::Owner) } else { member };
        locked.role = role.ok_or(Fault::NoLonger(Denied::Unknown))?;
        if !locked.role.allows(R::PERMISSION) {
            return Err(Fault::NoLonger(Denied::Forbidden));
        }
        Ok(Some(locked))
    }

    /// Locks the domain of a mailbox that somebody looks after; `None` when it is gone. As for
    /// [`Tx::lock`], whether they may is read again.
    ///
    /// # Errors
    /// When the database does not answer, or the right is gone.
    pub async fn lock_tended(&mut self, by: &Tended) -> Result<Option<Locked<TendMailbox>>, Fault> {
        let Some(Locked { domain, actor, role, .. }) = self.lock(&by.by).await? else { return Ok(None) };
        if !may_tend(role, &actor, &domain, &by.part) {
            return Err(Fault::NoLonger(Denied::Forbidden));
        }
        Ok(Some(Locked { domain, actor, role, right: PhantomData }))
    }

    /// Locks a domain for the portal itself or an operator; `None` when it is gone.
    pub async fn lock_as_portal(&mut self, id: DomainId, actor: Actor) -> Result<Option<Locked<ByPortal>>, Fault> {
        self.lock_id(id, actor, Role::Owner).await
    }

    async fn lock_id<R>(&mut self, id: DomainId, actor: Actor, role: Role) -> Result<Option<Locked<R>>, Fault> {
        let sql = format!("update domains set sequence = sequence where id = $1 returning {DOMAIN_COLUMNS}");
        let row = self.first(AssertSqlSafe(sql), args![id]).await?;
        row.map(|row| Ok(Locked { domain: read_domain(&row)?, actor, role, right: PhantomData })).transpose()
    }
}
