//! `GET /_fake/state`: the whole state of the fake, without passwords.

use serde_json::{Value, json};

use crate::fake_dimail::FakeOptions;
use crate::fake_dimail::codes::Code;
use crate::fake_dimail::contexts::Names;
use crate::fake_dimail::mailboxes::yes_or_no;
use crate::fake_dimail::state::{Domain, Mailbox, State, User};

/// The state as JSON, in the form documented in the parent module.
pub(crate) fn everything(state: &State, options: &FakeOptions) -> Value {
    let users: Vec<Value> = state.users.iter().map(user).collect();
    let domains = state.domains.iter();
    let domains: Vec<Value> = domains.map(|one| domain(state, options, one)).collect();
    let mailboxes = state.mailboxes.iter();
    let mailboxes: Vec<Value> = mailboxes.map(|one| mailbox(state, one)).collect();
    let ox_users = state.ox_users.iter().map(|user| {
        let mut about = json!({"context": user.context, "login": user.login(), "email": user.email()});
        add_names(&mut about, Some(&user.names));
        about
    });
    json!({
        "users": users,
        "allows": state.allows,
        "domains": domains,
        "mailboxes": mailboxes,
        "ox_users": ox_users.collect::<Vec<Value>>(),
        "aliases": state.aliases,
        "codes": state.codes.iter().map(Code::object).collect::<Vec<Value>>(),
        "faults": state.faults,
        "habits": state.habits,
        "inside": state.inside(),
        "most_inside": state.most_inside,
        "freezes": state.freezes,
    })
}

fn user(user: &User) -> Value {
    json!({
        "name": user.name,
        "is_admin": user.is_admin,
        "perms": user.perms,
        "uuid": user.uuid,
    })
}

fn domain(state: &State, options: &FakeOptions, domain: &Domain) -> Value {
    json!({
        "name": domain.name,
        "context_name": domain.context_name,
        "features": domain.features,
        "delivery": domain.delivery,
        "state": domain.state,
        "check": state.plan(&domain.name, options),
    })
}

fn mailbox(state: &State, mailbox: &Mailbox) -> Value {
    let ox_user = state.ox_user(&mailbox.domain, &mailbox.local_part);
    let features: &[&str] = if ox_user.is_some() { &["ox"] } else { &[] };
    let mut about = json!({
        "email": mailbox.email(),
        "uuid": mailbox.uuid,
        "active": yes_or_no(mailbox.active),
        "features": features,
        "calendar_lost": mailbox.calendar_lost,
        "passwords_made": mailbox.passwords_made,
        "identities": mailbox.identities,
    });
    add_names(&mut about, ox_user.map(|user| &user.names));
    about
}

/// Adds the three names under dimail's keys; null without an Open-Xchange user.
pub(crate) fn add_names(to: &mut Value, names: Option<&Names>) {
    let Some(to) = to.as_object_mut() else { return };
    let mut add = |key: &str, name: Option<&String>| to.insert(key.to_owned(), json!(name));
    add("givenName", names.map(|names| &names.given));
    add("surName", names.map(|names| &names.sur));
    add("displayName", names.map(|names| &names.display));
}
