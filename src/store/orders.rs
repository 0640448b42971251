//! Orders to dimail: stored with their object, claimed under a lease, carried out once.

use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use super::{Allowed, Dialect, Fault, Locked, Store, Tx, columns};
use crate::model::id::{AliasId, DomainId, MailboxId, OrderId, PortalId};
use crate::model::order::{Order, OrderKind, OrderView, Reason, Trouble};
use crate::model::role::Right;
use crate::model::time::Moment;

/// Who works on an order or a letter, and until when if nothing more is heard of them.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The portal.
    pub holder: PortalId,
    /// Until when.
    pub until: Moment,
}

/// An order to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder {
    /// What is to be done.
    pub kind: OrderKind,
    /// To which mailbox, where it is about one.
    pub mailbox_id: Option<MailboxId>,
    /// To which pair of an alias and a destination, where it is about one.
    pub alias_id: Option<AliasId>,
    /// When it may be carried out.
    pub due_at: Moment,
    /// Set when the one who stores it carries it out at once.
    pub lease: Option<Lease>,
}

/// What came of taking an order out of everybody else's hands.
#[derive(Clone, Debug)]
pub enum Taken {
    /// It is held now; it waits to be carried out.
    Open(Order),
    /// It is held now; it was refused.
    Refused(Order),
    /// It is held now; it was given up, since no answer came for too long.
    GivenUp(Order),
    /// Nothing waits, and nothing was refused.
    Nothing,
    /// A portal is carrying it out, or asking what became of it, at this moment.
    Busy(OrderId, OrderKind),
}

/// What makes an order claimable at `$1`: due, free, and its domain in the right status. An order
/// that creates something waits until the domain is enabled; on a disabled one, only aliases are
/// removed.
const CLAIMABLE: &str = "orders.state = 'open' and orders.due_at <= $1 \
     and (orders.lease_until is null or orders.lease_until <= $1)";
pub(super) const IN_RIGHT_DOMAIN: &str = "(domains.status <> 'disabled' or orders.kind in ('remove_destination', 'delete_alias')) \
     and (orders.kind not in ('create_mailbox', 'create_alias') or domains.status = 'enabled')";

const TAKE: &str = "set lease_holder = $2, lease_until = $3, attempts = attempts + 1, \
     in_doubt = case when lease_holder is null then in_doubt else 1 end, \
     first_attempt_at = coalesce(first_attempt_at, $1)";

/// What the pages tell of an order.
pub(super) const VIEWED: &str = "orders.id, orders.kind, orders.in_doubt, orders.attempts, orders.created_at, \
     orders.last_attempt_at, orders.due_at, orders.lease_until, orders.trouble, orders.refusal";

pub(super) const TAKEN: &str = "id, kind, domain_id, mailbox_id, alias_id, in_doubt, attempts, first_attempt_at";

pub(super) fn read_order(row: &AnyRow) -> Result<Order, Fault> {
    Ok(Order {
        id: columns::id(row, "id")?,
        kind: columns::word(row, "kind", OrderKind::from_word)?,
        domain_id: columns::id(row, "domain_id")?,
        mailbox_id: columns::id_or_null(row, "mailbox_id")?,
        alias_id: columns::id_or_null(row, "alias_id")?,
        in_doubt: columns::flag(row, "in_doubt")?,
        attempts: columns::number(row, "attempts")?,
        first_attempt_at: columns::moment(row, "first_attempt_at")?,
    })
}

impl Dialect {
    /// As [`Dialect::skip_locked`], for a statement that joins orders with their domains.
    fn skip_locked_orders(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "for update of orders skip locked",
        }
    }
}

