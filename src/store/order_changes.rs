//! Changes of orders within the transaction of the change they belong to.

use super::args::args;
use super::columns::Flag;
use super::orders::NewOrder;
use super::{Locked, Result, Tx};
use crate::model::id::{OrderId, PortalId};
use crate::model::order::{Order, OrderKind};
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;

impl Tx {
    /// Stores an order on the locked domain.
    pub async fn insert_order<R>(&mut self, locked: &Locked<R>, new: &NewOrder) -> Result<OrderId> {
        let now = self.clock.now();
        let id = OrderId::new(now);
        let sql = "insert into orders (id, domain_id, kind, state, attempts, first_attempt_at, created_at, due_at, \
                   lease_holder, lease_until) values ($1, $2, $3, 'open', $4, $5, $6, $6, $7, $8)";
        let args = args![
            id,
            locked.domain.id,
            new.kind,
            Flag(new.lease.is_some()),
            new.lease.map(|_| now),
            now,
            new.lease.map(|lease| lease.holder),
            new.lease.map(|lease| lease.until)
        ];
        self.exec_one(sql, args).await?;
        Ok(id)
    }

    /// Stores an order that this process has leased, and returns it as claimed.
    pub async fn insert_own_order<R>(&mut self, locked: &Locked<R>, new: &NewOrder) -> Result<Order> {
        Ok(Order {
            id: self.insert_order(locked, new).await?,
            kind: new.kind,
            domain_id: locked.domain.id,
            in_doubt: false,
            attempts: 1,
            first_attempt_at: self.clock.now(),
            last_trouble: None,
        })
    }

    /// Ends an order that this portal holds: done, or refused for good with a reason; a given-up order
    /// may stay in doubt. `false`: this portal has lost the lease, and nothing may be recorded.
    pub async fn finish_order(
        &mut self,
        order: &Order,
        holder: PortalId,
        refusal: Option<&Reason>,
        in_doubt: bool,
    ) -> Result<bool> {
        let sql = "update orders set state = $3, in_doubt = $5, trouble = null, last_attempt_at = $4, \
                   finished_at = $4, lease_holder = null, lease_until = null, refusal = $6 \
                   where id = $1 and lease_holder = $2";
        let state = if refusal.is_none() { "done" } else { "refused" };
        let args = args![order.id, holder, state, self.clock.now(), Flag(in_doubt), refusal];
        self.changes(sql, args).await
    }

    /// Postpones an order that this portal holds until `due_at`. Without a trouble, a new retry series
    /// begins. Checks without an answer are counted anew after any other trouble. `false`: this portal
    /// has lost the lease.
    pub async fn postpone_order(
        &mut self,
        order: &Order,
        holder: PortalId,
        due_at: Timestamp,
        in_doubt: bool,
        trouble: Option<&Trouble>,
    ) -> Result<bool> {
        let sql = "update orders set in_doubt = $3, due_at = $4, trouble = $5, last_attempt_at = $6, \
                   lease_holder = null, lease_until = null, \
                   attempts = case when $5 is null then 0 else coalesce($8, attempts) end, \
                   first_attempt_at = case when $5 is null or $7 = 1 then null else coalesce($9, first_attempt_at) end \
                   where id = $1 and lease_holder = $2";
        let now = self.clock.now();
        let series = trouble.map(|trouble| order.series(trouble, now));
        let attempts = series.map(|series| series.attempts);
        let attempts = if trouble == Some(&Trouble::NameServers) { Some(order.silent_checks()) } else { attempts };
        let args = args![
            order.id,
            holder,
            Flag(in_doubt),
            due_at,
            trouble,
            now,
            Flag(matches!(trouble, Some(Trouble::Installation { .. }))),
            attempts,
            series.map(|series| series.first_attempt_at)
        ];
        self.changes(sql, args).await
    }

    /// Whether a call that creates the locked domain at dimail is in progress or may have succeeded.
    pub async fn is_being_created<R>(&mut self, locked: &Locked<R>) -> Result<bool> {
        let sql = "select id from orders where domain_id = $1 and kind = 'create_domain' and state = 'open' \
                   and (in_doubt = 1 or lease_holder is not null) limit 1";
        self.exists(sql, args![locked.domain.id]).await
    }

    /// Makes the open orders of a kind on the locked domain due now.
    pub async fn make_orders_due<R>(&mut self, locked: &Locked<R>, kind: OrderKind) -> Result<()> {
        let sql = "update orders set due_at = $3 where domain_id = $1 and kind = $2 and state = 'open' and due_at > $3";
        self.exec_any(sql, args![locked.domain.id, kind, self.clock.now()]).await
    }

    /// Until when a domain is not checked, because its name servers did not answer the last check.
    pub async fn silent_until<R>(&mut self, locked: &Locked<R>) -> Result<Option<Timestamp>> {
        let sql = "select due_at, trouble from orders where domain_id = $1 and kind = $2 and state = 'open' limit 1";
        let args = args![locked.domain.id, OrderKind::CheckDomain];
        let found: Option<(Timestamp, Option<Trouble>)> = self.first(sql, args).await?;
        let now = self.clock.now();
        let silent = found.filter(|(due_at, trouble)| *trouble == Some(Trouble::NameServers) && *due_at > now);
        Ok(silent.map(|(due_at, _)| due_at))
    }
}
