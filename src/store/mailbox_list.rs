//! The list of a domain's mailboxes.

use super::args::args;
use super::columns::from_row;
use super::guard::{Place, levels};
use super::mailboxes::MAILBOX_COLUMNS;
use super::paging::{List, SortColumn};
use super::todo::TO_HAND_OVER;
use super::{Allowed, Result, Store};
use crate::model::guard::Guard;
use crate::model::id::DomainId;
use crate::model::list::{MailboxFilter, MailboxQuery, MailboxSort, Rows};
use crate::model::mailbox::Mailbox;
use crate::model::name::search_terms;
use crate::model::role::{Permission, Right};

/// A mailbox in the list of its domain.
#[derive(Clone, Debug)]
pub struct MailboxInList {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// The guard of its address, for people who manage mailboxes; else none.
    pub guard: Guard,
}

from_row! { MailboxInList { mailbox: row, guard } }

impl Store {
    /// The mailboxes of a domain.
    pub async fn mailboxes<R: Right>(&self, by: &Allowed<R>, asked: &MailboxQuery) -> Result<Rows<MailboxInList>> {
        let column = match asked.sort {
            MailboxSort::Address => "mailboxes.local_part",
            MailboxSort::Name => "mailboxes.name_key",
            // When filtered by one status, all rows are equal in it: sort by age.
            MailboxSort::Status if asked.status.is_none() => "mailboxes.status",
            MailboxSort::Status | MailboxSort::Created => "mailboxes.id",
        };
        let sort = SortColumn { column, id: "mailboxes.id", numeric: false, reverse: asked.reverse };
        let mut list = List::new(MAILBOX_COLUMNS, "mailboxes", by.domain().id.to_string());
        let guard = self.guard_in_list(by, &mut list);
        list.column(&format!("{guard} as guard"));
        list.only("mailboxes.domain_id = $1");
        match asked.status {
            Some(MailboxFilter::Status(status)) => {
                let status = list.bind(status.as_ref());
                list.only(format!("mailboxes.status = {status}"));
            }
            Some(MailboxFilter::HandOver) => list.only(TO_HAND_OVER),
            None => {}
        }
        let terms = search_terms(&asked.q);
        let everything = asked.status.is_none() && terms.is_empty();
        // Secondary addresses are searched only where visible: all for managers, otherwise the person's
        // own.
        if by.can(Permission::ManageMailboxes) {
            list.search("(mailboxes.search || mailboxes.secondary_search)", terms);
        } else if !terms.is_empty() {
            let own = list.bind(by.own_local_part());
            let proved_at = list.bind(by.proved_at().map_or(0, |at| at.0).to_string());
            let secondary = format!(
                "case when mailboxes.local_part = {own} and mailboxes.there_since <= cast({proved_at} as bigint) \
                 then mailboxes.secondary_search else '' end"
            );
            list.search(&format!("(mailboxes.search || {secondary})"), terms);
        }
        let total = everything.then(|| by.domain().mailboxes);
        let mut found: Rows<MailboxInList> = list.page(self, &sort, &asked.position, total).await?;
        for row in &mut found.items {
            row.mailbox = by.without_hidden_fields(row.mailbox.clone());
        }
        Ok(found)
    }

    /// How many mailboxes of a domain dimail does not have yet; counting stops at `most`.
    pub async fn pending_mailboxes(&self, domain: DomainId, most: i64) -> Result<i64> {
        let sql = "select count(*) from (select 1 from mailboxes where domain_id = $1 and status = 'pending' limit $2) \
                   as waiting";
        self.value(sql, args![domain, most]).await
    }

    /// The SQL expression for the guard of a mailbox in the list of a domain; none for people whom it keeps
    /// from nothing, or who may do nothing there anyway.
    fn guard_in_list<R: Right>(&self, by: &Allowed<R>, list: &mut List) -> String {
        if !by.can(Permission::ManageMailboxes) || by.passes() == Guard::Staff {
            return Guard::None.as_number().to_string();
        }
        let now = format!("cast({} as bigint)", list.bind(self.clock.now().0.to_string()));
        let domain_name = "(select domains.name from domains where domains.id = $1)";
        let place = Place { domain_id: "$1", domain_name, now: &now };
        format!("(select found.level from ({}) as found)", levels(place, &["mailboxes.local_part".to_owned()]))
    }
}
