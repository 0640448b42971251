//! `GET /domains/{d}/address/{lp}/`: reports uses of a local part in a domain and its context (dimail
//! of 2026, seen from its clients).

use serde_json::json;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::mailboxes::enter;
use crate::fake_dimail::ox::OxUser;
use crate::fake_dimail::state::same_emails;
use crate::fake_dimail::turn::Turn;

pub(crate) fn known(turn: &Turn<'_>, domain: &str, name: &str) -> Reply {
    enter(turn, domain)?;
    let name = turn.local_part(name);
    let state = &*turn.state;
    let mut aliases = state.aliases.iter();
    let is_alias = aliases.any(|alias| alias.domain == domain && same_emails(&alias.username, &name));
    let is_mailbox = state.mailbox(domain, &name).is_some();
    // The user may belong to another domain of the context, or have the local part only as a user name.
    let ox_user = state.ox_users_around(domain).find(|user| user.has(&name));
    if !is_alias && !is_mailbox && ox_user.is_none() {
        return Err(Answer::not_found("Address not found"));
    }
    Ok(Answer::ok(&json!({
        "domain_name": domain,
        "user_name": name,
        "is_alias": is_alias,
        "is_mailbox": is_mailbox,
        "is_ox": ox_user.is_some(),
        "ox_primary_email": ox_user.map(OxUser::email),
        "ox_senders": [],
    })))
}
