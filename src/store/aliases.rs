//! Aliases: one row for each pair of a local part and a destination, and the orders about them.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::domains::{DOMAIN_COLUMNS, read_domain};
use super::orders::{VIEWED, read_view};
use super::paging::{Sorted, bounds, page};
use super::{Allowed, Fault, Store, columns};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasRow, AliasStatus, Destination, Surroundings};
use crate::model::domain::Domain;
use crate::model::id::{AliasId, DomainId};
use crate::model::list::{Position, Rows};
use crate::model::mailbox::MailboxStatus;
use crate::model::name::search_patterns;
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
        status: columns::word(row, "alias_status", AliasStatus::from_word)?,
        reason: columns::json_or_null(row, "alias_reason")?,
        created_at: columns::moment(row, "alias_created_at")?,
    })
}

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
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn aliases<R: Right>(
        &self,
        by: &Allowed<R>,
        q: &str,
        position: &Position,
    ) -> Result<Rows<AliasRow>, Fault> {
        let domain = by.domain().id.to_string();
        let [one, two, three, four] = search_patterns(q);
        // Found by any of its destinations, an alias still counts all of them.
        let found = "local_part in (select local_part from aliases where domain_id = $1 \
                     and search like $2 and search like $3 and search like $4 and search like $5)";
        let everything = one == "%";
        let total = if everything {
            by.domain().aliases
        } else {
            let sql =
                format!("select count(distinct local_part) as total from aliases where domain_id = $1 and {found}");
            let asked = sqlx::query(AssertSqlSafe(sql)).bind(&domain).bind(&one).bind(&two).bind(&three).bind(&four);
            asked.fetch_one(&self.pool).await?.try_get("total")?
        };
        let sorted = Sorted { column: "local_part", id: "local_part", numeric: false, reverse: false };
        // All five are bound whatever is asked, so all five are named.
        let wanted = if everything { format!("('%' = $2 or {found})") } else { found.to_owned() };
        let sql = format!(
            "select local_part, destinations, first_destination, waiting, failed, local_part as sort_value, \
             local_part as sort_id from (select local_part, count(*) as destinations, \
             min(destination) as first_destination, \
             count(case when status in ('pending', 'removing') then 1 end) as waiting, \
             count(case when status = 'failed' then 1 end) as failed \
             from aliases where domain_id = $1 and {wanted} group by local_part) as grouped where {}",
            sorted.clauses(position, 6)
        );
        let (cursor_value, cursor_id) = bounds(position);
        let found = sqlx::query(AssertSqlSafe(sql))
            .bind(&domain)
            .bind(one)
            .bind(two)
            .bind(three)
            .bind(four)
            .bind(cursor_value)
            .bind(cursor_id)
            .fetch_all(&self.pool)
            .await?;
        page(found, position, total, read_row)
    }

    /// The destinations of one alias, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn destinations<R: Right>(
        &self,
        by: &Allowed<R>,
        part: &LocalPart,
    ) -> Result<Vec<AliasDestination>, Fault> {
        let sql = format!(
            "select {PAIR_COLUMNS} from aliases where domain_id = $1 and local_part = $2 order by destination_key"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(by.domain().id.to_string())
            .bind(part.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_pair).collect()
    }

    /// The open orders about the destinations of one alias, each with its pair.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn alias_orders<R: Right>(
        &self,
        by: &Allowed<R>,
        part: &LocalPart,
    ) -> Result<Vec<(AliasId, OrderView)>, Fault> {
        let sql = format!(
            "select orders.alias_id, {VIEWED} from orders join aliases on aliases.id = orders.alias_id \
             where aliases.domain_id = $1 and aliases.local_part = $2 and orders.state = 'open'"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(by.domain().id.to_string())
            .bind(part.as_str())
            .fetch_all(&self.pool)
            .await?;
        let now = self.clock.now();
        rows.into_iter().map(|row| Ok((columns::id(&row, "alias_id")?, read_view(&row, now)?))).collect()
    }

    /// What a domain has around one of its aliases.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn surroundings<R: Right>(&self, by: &Allowed<R>, alias: &LocalPart) -> Result<Surroundings, Fault> {
        let domain = by.domain().id.to_string();
        let links = sqlx::query("select local_part, target from aliases where domain_id = $1 and target is not null")
            .bind(&domain)
            .fetch_all(&self.pool)
            .await?;
        let targets = "(select target from aliases where domain_id = $1 and local_part = $2 and target is not null)";
        let sql = format!("select local_part, status from mailboxes where domain_id = $1 and local_part in {targets}");
        let mailboxes =
            sqlx::query(AssertSqlSafe(sql)).bind(&domain).bind(alias.as_str()).fetch_all(&self.pool).await?;
        let sql = format!("select distinct local_part from aliases where domain_id = $1 and local_part in {targets}");
        let aliases = sqlx::query(AssertSqlSafe(sql)).bind(&domain).bind(alias.as_str()).fetch_all(&self.pool).await?;
        let link = |row: &AnyRow| Ok::<_, Fault>((part(row, "local_part")?, part(row, "target")?));
        let mailbox = |row: &AnyRow| {
            Ok::<_, Fault>((part(row, "local_part")?, columns::word(row, "status", MailboxStatus::from_word)?))
        };
        Ok(Surroundings {
            links: links.iter().map(link).collect::<Result<_, _>>()?,
            mailboxes: mailboxes.iter().map(mailbox).collect::<Result<_, _>>()?,
            aliases: aliases.iter().map(|row| part(row, "local_part")).collect::<Result<_, _>>()?,
        })
    }

    /// The aliases of a domain that lead to one of its mailboxes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn aliases_to<R: Right>(&self, by: &Allowed<R>, mailbox: &LocalPart) -> Result<Vec<LocalPart>, Fault> {
        let rows = sqlx::query(
            "select distinct local_part from aliases where domain_id = $1 and target = $2 and status <> 'failed' \
             order by local_part limit 50",
        )
        .bind(by.domain().id.to_string())
        .bind(mailbox.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| part(row, "local_part")).collect()
    }

    /// All pairs that dimail should have of a domain, for an operator at the command line.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn aliases_of(&self, domain: DomainId) -> Result<Vec<(LocalPart, String)>, Fault> {
        let rows = sqlx::query(
            "select local_part, destination from aliases where domain_id = $1 and status in ('pending', 'enabled') \
             order by local_part, id",
        )
        .bind(domain.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((part(row, "local_part")?, columns::text(row, "destination")?))).collect()
    }

    /// A pair with its domain, for the portal's own work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pair_of(&self, id: AliasId) -> Result<Option<(AliasDestination, Domain)>, Fault> {
        let sql = format!(
            "select {PAIR_COLUMNS}, {DOMAIN_COLUMNS} from aliases join domains on domains.id = aliases.domain_id \
             where aliases.id = $1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(&self.pool).await?;
        row.map(|row| Ok((read_pair(&row)?, read_domain(&row)?))).transpose()
    }
}
