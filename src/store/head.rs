//! The data for the head of a domain's pages, in one statement, because every page of a domain needs
//! it.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

use super::args::args;
use super::orders::VIEWED;
use super::{Allowed, Fault, Store};
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

/// The counts of a domain, with one of its open orders.
struct HeadRow {
    order: Option<OrderView>,
    activation: Activation,
    members: i64,
}

impl FromRow<'_, AnyRow> for HeadRow {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let has_order = row.try_get::<Option<&str>, _>("id")?.is_some();
        Ok(Self {
            order: has_order.then(|| OrderView::from_row(row)).transpose()?,
            activation: Activation { pending: row.try_get("pending")?, failed: row.try_get("failed")? },
            members: row.try_get("members")?,
        })
    }
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
             and orders.kind in ('create_domain', 'check_domain') where domains.id = $2"
        );
        let rows: Vec<HeadRow> = self.all(AssertSqlSafe(sql), args![self.clock.now(), by.domain().id]).await?;
        let mut facts = HeadFacts::default();
        for row in rows {
            (facts.members, facts.activation) = (row.members, row.activation);
            match row.order {
                Some(order) if order.kind == OrderKind::CreateDomain => facts.creation = Some(order),
                Some(order) => facts.check = Some(order),
                None => {}
            }
        }
        Ok(facts)
    }
}
