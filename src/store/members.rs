//! Members: the roles of people on domains.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::patience::unless_slow;
use super::{Allowed, ByPortal, Locked, Result, Store, Tx};
use crate::model::member::active_owners;
use crate::model::{DomainId, DomainName, LocalPart, Member, MemberId, Permission, Role, SeeDomain, UserId};

const MEMBERS: &str = "select members.id, members.user_id, members.role, members.created_at, users.email, users.name, \
     users.language, members.visited_at, case when users.disabled_at is null then 1 else 0 end as is_active \
     from members join users on users.id = members.user_id where members.domain_id = $1";

from_row! { Member {
    id, user_id, email, name, role, language, is_active as Flag, since = "created_at", visited_at
} }

impl Store {
    /// The members of a domain, owners first, then by name. Only owners and administrators see when a
    /// member last visited the domain.
    pub async fn members(&self, by: &Allowed<SeeDomain>) -> Result<Vec<Member>> {
        let mut members = self.members_of(by.domain().id).await?;
        if !by.can(Permission::ManageMembers) {
            for member in &mut members {
                member.visited_at = None;
            }
        }
        Ok(members)
    }

    /// The members of a domain, for the portal itself, for operators, and to name the owners on an
    /// error page.
    pub async fn members_of(&self, domain: DomainId) -> Result<Vec<Member>> {
        let sql = format!("{MEMBERS} order by users.name, users.id");
        let mut members: Vec<Member> = self.all(AssertSqlSafe(sql), args![domain]).await?;
        members.sort_by_key(|member| std::cmp::Reverse(member.role));
        Ok(members)
    }

    /// The owners of the domain with this name, to name them on an error page.
    pub async fn owners_of(&self, name: &DomainName) -> Result<Vec<Member>> {
        let Some(domain) = self.domain_named(name).await? else { return Ok(Vec::new()) };
        let members = self.members_of(domain.id).await?;
        Ok(members.into_iter().filter(|member| member.role == Role::Owner).collect())
    }

    /// The member whose account has this address of the domain.
    pub async fn member_at<R>(&self, by: &Allowed<R>, part: &LocalPart) -> Result<Option<Member>> {
        let sql = format!("{MEMBERS} and users.email_key = $2");
        self.first(AssertSqlSafe(sql), args![by.domain().id, part.at(&by.domain().name)]).await
    }

    /// Records that a member visits the domain now, but gives up after a short time: displaying a page
    /// must not fail or be slow because the database cannot be written at the moment.
    pub async fn try_to_note_visit<R>(&self, by: &Allowed<R>) {
        let sql = "update members set visited_at = $3 where domain_id = $1 and user_id = $2";
        let args = args![by.domain().id, by.actor().id, self.clock.now()];
        unless_slow("recording a visit to a domain", self.exec_any(sql, args)).await;
    }

    /// The domains on which a person has a role, by name, with the role; for operators.
    pub async fn roles_of(&self, user: UserId) -> Result<Vec<(String, Role)>> {
        let sql = "select domains.name, members.role from members join domains on domains.id = members.domain_id \
                   where members.user_id = $1 order by domains.name_key, domains.id";
        self.all(sql, args![user]).await
    }
}

impl Tx {
    /// The members of the locked domain.
    pub async fn members<R>(&mut self, locked: &Locked<R>) -> Result<Vec<Member>> {
        self.all(MEMBERS, args![locked.domain.id]).await
    }

    /// The owners of the locked domain whose accounts are active.
    pub async fn active_owners<R>(&mut self, locked: &Locked<R>) -> Result<Vec<Member>> {
        Ok(active_owners(&self.members(locked).await?))
    }

    /// Gives a person a role on the locked domain, replacing an existing one.
    pub async fn set_role<R>(&mut self, locked: &Locked<R>, user: UserId, role: Role) -> Result<()> {
        let now = self.clock.now();
        let sql = "insert into members (id, domain_id, user_id, role, created_at) values ($1, $2, $3, $4, $5) \
                   on conflict (domain_id, user_id) do update set role = excluded.role";
        self.exec_one(sql, args![MemberId::new(now), locked.domain.id, user, role, now]).await
    }

    /// Removes a member from the locked domain.
    pub async fn delete_member<R>(&mut self, locked: &Locked<R>, id: MemberId) -> Result<()> {
        self.exec_one("delete from members where domain_id = $1 and id = $2", args![locked.domain.id, id]).await
    }

    /// Locks all domains on which a person has a role or has sent an invitation, for an operator. The
    /// order is always the same, to avoid deadlocks.
    pub async fn lock_domains_of(&mut self, user: UserId) -> Result<Vec<Locked<ByPortal>>> {
        let sql = "select domain_id from members where user_id = $1 \
                   union select domain_id from invitations where inviter_id = $1 order by domain_id";
        let ids: Vec<DomainId> = self.values(sql, args![user]).await?;
        let mut domains = Vec::new();
        for id in ids {
            domains.extend(self.lock_as_operator(id).await?);
        }
        Ok(domains)
    }
}
