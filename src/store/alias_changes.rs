//! Changes of aliases: what people want of their destinations, and what dimail is known to have.

use sqlx::AssertSqlSafe;

use super::aliases::PAIR_COLUMNS;
use super::args::args;
use super::columns::Flag;
use super::{ByPortal, Denied, Fault, Locked, MayWrite, Result, Tx};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasKnown, Destination};
use crate::model::change::Object;
use crate::model::guard::Guard;
use crate::model::id::AliasId;
use crate::model::name::search_text;

impl Tx {
    /// The destinations of an alias of the locked domain, as they are under the lock.
    pub async fn destinations<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<Vec<AliasDestination>> {
        let sql = format!(
            "select {PAIR_COLUMNS} from aliases where domain_id = $1 and local_part = $2 order by destination_key"
        );
        self.all(AssertSqlSafe(sql), args![locked.domain.id, part]).await
    }

    /// Adds a destination that is wanted to the alias of the proof; `None` if the alias already has it.
    pub async fn insert_destination<R>(
        &mut self,
        locked: &Locked<R>,
        may: &MayWrite,
        to: &Destination,
        known: AliasKnown,
    ) -> Result<Option<AliasId>> {
        self.check_leads(may, to.as_str()).await?;
        let pair = AliasDestination {
            id: AliasId::new(self.clock.now()),
            local_part: may.part().clone(),
            destination: to.clone(),
            wanted: true,
            known,
            reason: None,
            cleared: may.clears(),
            is_pushed: false,
        };
        self.insert_pair(locked, &pair).await
    }

    /// Adds a destination that dimail has, and that is to be removed there.
    pub async fn insert_unwanted(
        &mut self,
        locked: &Locked<ByPortal>,
        part: &LocalPart,
        to: Destination,
    ) -> Result<()> {
        let pair = AliasDestination {
            id: AliasId::new(self.clock.now()),
            local_part: part.clone(),
            destination: to,
            wanted: false,
            known: AliasKnown::Present,
            reason: None,
            cleared: Guard::None,
            is_pushed: false,
        };
        self.insert_pair(locked, &pair).await.map(|_| ())
    }

    async fn insert_pair<R>(&mut self, locked: &Locked<R>, pair: &AliasDestination) -> Result<Option<AliasId>> {
        let (domain, part, to) = (&locked.domain, &pair.local_part, &pair.destination);
        let is_new = self.destinations(locked, part).await?.is_empty();
        let sql = "insert into aliases (id, domain_id, local_part, destination, destination_key, target, search, \
                   wanted, known, status, cleared, created_at) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning id";
        let args = args![
            pair.id,
            domain.id,
            part,
            to,
            to.key(),
            to.local_part_in(&domain.name),
            search_text(&[&part.at(&domain.name), to.as_str()]),
            Flag(pair.wanted),
            pair.known,
            pair.status(),
            pair.cleared,
            self.clock.now()
        ];
        let is_added = self.exists(sql, args).await?;
        if is_added && is_new {
            self.count_aliases(locked, 1).await?;
        }
        Ok(is_added.then_some(pair.id))
    }

    async fn count_aliases<R>(&mut self, locked: &Locked<R>, change: i64) -> Result<()> {
        self.exec_one("update domains set aliases = aliases + $2 where id = $1", args![locked.domain.id, change]).await
    }

    /// Stores that a destination of the alias of the proof is wanted: again, or after it failed. dimail may
    /// be removing it.
    pub async fn want_destination<R>(
        &mut self,
        locked: &Locked<R>,
        may: &MayWrite,
        pair: &AliasDestination,
    ) -> Result<()> {
        self.check_leads(may, pair.destination.as_str()).await?;
        let known = if pair.known == AliasKnown::Present { AliasKnown::Absent } else { pair.known };
        self.write_wish(locked, may, AliasDestination { wanted: true, known, ..pair.clone() }).await
    }

    /// Stores that a destination of the alias of the proof, which dimail has lost, is added again.
    pub async fn push_destination<R>(
        &mut self,
        locked: &Locked<R>,
        may: &MayWrite,
        pair: &AliasDestination,
    ) -> Result<()> {
        self.want_destination(locked, may, &AliasDestination { is_pushed: true, ..pair.clone() }).await
    }

    /// Stores that a destination of the alias of the proof is to be removed.
    pub async fn drop_destination<R>(
        &mut self,
        locked: &Locked<R>,
        may: &MayWrite,
        pair: &AliasDestination,
    ) -> Result<()> {
        self.write_wish(locked, may, AliasDestination { wanted: false, ..pair.clone() }).await
    }

    async fn write_wish<R>(&mut self, locked: &Locked<R>, may: &MayWrite, pair: AliasDestination) -> Result<()> {
        if may.domain() != locked.domain.id || *may.part() != pair.local_part {
            return Err(Fault::Denied(Denied::Forbidden));
        }
        self.write_state(locked, &AliasDestination { reason: None, cleared: may.clears(), ..pair }).await
    }

    /// Records what is known of a destination, after a call or an observation.
    pub async fn record_destination(&mut self, locked: &Locked<ByPortal>, pair: &AliasDestination) -> Result<()> {
        if pair.reason.is_none() {
            let object = Object::Alias(pair.local_part.clone());
            self.close_refused(locked, &object, Some(pair.destination.as_str())).await?;
        }
        self.write_state(locked, pair).await
    }

    /// Writes the state of a destination, with the status that follows from it.
    async fn write_state<R>(&mut self, locked: &Locked<R>, pair: &AliasDestination) -> Result<()> {
        let is_pushed = pair.is_pushed && pair.wanted && pair.known != AliasKnown::Present;
        let sql = "update aliases set wanted = $3, known = $4, reason = $5, status = $6, cleared = $7, is_pushed = $8 \
                   where domain_id = $1 and id = $2";
        let args = args![
            locked.domain.id,
            pair.id,
            Flag(pair.wanted),
            pair.known,
            pair.reason.as_ref(),
            pair.status(),
            pair.cleared,
            Flag(is_pushed)
        ];
        self.exec_one(sql, args).await
    }

    /// Records that the person who asked for a change reads in the answer that it was refused.
    pub async fn mark_told(&mut self, locked: &Locked<ByPortal>, change: i64) -> Result<()> {
        let sql = "update changes set told = 1, open = 0 where domain_id = $1 and sequence = $2";
        self.exec_one(sql, args![locked.domain.id, change]).await
    }

    /// Deletes a destination: dimail does not have it.
    pub async fn delete_destination(&mut self, locked: &Locked<ByPortal>, pair: &AliasDestination) -> Result<()> {
        self.exec_one("delete from aliases where domain_id = $1 and id = $2", args![locked.domain.id, pair.id]).await?;
        if self.destinations(locked, &pair.local_part).await?.is_empty() {
            self.count_aliases(locked, -1).await?;
        }
        Ok(())
    }
}
