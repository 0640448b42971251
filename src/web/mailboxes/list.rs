//! The mailboxes of a domain.

use askama::Template;
use axum::extract::State;

use crate::model::bulk::Action;
use crate::model::domain::Domain;
use crate::model::list::{MailboxFilter, MailboxSort};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::role::{Permission, SeeDomain};
use crate::store::{Allowed, LEFT_COUNTED, MailboxInList};
use crate::urls;
use crate::web::Web;
use crate::web::domains::head::{Head, Tab};
use crate::web::error::{Answer, rendered};
use crate::web::fields::Query;
use crate::web::guard;
use crate::web::listing::{Pager, address, asked, sort_word};
use crate::web::mailboxes::bulk::actions;
use crate::web::page::Page;

/// A mailbox, and whether a bulk action is offered for it.
struct Row {
    mailbox: Mailbox,
    can_choose: bool,
}

impl Row {
    /// The state of the mailbox decides when the action is requested.
    fn new(by: &Allowed<SeeDomain>, MailboxInList { mailbox, guard }: MailboxInList) -> Self {
        let asker = guard::asker(by, &mailbox, guard);
        let options = mailbox.options(by.domain(), asker, None, &[]);
        let can_choose = asker.manages && Action::ALL.into_iter().any(|action| options.check(action.verb()).is_ok());
        Self { mailbox, can_choose }
    }
}

/// A link to the mailboxes that wait for a person.
struct FilterLink {
    href: String,
    label: String,
    count: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "mailboxes/list.html")]
struct Index {
    page: Page,
    head: Head,
    rows: Vec<Row>,
    pager: Pager,
    q: String,
    status: String,
    sort: String,
    filters: Vec<FilterLink>,
    can_add: bool,
    can_manage: bool,
    sees_secondary: bool,
}

impl Index {
    /// Whether the list has checkboxes for bulk actions.
    fn can_choose(&self) -> bool {
        self.rows.iter().any(|row| row.can_choose)
    }

    fn actions(&self) -> Vec<(String, String)> {
        actions(&self.page)
    }

    fn path(&self) -> String {
        urls::mailboxes(&self.head.domain.name)
    }

    fn href(&self, mailbox: &Mailbox) -> String {
        urls::mailbox(&self.head.domain.name, &mailbox.local_part)
    }

    fn statuses(&self) -> Vec<(String, String)> {
        let all = (String::new(), self.page.t("list-any-status"));
        let known = MailboxStatus::ALL.map(|status| (status.to_string(), self.page.s.mailbox_status(status)));
        let to_hand_over = (MailboxFilter::HandOver.to_string(), self.page.t("mailbox-to-hand-over"));
        std::iter::once(all).chain(known).chain([to_hand_over]).collect()
    }

    fn sorts(&self) -> Vec<(String, String)> {
        [
            ("address", "list-sort-address"),
            ("name", "list-sort-last-name"),
            ("status", "list-sort-status"),
            ("-created", "list-sort-newest"),
        ]
        .map(|(word, key)| (word.to_owned(), self.page.t(key)))
        .into()
    }
}

/// The links to the mailboxes that wait for a person, with their number; none if there are none.
fn filters(page: &Page, path: &str, asked: Option<MailboxFilter>, domain: &Domain) -> Vec<FilterLink> {
    let count = |n| match n {
        LEFT_COUNTED.. => page.s.t1("operations-many", "n", page.s.number(LEFT_COUNTED - 1)),
        _ => page.s.number(n),
    };
    let link = |filter: MailboxFilter, label, n| FilterLink {
        href: address(path, [("status", filter.to_string().as_str())]),
        label,
        count: count(n),
        is_current: asked == Some(filter),
    };
    let failing = MailboxStatus::Failed;
    let found = [
        (MailboxFilter::HandOver, page.t("mailbox-to-hand-over"), domain.to_hand_over),
        (MailboxFilter::Status(failing), page.s.mailbox_status(failing), domain.failed),
    ];
    found.into_iter().filter(|(.., n)| *n > 0).map(|(filter, label, n)| link(filter, label, n)).collect()
}

pub(crate) async fn index(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page, Query(query): Query) -> Answer {
    let asked = asked(&query, MailboxFilter::parse, |_: MailboxSort| false);
    let head = Head::read(&web, &by, &page, Tab::Mailboxes).await?;
    let rows = web.app().store.mailboxes(&by, &asked).await?;
    let total = page.s.t1("mailboxes-total", "n", rows.total);
    let can_manage = by.can(Permission::ManageMailboxes);
    let path = urls::mailboxes(&head.domain.name);
    let index = Index {
        filters: filters(&page, &path, asked.status, &head.domain),
        pager: Pager::new(&path, &asked, &rows, total),
        rows: rows.items.into_iter().map(|row| Row::new(&by, row)).collect(),
        status: asked.status.map(|status| status.to_string()).unwrap_or_default(),
        sort: sort_word(asked.sort, asked.reverse),
        q: asked.q,
        can_add: can_manage && head.domain.takes_mailboxes(),
        sees_secondary: can_manage || !by.own_local_part().is_empty(),
        can_manage,
        page: page.refreshed_while(head.busy),
        head,
    };
    rendered(&index)
}
