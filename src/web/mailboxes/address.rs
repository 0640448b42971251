//! The address of a new mailbox, and whether it and the name are free: a piece of its form, asked for as one types.

use askama::Template;
use axum::extract::State;

use crate::actions::mailboxes::free_address::{self, AddressState};
use crate::model::mailbox::MailboxFields;
use crate::model::role::ManageMailboxes;
use crate::store::Allowed;
use crate::web::fields::Query;
use crate::web::{Answer, Page, Web, rendered};

#[derive(Template)]
#[template(path = "mailboxes/address.html")]
struct Address {
    /// The state as `data-state`, and in words; empty if there is nothing to say.
    state: &'static str,
    words: String,
    /// That another mailbox has the name; empty if none has.
    name: String,
}

pub(crate) async fn address(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    page: Page,
    Query(query): Query,
) -> Answer {
    let typed = MailboxFields {
        first_name: query.text("first_name"),
        last_name: query.text("last_name"),
        local_part: query.text("local_part"),
        ..MailboxFields::default()
    };
    let s = &page.s;
    let at = |part: &crate::model::LocalPart| part.shown_at(&by.domain().name);
    let (state, words) = match free_address::state(web.app(), &by, &typed).await? {
        None => ("", String::new()),
        Some(AddressState::Free(part)) => ("free", s.t1("mailbox-address-free", "address", at(&part))),
        Some(AddressState::Taken { part, free: None }) => {
            ("taken", s.t1("mailbox-address-taken", "address", at(&part)))
        }
        Some(AddressState::Taken { part, free: Some(free) }) => {
            ("taken", s.t2("mailbox-address-other-free", "address", at(&part), "free", at(&free)))
        }
    };
    let name = match free_address::taken_name(web.app(), &by, &typed).await? {
        Some((name, holder)) if !state.is_empty() => s.name_of_other(&name, &holder),
        _ => String::new(),
    };
    rendered(&Address { state, words, name })
}