impl Store {
    /// Claims the order that has been due for the longest time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_order(&self, lease: &Lease) -> Result<Option<Order>, Fault> {
        let skip = self.dialect.skip_locked_orders();
        let next = format!(
            "select orders.id from orders join domains on domains.id = orders.domain_id \
             where {CLAIMABLE} and {IN_RIGHT_DOMAIN} order by orders.due_at, orders.id limit 1 {skip}",
        );
        let again = format!(
            "domain_id in (select domains.id from domains where domains.id = orders.domain_id and {IN_RIGHT_DOMAIN})"
        );
        let sql = format!("update orders {TAKE} where id = ({next}) and {CLAIMABLE} and {again} returning {TAKEN}");
        self.claim(sql, lease, None).await
    }

    /// Claims this very order, if it is claimable.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_this_order(&self, id: OrderId, lease: &Lease) -> Result<Option<Order>, Fault> {
        let sql = format!(
            "update orders {TAKE} where id = $4 and {CLAIMABLE} and domain_id in \
             (select domains.id from domains where domains.id = orders.domain_id and {IN_RIGHT_DOMAIN}) \
             returning {TAKEN}"
        );
        self.claim(sql, lease, Some(id)).await
    }

    async fn claim(&self, sql: String, lease: &Lease, id: Option<OrderId>) -> Result<Option<Order>, Fault> {
        let _turn = self.turn().await;
        let query =
            sqlx::query(AssertSqlSafe(sql)).bind(self.clock.now().0).bind(lease.holder.to_string()).bind(lease.until.0);
        let query = match id {
            Some(id) => query.bind(id.to_string()),
            None => query,
        };
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(read_order).transpose()
    }

    /// Keeps the leases of the orders that a portal is still working on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_order(&self, id: OrderId, lease: &Lease) -> Result<(), Fault> {
        let _turn = self.turn().await;
        sqlx::query("update orders set lease_until = $3 where id = $1 and lease_holder = $2")
            .bind(id.to_string())
            .bind(lease.holder.to_string())
            .bind(lease.until.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Gives back, in doubt, whatever a portal still holds; called when it stops.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn free_orders(&self, holder: PortalId) -> Result<(), Fault> {
        let _turn = self.turn().await;
        sqlx::query(
            "update orders set in_doubt = 1, lease_holder = null, lease_until = null \
             where lease_holder = $1",
        )
        .bind(holder.to_string())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The order about a mailbox that waits to be carried out, or that was refused last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn order_about<R: Right>(&self, by: &Allowed<R>, mailbox: MailboxId) -> Result<Option<OrderView>, Fault> {
        let sql = format!(
            "select {VIEWED} from orders where domain_id = $1 and mailbox_id = $2 and state in ('open', 'refused') \
             order by id desc limit 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(by.domain().id.to_string())
            .bind(mailbox.to_string())
            .fetch_optional(&self.pool)
            .await?;
        let now = self.clock.now();
        row.map(|row| read_view(&row, now)).transpose()
    }

    /// The open order of a kind about a domain, for the portal itself and operators.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_order_of(&self, domain: DomainId, kind: OrderKind) -> Result<Option<OrderId>, Fault> {
        let row = sqlx::query("select id from orders where domain_id = $1 and state = 'open' and kind = $2 limit 1")
            .bind(domain.to_string())
            .bind(kind.word())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| columns::id(&row, "id")).transpose()
    }
}

pub(super) fn read_view(row: &AnyRow, now: Moment) -> Result<OrderView, Fault> {
    Ok(OrderView {
        id: columns::id(row, "id")?,
        kind: columns::word(row, "kind", OrderKind::from_word)?,
        in_doubt: columns::flag(row, "in_doubt")?,
        attempts: columns::number(row, "attempts")?,
        created_at: columns::moment(row, "created_at")?,
        last_attempt_at: columns::moment_or_null(row, "last_attempt_at")?,
        due_at: columns::moment(row, "due_at")?,
        running: columns::moment_or_null(row, "lease_until")?.is_some_and(|until| until > now),
        trouble: columns::json_or_null(row, "trouble")?,
        refusal: columns::json_or_null(row, "refusal")?,
    })
}

