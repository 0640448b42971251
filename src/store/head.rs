//! What the head of a domain's pages tells besides the domain itself, in one question: every page
//! of a domain asks it.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::orders::{VIEWED, read_view};
use super::{Allowed, Fault, Store, columns};
use crate::model::order::{OrderKind, OrderView};
use crate::model::role::Right;

/// How many mailboxes of a domain wait or failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// Those that dimail does not have yet.
    pub pending: i64,
    /// Those that dimail refused or that were given up.
    pub failed: i64,
}

/// What is under way on a domain, and how much is in it.
#[derive(Clone, Debug, Default)]
pub struct HeadFacts {
    /// The open order that creates it at dimail.
    pub creation: Option<OrderView>,
    /// Its standing order to be checked.
    pub check: Option<OrderView>,
    /// Its mailboxes that wait or failed.
    pub activation: Activation,
    /// How many people have a role on it.
    pub members: i64,
}

impl Store {
    /// What the head of a domain's pages tells.
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
