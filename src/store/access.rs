//! Proofs of permission. They are created only here, from the person's role in the database.

use std::marker::PhantomData;

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::from_row;
use super::domain_row::{DOMAIN_COLUMNS, OWN_ROLE};
use super::head::{HEAD_COUNTS, HEAD_JOB, HeadFacts};
use super::job_view::JOB_VIEWED;
use super::open_work::COUNTS;
use super::{Fault, Result, Store};
use crate::model::mailbox::Mailbox;
use crate::model::user::COMMAND;
use crate::model::{
    Actor, Domain, DomainName, DomainRow, LocalPart, Permission, Right, Role, SeeDomain, Timestamp, User,
};

/// Proof that a person is signed in with an active account.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(super) user: User,
    /// What must still be the case when the person changes something.
    pub(super) tie: Tie,
}

/// What ties a person to the session in which they are signed in.
#[derive(Clone, Debug, Default)]
pub(super) struct Tie {
    /// The account's epoch, which is incremented to end all its sessions.
    pub(super) epoch: i64,
    /// The hash of the session's identifier; empty outside of a session (commands).
    pub(super) session: String,
    /// The origin of the request; `None` for a command.
    pub(super) origin: Option<String>,
}

from_row! { Tie { epoch = "session_epoch", session: default, origin: default } }
from_row! { SignedIn { user: row, tie: row } }

impl SignedIn {
    /// The person's account.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The person as the author of a change, as staff if they are.
    pub fn actor(&self) -> Actor {
        let origin = self.tie.origin.clone().unwrap_or_else(|| COMMAND.to_owned());
        Actor::person(&self.user, self.user.is_staff, Some(origin))
    }

    /// The same person, signed in by the session with this hash of its identifier.
    pub(super) fn in_session(self, id_hash: &str) -> Self {
        Self { tie: Tie { session: id_hash.to_owned(), ..self.tie }, ..self }
    }

    /// The same person in a request from this origin, which the journal records.
    pub fn at_origin(self, origin: String) -> Self {
        Self { tie: Tie { origin: Some(origin), ..self.tie }, ..self }
    }
}

/// Proof that `actor` held the right `R` on `domain` at the time it was created.
#[derive(Debug)]
pub struct Allowed<R> {
    pub(super) actor: Actor,
    pub(super) domain: Domain,
    pub(super) role: Role,
    pub(super) tie: Tie,
    /// Since when the person is known to read what is sent to the account's address.
    proved_at: Option<Timestamp>,
    /// Whether the person has a role of their own on the domain, which staff may lack.
    is_member: bool,
    /// The last visit of a member before this request, if there was one.
    visited_at: Option<Timestamp>,
    /// What the head of the domain's pages shows, if the proof was read for a page.
    head: Option<HeadFacts>,
    right: PhantomData<R>,
}

/// Why a permission check failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No such domain, or no role on it. Both look the same, so that the existence of a domain stays
    /// hidden.
    Unknown,
    /// The person has a role, but it is too low.
    Forbidden,
    /// The session has ended since the request began: the person signed out, has a new password, or the
    /// account was closed.
    SignedOut,
    /// Emails to a guarded address would reach another domain of the portal.
    LeadsElsewhere,
}

impl<R> Allowed<R> {
    /// The actor that holds the right.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The domain as it was when the proof was created.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The role with which the person acts on the domain.
    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// Whether this is the person's own mailbox: it has the address of their account, and they have proved
    /// that they read there since dimail has it.
    pub fn holds(&self, mailbox: &Mailbox) -> bool {
        mailbox.is_own(&self.domain.name, &self.actor.email, self.proved_at)
    }

    /// When the last link was sent to the person's address that they used.
    pub(super) fn proved_at(&self) -> Option<Timestamp> {
        self.proved_at
    }

    /// Whether the person has a role here, and did not visit the domain since `time`.
    pub fn is_first_visit_since(&self, time: Timestamp) -> bool {
        self.is_member && self.visited_at.is_none_or(|visit| visit < time)
    }

    /// Whether the same person also has this permission on the domain.
    pub fn can(&self, permission: Permission) -> bool {
        self.role.allows(permission)
    }

    /// Whether this person may give, change or remove this role on the domain.
    pub fn governs(&self, role: Role) -> bool {
        self.role.governs(role)
    }

    /// The proof of another right of the same person on the same domain; `None` if they do not hold it.
    pub fn also<S: Right>(&self) -> Option<Allowed<S>> {
        let (actor, domain, head) = (&self.actor, &self.domain, &self.head);
        let proof = || Allowed {
            actor: actor.clone(),
            domain: domain.clone(),
            role: self.role,
            tie: self.tie.clone(),
            proved_at: self.proved_at,
            is_member: self.is_member,
            visited_at: self.visited_at,
            head: head.clone(),
            right: PhantomData,
        };
        self.role.allows(S::PERMISSION).then(proof)
    }
}