impl Tx {
    /// Stores an order on the locked domain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert_order<R>(&mut self, locked: &Locked<R>, new: &NewOrder) -> Result<OrderId, Fault> {
        let now = self.clock.now();
        let id = OrderId::new(now);
        let attempted = new.lease.map(|_| now.0);
        sqlx::query(
            "insert into orders (id, domain_id, mailbox_id, kind, state, attempts, first_attempt_at, created_at, due_at, \
             lease_holder, lease_until, alias_id) values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(id.to_string())
        .bind(locked.domain.id.to_string())
        .bind(new.mailbox_id.map(|id| id.to_string()))
        .bind(new.kind.word())
        .bind(i64::from(new.lease.is_some()))
        .bind(attempted)
        .bind(now.0)
        .bind(new.due_at.0)
        .bind(new.lease.map(|lease| lease.holder.to_string()))
        .bind(new.lease.map(|lease| lease.until.0))
        .bind(new.alias_id.map(|id| id.to_string()))
        .execute(&mut *self.sql)
        .await?;
        Ok(id)
    }

    /// Ends an order that this portal holds: done, or refused for good with a reason; one that is
    /// given up may stay in doubt. `false`: it is no longer ours, and nothing may be recorded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn finish_order(
        &mut self,
        order: &Order,
        holder: PortalId,
        refusal: Option<&Reason>,
        in_doubt: bool,
    ) -> Result<bool, Fault> {
        let result = sqlx::query(
            "update orders set state = $3, in_doubt = $5, trouble = null, last_attempt_at = $4, finished_at = $4, \
             lease_holder = null, lease_until = null, refusal = $6 where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(holder.to_string())
        .bind(if refusal.is_none() { "done" } else { "refused" })
        .bind(self.clock.now().0)
        .bind(i64::from(in_doubt))
        .bind(refusal.map(columns::to_json).transpose()?)
        .execute(&mut *self.sql)
        .await?;
        Ok(result.rows_affected() > 0)
    }

    /// Puts an order that this portal holds back until `due_at`. Without a trouble it begins a new
    /// series of attempts. `false`: it is no longer ours.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn postpone_order(
        &mut self,
        order: &Order,
        holder: PortalId,
        due_at: Moment,
        in_doubt: bool,
        trouble: Option<&Trouble>,
    ) -> Result<bool, Fault> {
        let result = sqlx::query(
            "update orders set in_doubt = $3, due_at = $4, trouble = $5, last_attempt_at = $6, \
             lease_holder = null, lease_until = null, \
             attempts = case when $5 is null then 0 else attempts end, \
             first_attempt_at = case when $5 is null or $7 = 1 then null else first_attempt_at end \
             where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(holder.to_string())
        .bind(i64::from(in_doubt))
        .bind(due_at.0)
        .bind(trouble.map(columns::to_json).transpose()?)
        .bind(self.clock.now().0)
        .bind(i64::from(matches!(trouble, Some(Trouble::Installation { .. }))))
        .execute(&mut *self.sql)
        .await?;
        Ok(result.rows_affected() > 0)
    }

    /// Whether dimail is being asked to accept the locked domain, or may have accepted it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_being_created<R>(&mut self, locked: &Locked<R>) -> Result<bool, Fault> {
        let row = sqlx::query(
            "select id from orders where domain_id = $1 and kind = 'create_domain' and state = 'open' \
             and (in_doubt = 1 or lease_holder is not null) limit 1",
        )
        .bind(locked.domain.id.to_string())
        .fetch_optional(&mut *self.sql)
        .await?;
        Ok(row.is_some())
    }

    /// Takes the order about a mailbox out of everybody else's hands, to change what it is about or
    /// to put another in its place.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_order<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: MailboxId,
        lease: &Lease,
    ) -> Result<Taken, Fault> {
        let found = sqlx::query(
            "select id, kind, state, refusal from orders where domain_id = $1 and mailbox_id = $2 \
             and state in ('open', 'refused') order by id desc limit 1",
        )
        .bind(locked.domain.id.to_string())
        .bind(mailbox.to_string())
        .fetch_optional(&mut *self.sql)
        .await?;
        let Some(found) = found else { return Ok(Taken::Nothing) };
        let (id, kind): (OrderId, _) =
            (columns::id(&found, "id")?, columns::word(&found, "kind", OrderKind::from_word)?);
        let is_open = columns::text(&found, "state")? == "open";
        let refusal: Option<Reason> = columns::json_or_null(&found, "refusal")?;
        let sql = format!(
            "update orders set lease_holder = $3, lease_until = $4, \
             in_doubt = case when lease_holder is null then in_doubt else 1 end, \
             first_attempt_at = coalesce(first_attempt_at, $2) \
             where id = $1 and state in ('open', 'refused') and (lease_until is null or lease_until <= $2) \
             returning {TAKEN}"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id.to_string())
            .bind(self.clock.now().0)
            .bind(lease.holder.to_string())
            .bind(lease.until.0)
            .fetch_optional(&mut *self.sql)
            .await?;
        Ok(match row {
            Some(row) if is_open => Taken::Open(read_order(&row)?),
            Some(row) if refusal == Some(Reason::GivenUp) => Taken::GivenUp(read_order(&row)?),
            Some(row) => Taken::Refused(read_order(&row)?),
            None => Taken::Busy(id, kind),
        })
    }

    /// Puts an order that is held aside: another one takes its place, or nobody wants it any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn supersede_order(&mut self, order: &Order, holder: PortalId) -> Result<(), Fault> {
        sqlx::query(
            "update orders set state = 'superseded', finished_at = $3, lease_holder = null, lease_until = null \
             where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(holder.to_string())
        .bind(self.clock.now().0)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Forgets an order that was refused to a person who waited: nothing is kept of it. `false`: it
    /// is no longer ours.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget_order(&mut self, order: &Order, holder: PortalId) -> Result<bool, Fault> {
        let result = sqlx::query("delete from orders where id = $1 and lease_holder = $2")
            .bind(order.id.to_string())
            .bind(holder.to_string())
            .execute(&mut *self.sql)
            .await?;
        Ok(result.rows_affected() > 0)
    }

    /// Notes that dimail has nothing of an order that is held, and keeps holding it. `false`: it is
    /// no longer ours.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_doubt(&mut self, order: &Order, lease: &Lease) -> Result<bool, Fault> {
        let result = sqlx::query(
            "update orders set in_doubt = 0, attempts = 0, trouble = null, lease_until = $3 \
             where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(lease.holder.to_string())
        .bind(lease.until.0)
        .execute(&mut *self.sql)
        .await?;
        Ok(result.rows_affected() > 0)
    }

    /// Gives back an order that was taken, unchanged, with nothing in doubt.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_back_order(&mut self, order: &Order, holder: PortalId) -> Result<(), Fault> {
        sqlx::query(
            "update orders set in_doubt = 0, lease_holder = null, lease_until = null \
             where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(holder.to_string())
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Puts back an order that was taken and is none of our business, in doubt or not as it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_back_order(&mut self, order: &Order, holder: PortalId) -> Result<(), Fault> {
        sqlx::query(
            "update orders set in_doubt = $3, lease_holder = null, lease_until = null \
             where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(holder.to_string())
        .bind(i64::from(order.in_doubt))
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Gives back an order that was taken, to be carried out now as if for the first time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reopen_order(&mut self, order: &Order, holder: PortalId) -> Result<(), Fault> {
        sqlx::query(
            "update orders set state = 'open', due_at = $3, attempts = 0, first_attempt_at = null, trouble = null, \
             refusal = null, finished_at = null, lease_holder = null, lease_until = null where id = $1 and lease_holder = $2",
        )
        .bind(order.id.to_string())
        .bind(holder.to_string())
        .bind(self.clock.now().0)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Makes the open orders of a kind on the locked domain due now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hurry_orders<R>(&mut self, locked: &Locked<R>, kind: OrderKind) -> Result<(), Fault> {
        sqlx::query(
            "update orders set due_at = $3 where domain_id = $1 and kind = $2 and state = 'open' and due_at > $3",
        )
        .bind(locked.domain.id.to_string())
        .bind(kind.word())
        .bind(self.clock.now().0)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }
}
