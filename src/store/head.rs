//! The data for the head of a domain's pages, in one statement, because every page of a domain needs
//! it.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::orders::{VIEWED, read_view};
use super::{Allowed, Fault, Store, columns};
use crate::model::order::{OrderKind, OrderView};
use crate::model::role::Right;

/// How many mailboxes of a domain are pending or failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// Mailboxes that dimail does not have yet.
    pub pending: i64,
    /// Mailboxes that dimail refused or that were given up.
    pub failed: i64,
}

/// The work in progress on a domain, and its counts.
#[derive(Clone, Debug, Default)]
pub struct HeadFacts {
    /// The open order that creates it at dimail.
    pub creation: Option<OrderView>,
    /// Its standing order to be checked.
    pub check: Option<OrderView>,
    /// Its pending and failed mailboxes.
    pub activation: Activation,
    /// How many people have a role on it.
    pub members: i64,
}

impl Store {
    /// The data for the head of a domain's pages.
    pub async fn head<R: Right>(&self, by: &Allowed<R>) -> Result<HeadFacts, Fault> {
        let sql = format!(
            "select {VIEWED}, \
             (select count(*) from members where members.domain_id = domains.id) as members, \
             (select count(*) from mailboxes where mailboxes.domain_id = domains.id \
              and mailboxes.status = 'pending') as pending, \
             (select count(*) from mailboxes where mailboxes.domain_id = domains.id \
              and mailboxes.status = 'failed') as failed \
             from domains left join orders on orders.domain_id = domains.id and orders.state = 'open' \
             and orders.kind in ('create_domain', 'check_domain') where domains.id = $1"
        );
        let rows = self.all(AssertSqlSafe(sql), args![by.domain().id]).await?;
        let mut facts = HeadFacts::default();
        for row in &rows {
            facts.members = columns::number(row, "members")?;
            facts.activation =
                Activation { pending: columns::number(row, "pending")?, failed: columns::number(row, "failed")? };
            if columns::text_or_null(row, "id")?.is_none() {
                continue;
            }
            let order = read_view(row, self.clock.now())?;
            match order.kind {
                OrderKind::CreateDomain => facts.creation = Some(order),
                _ => facts.check = Some(order),
            }
        }
        Ok(facts)
    }
}
