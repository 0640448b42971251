//! How an order that pages show is read.

use super::columns::{Flag, from_row};
use crate::model::order::OrderView;

/// The columns of an order that pages show; `$1` is the present time.
pub(super) const VIEWED: &str = "orders.id as order_id, orders.kind, orders.attempts, \
     orders.created_at as ordered_at, orders.due_at, orders.trouble, \
     orders.refusal as order_refusal, \
     case when orders.lease_until > $1 then 1 else 0 end as running";

from_row! { OrderView {
    kind, attempts, created_at = "ordered_at", due_at,
    running as Flag, trouble, refusal = "order_refusal"
} }
