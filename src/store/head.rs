//! The data for the head of a domain's pages: its open orders and counts, as the statements of the
//! proofs read them.

use super::columns::from_row;
use crate::model::order::{OrderKind, OrderView};

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

from_row! { Activation { pending, failed } }

/// The counts of a domain, with one of its open orders.
pub(super) struct HeadRow {
    order: Option<OrderView>,
    activation: Activation,
    members: i64,
}

from_row! { HeadRow { order: row if "order_id", activation: row, members } }

/// The columns of a [`HeadRow`], besides those of the order.
pub(super) const HEAD_COUNTS: &str = "\
     (select count(*) from members where members.domain_id = domains.id) as members, \
     (select count(*) from mailboxes where mailboxes.domain_id = domains.id and mailboxes.status = 'pending') \
     as pending, \
     (select count(*) from mailboxes where mailboxes.domain_id = domains.id and mailboxes.status = 'failed') \
     as failed";
/// The orders that the head shows, one row for each.
pub(super) const HEAD_ORDERS: &str = "left join orders on orders.domain_id = domains.id and orders.state = 'open' \
     and orders.kind in ('create_domain', 'check_domain')";

impl HeadFacts {
    /// The facts in these rows, one for each open order.
    pub(super) fn of(rows: impl IntoIterator<Item = HeadRow>) -> Self {
        let mut facts = Self::default();
        for row in rows {
            (facts.members, facts.activation) = (row.members, row.activation);
            match row.order {
                Some(order) if order.kind == OrderKind::CreateDomain => facts.creation = Some(order),
                Some(order) => facts.check = Some(order),
                None => {}
            }
        }
        facts
    }
}