/// Proof that `actor` may edit one mailbox: change its names and secondary address, request its login
/// link. They manage the mailboxes of its domain or are the user of this one.
#[derive(Debug)]
pub struct Tended {
    pub(super) by: Allowed<SeeDomain>,
    pub(super) part: LocalPart,
}

impl Allowed<SeeDomain> {
    /// Whether this person may edit this mailbox.
    pub(super) fn may_tend(&self, mailbox: &Mailbox) -> bool {
        self.role.allows(Permission::ManageMailboxes) || self.holds(mailbox)
    }

    /// The proof that this person may edit the mailbox with this local part; `None` if they neither
    /// manage mailboxes nor have its address. Whether it is their own mailbox is decided when it is read.
    pub fn tend(self, part: LocalPart) -> Option<Tended> {
        may_tend(self.role, &self.actor, &self.domain, &part).then_some(Tended { by: self, part })
    }
}

impl Tended {
    /// The same person's proof that they may see the domain.
    pub fn by(&self) -> &Allowed<SeeDomain> {
        &self.by
    }

    /// The local part of the mailbox.
    pub fn part(&self) -> &LocalPart {
        &self.part
    }
}

pub(super) fn may_tend(role: Role, actor: &Actor, domain: &Domain, part: &LocalPart) -> bool {
    role.allows(Permission::ManageMailboxes) || actor.has_address(&part.at(&domain.name))
}

/// A domain with a person's role on it and what the head of its pages shows.
struct PageRow {
    place: DomainRow,
    head: HeadFacts,
}

from_row! { PageRow { place: row, head: row } }

impl Store {
    /// The proof that `person` holds the right `R` on the domain called `name`.
    pub async fn allow<R: Right>(&self, person: &SignedIn, name: &DomainName) -> Result<Allowed<R>> {
        let sql = format!(
            "select {DOMAIN_COLUMNS}, {OWN_ROLE} from domains \
             left join members on members.domain_id = domains.id and members.user_id = $2 where domains.name = $1"
        );
        let place = self.first(AssertSqlSafe(sql), args![name, person.user.id]).await?;
        allowed(person, place, None)
    }

    /// Like [`Store::allow`], for a page: reads what its head shows with the same statement.
    pub async fn allow_page<R: Right>(&self, person: &SignedIn, name: &DomainName) -> Result<Allowed<R>> {
        let sql = format!(
            "select {DOMAIN_COLUMNS}, {OWN_ROLE}, {JOB_VIEWED}, {HEAD_COUNTS}, {COUNTS} from domains \
             left join members on members.domain_id = domains.id and members.user_id = $3 {HEAD_JOB} \
             where domains.name = $2"
        );
        let args = args![self.clock.now(), name, person.user.id];
        let row: Option<PageRow> = self.first(AssertSqlSafe(sql), args).await?;
        let (place, head) = row.map(|row| (row.place, row.head)).unzip();
        allowed(person, place, head)
    }

    /// The data for the head of a domain's pages; a statement only if the proof was not read for a page.
    pub async fn head<R: Right>(&self, by: &Allowed<R>) -> Result<HeadFacts> {
        if let Some(facts) = &by.head {
            return Ok(facts.clone());
        }
        let sql = format!("select {JOB_VIEWED}, {HEAD_COUNTS}, {COUNTS} from domains {HEAD_JOB} where domains.id = $2");
        self.one(AssertSqlSafe(sql), args![self.clock.now(), by.domain().id]).await
    }
}

/// The proof that a person with this role holds the right `R`.
pub(super) fn allowed<R: Right>(
    person: &SignedIn,
    place: Option<DomainRow>,
    head: Option<HeadFacts>,
) -> Result<Allowed<R>> {
    let user = person.user();
    let Some(DomainRow { domain, role, visited_at }) = place else { return Err(Fault::Denied(Denied::Unknown)) };
    let is_member = role.is_some();
    let role = if user.is_staff { Some(Role::Owner) } else { role };
    let role = role.ok_or(Fault::Denied(Denied::Unknown))?;
    if !role.allows(R::PERMISSION) {
        return Err(Fault::Denied(Denied::Forbidden));
    }
    let actor = person.actor();
    let (tie, proved_at) = (person.tie.clone(), user.proved_at);
    Ok(Allowed { actor, domain, role, tie, proved_at, is_member, visited_at, head, right: PhantomData })
}
