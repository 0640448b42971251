//! Changes of orders within the transaction of the change they belong to.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::Flag;
use super::orders::{Lease, NewOrder, TAKEN, Taken};
use super::{Denied, Fault, Locked, MayWrite, Result, Tx};
use crate::model::id::{AliasId, MailboxId, OrderId, PortalId};
use crate::model::order::{Order, OrderKind};
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;

impl Tx {
    /// Stores an order on the locked domain. One that disables or deletes a mailbox ends its login links.
    /// Its mailbox or alias must be in the domain, and at the address of its proof.
    pub async fn insert_order<R>(&mut self, locked: &Locked<R>, new: &NewOrder) -> Result<OrderId> {
        let now = self.clock.now();
        let id = OrderId::new(now);
        let attempted = new.lease.map(|_| now);
        let sql = "insert into orders (id, domain_id, mailbox_id, kind, state, attempts, first_attempt_at, \
                   created_at, due_at, lease_holder, lease_until, alias_id) values ($1, $2, \
                   (select mailboxes.id from mailboxes where mailboxes.id = $3 and mailboxes.domain_id = $2 \
                   and mailboxes.local_part = coalesce($12, mailboxes.local_part)), $4, 'open', $5, $6, $7, $8, $9, $10, \
                   (select aliases.id from aliases where aliases.id = $11 and aliases.domain_id = $2 \
                   and aliases.local_part = $12)) returning mailbox_id, alias_id";
        let args = args![
            id,
            locked.domain.id,
            new.mailbox_id,
            new.kind,
            Flag(new.lease.is_some()),
            attempted,
            now,
            now,
            new.lease.map(|lease| lease.holder),
            new.lease.map(|lease| lease.until),
            new.alias_id,
            new.may.as_ref().map(MayWrite::part)
        ];
        let stored: Option<(Option<MailboxId>, Option<AliasId>)> = self.first(sql, args).await?;
        let is_elsewhere = new.may.as_ref().is_some_and(|may| may.domain() != locked.domain.id);
        if is_elsewhere || stored != Some((new.mailbox_id, new.alias_id)) {
            return Err(Fault::Denied(Denied::Forbidden));
        }
        if let (OrderKind::DisableMailbox | OrderKind::DeleteMailbox, Some(mailbox)) = (new.kind, new.mailbox_id) {
            self.end_login_links(mailbox).await?;
        }
        Ok(id)
    }

    /// Stores an order that this process has leased, and returns it as claimed.
    pub async fn insert_own_order<R>(&mut self, locked: &Locked<R>, new: &NewOrder) -> Result<Order> {
        Ok(Order {
            id: self.insert_order(locked, new).await?,
            kind: new.kind,
            domain_id: locked.domain.id,
            mailbox_id: new.mailbox_id,
            alias_id: new.alias_id,
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

    /// Claims the order of a mailbox, so that no other process works on it while the request changes or
    /// replaces it.
    pub async fn take_order<R>(&mut self, locked: &Locked<R>, mailbox: MailboxId, lease: &Lease) -> Result<Taken> {
        let sql = "select id, kind, state, refusal from orders where domain_id = $1 and mailbox_id = $2 \
                   and state in ('open', 'refused') order by id desc limit 1";
        let args = args![locked.domain.id, mailbox];
        let found: Option<(OrderId, OrderKind, String, Option<Reason>)> = self.first(sql, args).await?;
        let Some((id, kind, state, refusal)) = found else { return Ok(Taken::Nothing) };
        let sql = format!(
            "update orders set lease_holder = $3, lease_until = $4, \
             in_doubt = case when lease_holder is null then in_doubt else 1 end, \
             first_attempt_at = coalesce(first_attempt_at, $2) \
             where id = $1 and state in ('open', 'refused') and (lease_until is null or lease_until <= $2) \
             returning {TAKEN}"
        );
        let order = self.first(AssertSqlSafe(sql), args![id, self.clock.now(), lease.holder, lease.until]).await?;
        Ok(match order {
            Some(order) if state == "open" => Taken::Open(order),
            Some(order) if refusal == Some(Reason::GivenUp) => Taken::GivenUp(order),
            Some(order) => Taken::Refused(order),
            None => Taken::Busy(id, kind),
        })
    }

    /// Marks a held order as superseded: another one replaces it, or it is no longer wanted.
    pub async fn supersede_order(&mut self, order: &Order, holder: PortalId) -> Result<()> {
        let sql = "update orders set state = 'superseded', finished_at = $3, lease_holder = null, lease_until = null \
                   where id = $1 and lease_holder = $2";
        self.exec_one(sql, args![order.id, holder, self.clock.now()]).await
    }

    /// Deletes an order whose refusal was shown directly to the waiting person, so nothing needs to be
    /// kept. `false`: this portal has lost the lease.
    pub async fn delete_order(&mut self, order: &Order, holder: PortalId) -> Result<bool> {
        self.changes("delete from orders where id = $1 and lease_holder = $2", args![order.id, holder]).await
    }

    /// Records that a held order has had no effect at dimail, and extends its lease. `false`: this
    /// portal has lost the lease.
    pub async fn clear_doubt(&mut self, order: &Order, lease: &Lease) -> Result<bool> {
        let sql = "update orders set in_doubt = 0, attempts = 0, trouble = null, lease_until = $3 \
                   where id = $1 and lease_holder = $2";
        self.changes(sql, args![order.id, lease.holder, lease.until]).await
    }

    /// Releases a claimed order, unchanged except that it is not in doubt; does nothing after the lease
    /// was lost.
    pub async fn give_back_order(&mut self, order: &Order, holder: PortalId) -> Result<()> {
        let sql = "update orders set in_doubt = 0, lease_holder = null, lease_until = null \
                   where id = $1 and lease_holder = $2";
        self.exec_any(sql, args![order.id, holder]).await
    }

    /// Releases a claimed order without any change; it stays in doubt if it was.
    pub async fn put_back_order(&mut self, order: &Order, holder: PortalId) -> Result<()> {
        let sql = "update orders set in_doubt = $3, lease_holder = null, lease_until = null \
                   where id = $1 and lease_holder = $2";
        self.exec_one(sql, args![order.id, holder, Flag(order.in_doubt)]).await
    }

    /// Releases a claimed order about the mailbox of the proof, to be carried out now like a new one.
    pub async fn reopen_order(&mut self, may: &MayWrite, order: &Order, holder: PortalId) -> Result<()> {
        let sql = "update orders set state = 'open', due_at = $3, attempts = 0, first_attempt_at = null, \
                   trouble = null, refusal = null, finished_at = null, lease_holder = null, lease_until = null \
                   where id = $1 and lease_holder = $2 and mailbox_id = (select mailboxes.id from mailboxes \
                   where mailboxes.domain_id = $4 and mailboxes.local_part = $5)";
        self.exec_one(sql, args![order.id, holder, self.clock.now(), may.domain(), may.part()]).await
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
