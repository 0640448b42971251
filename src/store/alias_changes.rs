//! Changes of aliases: destinations are added, removed, refused by dimail, or kept.

use sqlx::AssertSqlSafe;

use super::aliases::PAIR_COLUMNS;
use super::args::args;
use super::orders::TAKEN;
use super::{ByPortal, Lease, Locked, MayWrite, Result, Tx};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, Destination};
use crate::model::id::AliasId;
use crate::model::name::search_text;
use crate::model::order::Order;
use crate::model::reason::Reason;
use crate::model::role::ManageAliases;

impl Tx {
    /// The destinations of an alias of the locked domain, as they are under the lock.
    pub async fn destinations<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<Vec<AliasDestination>> {
        let sql = format!(
            "select {PAIR_COLUMNS} from aliases where domain_id = $1 and local_part = $2 order by destination_key"
        );
        self.all(AssertSqlSafe(sql), args![locked.domain.id, part]).await
    }

    /// Whether the whole alias is about to be deleted.
    pub async fn is_alias_leaving<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<bool> {
        let sql = "select orders.id from orders join aliases on aliases.id = orders.alias_id \
                   where aliases.domain_id = $1 and aliases.local_part = $2 and orders.kind = 'delete_alias' \
                   and orders.state = 'open' limit 1";
        self.exists(sql, args![locked.domain.id, part]).await
    }

    /// Adds a pending destination to the alias of the proof; `None` if the alias already has it.
    pub async fn insert_destination<R>(
        &mut self,
        locked: &Locked<R>,
        may: &MayWrite,
        to: &Destination,
    ) -> Result<Option<AliasId>> {
        self.check_leads(may, to.as_str()).await?;
        let part = may.part();
        let now = self.clock.now();
        let (id, domain) = (AliasId::new(now), &locked.domain);
        let is_new = self.destinations(locked, part).await?.is_empty();
        let sql = "insert into aliases (id, domain_id, local_part, destination, destination_key, target, search, \
                   status, cleared, created_at) values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9) \
                   on conflict do nothing returning id";
        let args = args![
            id,
            domain.id,
            part,
            to,
            to.key(),
            to.local_part_in(&domain.name),
            search_text(&[&part.at(&domain.name), to.as_str()]),
            may.clears(),
            now
        ];
        let is_added = self.exists(sql, args).await?;
        if is_added && is_new {
            self.count_aliases(locked, 1).await?;
        }
        Ok(is_added.then_some(id))
    }

    async fn count_aliases<R>(&mut self, locked: &Locked<R>, change: i64) -> Result<()> {
        self.exec_one("update domains set aliases = aliases + $2 where id = $1", args![locked.domain.id, change]).await
    }

    /// Makes a failed destination pending again and reopens its order under this lease; the order stays
    /// in doubt if it was. `None`: it no longer has an order.
    pub async fn revive_destination(
        &mut self,
        locked: &Locked<ManageAliases>,
        may: &MayWrite,
        failed: &AliasDestination,
        lease: &Lease,
    ) -> Result<Option<Order>> {
        self.check_leads(may, failed.destination.as_str()).await?;
        let id = failed.id;
        let sql = "update aliases set status = 'pending', reason = null, cleared = $4 where domain_id = $1 \
                   and id = $2 and local_part = $3 and status = 'failed'";
        self.exec_any(sql, args![locked.domain.id, id, may.part(), may.clears()]).await?;
        let sql = format!(
            "update orders set state = 'open', due_at = $3, attempts = 1, first_attempt_at = $3, trouble = null, \
             refusal = null, finished_at = null, lease_holder = $4, lease_until = $5 \
             where domain_id = $1 and kind = 'create_alias' and state = 'refused' and alias_id = (select aliases.id \
             from aliases where aliases.id = $2 and aliases.local_part = $6) returning {TAKEN}"
        );
        let args = args![locked.domain.id, id, self.clock.now(), lease.holder, lease.until, may.part()];
        self.first(AssertSqlSafe(sql), args).await
    }

    /// Marks a destination as to be removed and drops its other orders. `false`: a portal is carrying
    /// out one of them right now, and nothing may be changed.
    pub async fn begin_removal(&mut self, locked: &Locked<ManageAliases>, may: &MayWrite, id: AliasId) -> Result<bool> {
        let sql = "delete from orders where alias_id = $1 and state <> 'done' and (lease_until is null \
                   or lease_until <= $2)";
        self.exec_any(sql, args![id, self.clock.now()]).await?;
        let is_busy =
            self.exists("select id from orders where alias_id = $1 and state = 'open' limit 1", args![id]).await?;
        let sql = "update aliases set before = case when status = 'removing' then before else status end, \
                   status = 'removing', reason = null where domain_id = $1 and id = $2 and local_part = $3";
        self.exec_one(sql, args![locked.domain.id, id, may.part()]).await?;
        Ok(!is_busy)
    }

    /// Makes the open orders of the alias of the proof due now.
    pub async fn make_alias_due<R>(&mut self, locked: &Locked<R>, may: &MayWrite) -> Result<()> {
        let sql = "update orders set due_at = $3 where state = 'open' and due_at > $3 and alias_id in \
                   (select aliases.id from aliases where aliases.domain_id = $1 and aliases.local_part = $2)";
        self.exec_any(sql, args![locked.domain.id, may.part(), self.clock.now()]).await
    }

    /// Records that dimail has a destination.
    pub async fn open_destination(&mut self, locked: &Locked<ByPortal>, id: AliasId) -> Result<()> {
        let sql = "update aliases set status = 'enabled', reason = null where domain_id = $1 and id = $2 \
                   and status = 'pending'";
        self.exec_one(sql, args![locked.domain.id, id]).await
    }

    /// Records that dimail refused a destination, or that it was given up.
    pub async fn fail_destination(&mut self, locked: &Locked<ByPortal>, id: AliasId, reason: &Reason) -> Result<()> {
        let sql = "update aliases set status = 'failed', reason = $3 where domain_id = $1 and id = $2 \
                   and status = 'pending'";
        self.exec_one(sql, args![locked.domain.id, id, reason]).await
    }

    /// Records that dimail refused a removal on an alias: of one destination or of all.
    pub async fn keep_destinations(
        &mut self,
        locked: &Locked<ByPortal>,
        part: &LocalPart,
        only: Option<AliasId>,
        reason: &Reason,
    ) -> Result<()> {
        // A destination that may never have existed at dimail becomes failed: it is retried on request
        // only.
        let sql = "update aliases set status = case when before = 'enabled' then 'enabled' else 'failed' end, \
                   before = null, reason = $4 where domain_id = $1 and local_part = $2 and id = coalesce($3, id) \
                   and status = 'removing'";
        self.exec_any(sql, args![locked.domain.id, part, only, reason]).await
    }

    /// Deletes destinations of an alias, one or all, with their orders.
    pub async fn delete_destinations(
        &mut self,
        locked: &Locked<ByPortal>,
        part: &LocalPart,
        only: Option<AliasId>,
    ) -> Result<()> {
        let sql = "delete from aliases where domain_id = $1 and local_part = $2 and id = coalesce($3, id)";
        let is_deleted = self.changes(sql, args![locked.domain.id, part, only]).await?;
        if is_deleted && self.destinations(locked, part).await?.is_empty() {
            self.count_aliases(locked, -1).await?;
        }
        Ok(())
    }
}
