//! Aliases: one row for each pair of a local part and a destination, and the orders about them.

use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use super::args::args;
use super::domains::{DOMAIN_COLUMNS, read_domain};
use super::orders::{VIEWED, read_view};
use super::paging::{List, Sorted, contains};
use super::{Allowed, Fault, Store, columns};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasRow, AliasStatus, Destination, Surroundings};
use crate::model::domain::Domain;
use crate::model::id::{AliasId, DomainId};
use crate::model::list::{Position, Rows};
use crate::model::mailbox::MailboxStatus;
use crate::model::name::search_terms;
use crate::model::order::OrderView;
use crate::model::role::Right;

pub(super) const PAIR_COLUMNS: &str = "aliases.id as alias_id, aliases.local_part as alias_part, aliases.destination, \
     aliases.status as alias_status, aliases.reason as alias_reason, aliases.created_at as alias_created_at";

fn part(row: &AnyRow, column: &'static str) -> Result<LocalPart, Fault> {
    LocalPart::parse(&columns::text(row, column)?).map_err(|_| Fault::Unreadable { column })
}

pub(super) fn read_pair(row: &AnyRow) -> Result<AliasDestination, Fault> {
    let destination = columns::text(row, "destination")?;
    Ok(AliasDestination {
        id: columns::id(row, "alias_id")?,
        local_part: part(row, "alias_part")?,
        destination: Destination::parse(&destination).map_err(|_| Fault::Unreadable { column: "destination" })?,
        status: columns::word(row, "alias_status", AliasStatus::parse)?,
        reason: columns::json_or_null(row, "alias_reason")?,
        created_at: columns::timestamp(row, "alias_created_at")?,
    })
}

/// The columns of a row in the list of aliases: an aggregate over all destinations of a local part.
const ROW_COLUMNS: &str = "local_part, count(*) as destinations, min(destination) as first_destination, \
     count(case when status in ('pending', 'removing') then 1 end) as waiting, \
     count(case when status = 'failed' then 1 end) as failed";

fn read_row(row: &AnyRow) -> Result<AliasRow, Fault> {
    Ok(AliasRow {
        local_part: part(row, "local_part")?,
        destinations: columns::number(row, "destinations")?,
        first: columns::text(row, "first_destination")?,
        waiting: columns::number(row, "waiting")?,
        failed: columns::number(row, "failed")?,
    })
}

impl Store {
    /// The aliases of a domain, by local part.
    pub async fn aliases<R: Right>(
        &self,
        by: &Allowed<R>,
        q: &str,
        position: &Position,
    ) -> Result<Rows<AliasRow>, Fault> {
        let sorted = Sorted { column: "local_part", id: "local_part", numeric: false, reverse: false };
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
        list.page(&self.pool, &sorted, position, total, read_row).await
    }

    /// The destinations of one alias, in order.
    pub async fn destinations<R: Right>(
        &self,
        by: &Allowed<R>,
        part: &LocalPart,
    ) -> Result<Vec<AliasDestination>, Fault> {
        let sql = format!(
            "select {PAIR_COLUMNS} from aliases where domain_id = $1 and local_part = $2 order by destination_key"
        );
        let rows = self.all(AssertSqlSafe(sql), args![by.domain().id, part.as_str()]).await?;
        rows.iter().map(read_pair).collect()
    }

    /// The open orders of one alias, each with the id of its destination.
    pub async fn alias_orders<R: Right>(
        &self,
        by: &Allowed<R>,
        part: &LocalPart,
    ) -> Result<Vec<(AliasId, OrderView)>, Fault> {
        let sql = format!(
            "select orders.alias_id, {VIEWED} from orders join aliases on aliases.id = orders.alias_id \
             where aliases.domain_id = $1 and aliases.local_part = $2 and orders.state = 'open'"
        );
        let rows = self.all(AssertSqlSafe(sql), args![by.domain().id, part.as_str()]).await?;
        let now = self.clock.now();
        rows.into_iter().map(|row| Ok((columns::id(&row, "alias_id")?, read_view(&row, now)?))).collect()
    }

