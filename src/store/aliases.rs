//! Aliases: one row for each pair of a local part and a destination.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::paging::{List, SortColumn, contains};
use super::{Allowed, Result, Store};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasRow, Surroundings};
use crate::model::id::DomainId;
use crate::model::list::{Position, Rows};
use crate::model::name::search_terms;
use crate::model::role::Right;

pub(super) const PAIR_COLUMNS: &str = "aliases.id as alias_id, aliases.local_part as alias_part, aliases.destination, \
     aliases.wanted, aliases.known, aliases.reason, aliases.cleared, aliases.is_pushed";

from_row! { AliasDestination {
    id = "alias_id", local_part = "alias_part", destination, wanted as Flag, known, reason, cleared,
    is_pushed as Flag
} }

/// The columns of a row in the list of aliases: an aggregate over all destinations of a local part.
const ROW_COLUMNS: &str = "local_part, count(*) as destinations, min(destination) as first_destination, \
     count(case when status in ('pending', 'removing') then 1 end) as waiting, \
     count(case when status = 'failed' then 1 end) as failed, \
     count(case when target is not null \
     and not exists (select 1 from mailboxes where mailboxes.domain_id = $1 and mailboxes.local_part = aliases.target \
     and mailboxes.status = 'enabled') \
     and not exists (select 1 from aliases as next where next.domain_id = $1 and next.local_part = aliases.target) \
     then 1 end) as lost";

from_row! { AliasRow { local_part, destinations, first = "first_destination", waiting, failed, lost } }

impl Store {
    /// The aliases of a domain, by local part.
    pub async fn aliases<R: Right>(&self, by: &Allowed<R>, q: &str, position: &Position) -> Result<Rows<AliasRow>> {
        let sort = SortColumn { column: "local_part", id: "local_part", numeric: false, reverse: false };
        let mut list = List::new(ROW_COLUMNS, "aliases", by.domain().id.to_string());
        list.group_by("local_part");
        list.only("domain_id = $1");
        let terms = search_terms(q);
        let total = terms.is_empty().then(|| by.domain().aliases);
        if !terms.is_empty() {
            // A search that matches one destination still counts all destinations of the alias.
            let mut found = "select local_part from aliases where domain_id = $1".to_owned();
            for term in terms {
                let term = list.bind(term);
                found.extend([" and ", &contains("search", &term)]);
            }
            list.only(format!("local_part in ({found})"));
        }
        list.page(self, &sort, position, total).await
    }

    /// The destinations of one alias, in order.
    pub async fn destinations<R: Right>(&self, by: &Allowed<R>, part: &LocalPart) -> Result<Vec<AliasDestination>> {
        let sql = format!(
            "select {PAIR_COLUMNS} from aliases where domain_id = $1 and local_part = $2 order by destination_key"
        );
        self.all(AssertSqlSafe(sql), args![by.domain().id, part]).await
    }

    /// The aliases and mailboxes that are related to one alias: links, loops and chains.
    pub async fn surroundings<R: Right>(&self, by: &Allowed<R>, alias: &LocalPart) -> Result<Surroundings> {
        let domain = by.domain().id;
        // Follows only the destinations of this alias, because the domain may have many others.
        // `cross join` and `coalesce` keep SQLite's planner from starting with all aliases that have a
        // target.
        let sql = "with recursive reached (part) as (select cast($2 as text) union select aliases.target from reached \
                   cross join aliases where aliases.domain_id = $1 and aliases.local_part = reached.part) \
                   select aliases.local_part, aliases.target from reached cross join aliases \
                   where aliases.domain_id = $1 and aliases.local_part = reached.part";
        let links: Vec<(LocalPart, Option<LocalPart>)> = self.all(sql, args![domain, alias]).await?;
        let links = links.into_iter().filter_map(|(from, to)| Some((from, to?))).collect();
        let sql = "select mailboxes.local_part, mailboxes.status from aliases cross join mailboxes \
                   where aliases.domain_id = $1 and aliases.local_part = $2 and mailboxes.domain_id = $1 \
                   and mailboxes.local_part = coalesce(aliases.target, '')";
        let mailboxes = self.all(sql, args![domain, alias]).await?;
        let sql = "select distinct other.local_part from aliases cross join aliases as other \
                   where aliases.domain_id = $1 and aliases.local_part = $2 and other.domain_id = $1 \
                   and other.local_part = coalesce(aliases.target, '')";
        let aliases = self.values(sql, args![domain, alias]).await?;
        Ok(Surroundings { links, mailboxes, aliases })
    }

    /// The aliases of a domain that have one of its mailboxes as a destination.
    pub async fn aliases_to<R: Right>(&self, by: &Allowed<R>, mailbox: &LocalPart) -> Result<Vec<LocalPart>> {
        let sql = "select distinct local_part from aliases where domain_id = $1 and target = $2 and status <> 'failed' \
                   order by local_part limit 50";
        self.values(sql, args![by.domain().id, mailbox]).await
    }

    /// Whether the deletion of a whole alias waits.
    pub async fn is_alias_deleted(&self, domain: DomainId, part: &LocalPart) -> Result<bool> {
        let sql = "select sequence from changes where domain_id = $1 and object_kind = 'alias' and object = $2 \
                   and outcome = 'waiting' and kind = 'delete_alias' limit 1";
        Ok(self.first_value::<i64>(sql, args![domain, part]).await?.is_some())
    }

    /// The destinations of an alias, for the portal's own work.
    pub async fn pairs_of(&self, domain: DomainId, part: &LocalPart) -> Result<Vec<AliasDestination>> {
        let sql = format!("select {PAIR_COLUMNS} from aliases where domain_id = $1 and local_part = $2 order by id");
        self.all(AssertSqlSafe(sql), args![domain, part]).await
    }
}
