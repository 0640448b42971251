//! `GET /_fake/state`: the whole state of the fake, without passwords.

use serde_json::{Value, json};

use crate::fake_dimail::FakeOptions;
use crate::fake_dimail::ox::add_names;
use crate::fake_dimail::state::{Code, Domain, Mailbox, State, User};

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
        "late": state.late.len(),
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
        "active": mailbox.activity(),
        "features": features,
        "calendar_lost": mailbox.calendar_lost,
        "passwords_made": mailbox.passwords_made,
        "identities": mailbox.identities,
    });
    add_names(&mut about, ox_user.map(|user| &user.names));
    about
}
