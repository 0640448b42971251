//! How the row of a domain is read.

use super::columns::from_row;
use crate::model::{Domain, DomainRow};

/// The columns of a domain.
pub(super) const DOMAIN_COLUMNS: &str = "domains.id, domains.name, domains.support_email, domains.support_confirmed_at, \
     domains.status, domains.status_since, domains.context, domains.created_at, domains.accepted_at, \
     domains.refusal, domains.first_enabled_at, domains.checked_at, domains.bad_since, domains.disabled_reason, \
     domains.compared_at, domains.differences, domains.mailboxes, domains.aliases, domains.records_left, \
     domains.mailboxes_failed, domains.mailboxes_to_hand_over";

from_row! { Domain {
    id, name, support_email, support_confirmed_at, status, status_since, context, created_at, accepted_at, refusal,
    first_enabled_at, checked_at, bad_since, disabled_reason, compared_at, differences, mailboxes, aliases, records_left,
    failed = "mailboxes_failed", to_hand_over = "mailboxes_to_hand_over"
} }
from_row! { DomainRow { domain: row, role = "member_role", visited_at = "member_visited_at" } }

/// The columns of a person's role on a domain, beside those of the domain.
pub(super) const OWN_ROLE: &str = "members.role as member_role, members.visited_at as member_visited_at";

/// What is left to do on a domain, without the differences from dimail, which are for staff.
pub(super) const LEFT_TO_DO: &str = "case when domains.status = 'disabled' then 0 \
     else domains.records_left + domains.mailboxes_failed + domains.mailboxes_to_hand_over end";