    /// The aliases and mailboxes that are related to one alias: links, loops and chains.
    pub async fn surroundings<R: Right>(&self, by: &Allowed<R>, alias: &LocalPart) -> Result<Surroundings, Fault> {
        let domain = by.domain().id.to_string();
        // Follows only the destinations of this alias, because the domain may have many others.
        // `cross join` and `coalesce` keep SQLite's planner from starting with all aliases that have a
        // target.
        let links = self
            .all(
                "with recursive reached (part) as (select cast($2 as text) union select aliases.target from reached \
             cross join aliases where aliases.domain_id = $1 and aliases.local_part = reached.part) \
             select aliases.local_part, aliases.target from reached cross join aliases \
             where aliases.domain_id = $1 and aliases.local_part = reached.part",
                args![&domain, alias.as_str()],
            )
            .await?;
        let mailboxes = self
            .all(
                "select mailboxes.local_part, mailboxes.status from aliases cross join mailboxes \
             where aliases.domain_id = $1 and aliases.local_part = $2 and mailboxes.domain_id = $1 \
             and mailboxes.local_part = coalesce(aliases.target, '')",
                args![&domain, alias.as_str()],
            )
            .await?;
        let aliases = self
            .all(
                "select distinct other.local_part from aliases cross join aliases as other \
             where aliases.domain_id = $1 and aliases.local_part = $2 and other.domain_id = $1 \
             and other.local_part = coalesce(aliases.target, '')",
                args![&domain, alias.as_str()],
            )
            .await?;
        let is_inside = |row: &&AnyRow| columns::text_or_null(row, "target").is_ok_and(|target| target.is_some());
        let link = |row: &AnyRow| Ok::<_, Fault>((part(row, "local_part")?, part(row, "target")?));
        let mailbox = |row: &AnyRow| {
            Ok::<_, Fault>((part(row, "local_part")?, columns::word(row, "status", MailboxStatus::parse)?))
        };
        Ok(Surroundings {
            links: links.iter().filter(is_inside).map(link).collect::<Result<_, _>>()?,
            mailboxes: mailboxes.iter().map(mailbox).collect::<Result<_, _>>()?,
            aliases: aliases.iter().map(|row| part(row, "local_part")).collect::<Result<_, _>>()?,
        })
    }

    /// The aliases of a domain that have one of its mailboxes as a destination.
    pub async fn aliases_to<R: Right>(&self, by: &Allowed<R>, mailbox: &LocalPart) -> Result<Vec<LocalPart>, Fault> {
        let rows = self
            .all(
                "select distinct local_part from aliases where domain_id = $1 and target = $2 and status <> 'failed' \
             order by local_part limit 50",
                args![by.domain().id, mailbox.as_str()],
            )
            .await?;
        rows.iter().map(|row| part(row, "local_part")).collect()
    }

    /// All pairs of a domain that dimail should have, for an operator at the command line.
    pub async fn aliases_of(&self, domain: DomainId) -> Result<Vec<(LocalPart, String)>, Fault> {
        let rows = self
            .all(
                "select local_part, destination from aliases where domain_id = $1 and status in ('pending', 'enabled') \
             order by local_part, id",
                args![domain],
            )
            .await?;
        rows.iter().map(|row| Ok((part(row, "local_part")?, columns::text(row, "destination")?))).collect()
    }

    /// A pair and its domain, for the portal's own work.
    pub async fn pair_of(&self, id: AliasId) -> Result<Option<(AliasDestination, Domain)>, Fault> {
        let sql = format!(
            "select {PAIR_COLUMNS}, {DOMAIN_COLUMNS} from aliases join domains on domains.id = aliases.domain_id \
             where aliases.id = $1"
        );
        let row = self.first(AssertSqlSafe(sql), args![id]).await?;
        row.map(|row| Ok((read_pair(&row)?, read_domain(&row)?))).transpose()
    }
}
