//! Orders to dimail: stored with their object, claimed under a lease, carried out once.

use sqlx::AssertSqlSafe;

use super::args::{Args, args};
use super::columns::{Flag, from_row};
use super::{Result, Store};
use crate::model::id::{DomainId, OrderId, PortalId};
use crate::model::order::{Order, OrderKind};
use crate::model::time::Timestamp;

/// A lease: which portal works on an order or an email, and when that ends unless renewed.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The portal.
    pub holder: PortalId,
    /// The end of the lease.
    pub until: Timestamp,
    /// When the portal started: attempts before that belong to another series.
    pub started_at: Timestamp,
}

/// An order to be stored, due now.
#[derive(Clone, Debug)]
pub struct NewOrder {
    pub(super) kind: OrderKind,
    pub(super) lease: Option<Lease>,
}

impl NewOrder {
    /// An order about a domain.
    #[must_use]
    pub fn of_domain(kind: OrderKind) -> Self {
        Self { kind, lease: None }
    }

    /// The same order, for the process that stores it to carry it out at once.
    #[must_use]
    pub fn leased(self, lease: Lease) -> Self {
        Self { lease: Some(lease), ..self }
    }
}

/// Queues of orders that are processed independently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderQueue {
    /// Checks of domains, which wait for name servers.
    Checks,
    /// Only the checks whose last attempt, if any, was successful.
    FirstChecks,
    /// All others.
    Changes,
}

impl OrderQueue {
    /// The condition and the sort order of a queue: a domain whose last check had no answer must not
    /// delay the others.
    fn condition(self) -> (&'static str, &'static str) {
        match self {
            Self::Checks => ("orders.kind = 'check_domain'", "case when orders.trouble is null then 0 else 1 end,"),
            Self::FirstChecks => ("orders.kind = 'check_domain' and orders.trouble is null", ""),
            Self::Changes => ("orders.kind <> 'check_domain'", ""),
        }
    }
}

/// When an order is claimable at `$1`: due, not leased, and its domain not disabled.
const CLAIMABLE: &str = "orders.state = 'open' and orders.due_at <= $1 \
     and (orders.lease_until is null or orders.lease_until <= $1)";
pub(super) const IN_RIGHT_DOMAIN: &str = "domains.status <> 'disabled'";

/// Whether the last attempt was made before the portal started (`$4`): then a new series begins. A check
/// is never given up, and counts all checks without an answer.
const IS_RESUMED: &str = "kind <> 'check_domain' and coalesce(last_attempt_at, first_attempt_at) < $4";

fn take() -> String {
    format!(
        "set lease_holder = $2, lease_until = $3, attempts = case when {IS_RESUMED} then 1 else attempts + 1 end, \
         in_doubt = case when lease_holder is null then in_doubt else 1 end, \
         first_attempt_at = case when {IS_RESUMED} then $1 else coalesce(first_attempt_at, $1) end"
    )
}

pub(super) const TAKEN: &str = "id, kind, domain_id, in_doubt, attempts, first_attempt_at, trouble";

from_row! { Order {
    id, kind, domain_id, in_doubt as Flag, attempts, first_attempt_at, last_trouble = "trouble"
} }

impl Store {
    /// Claims the order of a queue that has been due for the longest time.
    pub async fn claim_order(&self, queue: OrderQueue, lease: &Lease) -> Result<Option<Order>> {
        let skip = self.dialect.skip_locked("orders");
        let (kinds, first) = queue.condition();
        let next = format!(
            "select orders.id from orders join domains on domains.id = orders.domain_id \
             where {CLAIMABLE} and {kinds} and {IN_RIGHT_DOMAIN} \
             order by {first} orders.due_at, orders.id limit 1 {skip}",
        );
        let again = format!(
            "domain_id in (select domains.id from domains where domains.id = orders.domain_id and {IN_RIGHT_DOMAIN})"
        );
        let take = take();
        let sql = format!("update orders {take} where id = ({next}) and {CLAIMABLE} and {again} returning {TAKEN}");
        self.claim(sql, args![self.clock.now(), lease.holder, lease.until, lease.started_at]).await
    }

    /// Claims this order if it is claimable.
    pub async fn claim_this_order(&self, id: OrderId, lease: &Lease) -> Result<Option<Order>> {
        let sql = format!(
            "update orders {take} where id = $5 and {CLAIMABLE} and domain_id in \
             (select domains.id from domains where domains.id = orders.domain_id and {IN_RIGHT_DOMAIN}) \
             returning {TAKEN}",
            take = take()
        );
        self.claim(sql, args![self.clock.now(), lease.holder, lease.until, lease.started_at, id]).await
    }

    async fn claim(&self, sql: String, args: Args) -> Result<Option<Order>> {
        self.claimed(AssertSqlSafe(sql), args).await
    }

    /// Extends the leases of the orders that a portal is still working on.
    pub async fn renew_order(&self, id: OrderId, lease: &Lease) -> Result<()> {
        let sql = "update orders set lease_until = $3 where id = $1 and lease_holder = $2";
        self.exec_any(sql, args![id, lease.holder, lease.until]).await
    }

    /// Releases all orders that a portal still holds, as in doubt; called at shutdown.
    pub async fn free_orders(&self, holder: PortalId) -> Result<()> {
        let sql = "update orders set in_doubt = 1, lease_holder = null, lease_until = null \
                   where lease_holder = $1";
        self.exec_any(sql, args![holder]).await
    }

    /// The open order of a kind about a domain, for the portal itself and operators.
    pub async fn open_order_of(&self, domain: DomainId, kind: OrderKind) -> Result<Option<OrderId>> {
        let sql = "select id from orders where domain_id = $1 and state = 'open' and kind = $2 limit 1";
        self.first_value(sql, args![domain, kind]).await
    }
}
