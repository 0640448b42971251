//! Aliases: pairs of a name and a destination (dimail of August 2024). None of domain, name
//! and destination is validated.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::{Alias, State, same_emails};
use crate::fake_dimail::turn::Turn;

/// In a deletion, this destination means the whole alias.
const ALL: &str = "all";

impl Alias {
    fn is(&self, domain: &str, name: &str) -> bool {
        self.domain == domain && same_emails(&self.username, name)
    }

    fn goes_to(&self, destination: &str) -> bool {
        same_emails(&self.destination, destination)
    }

    /// Whether this is an alias that dimail stores but cannot read back.
    fn is_poison(&self) -> bool {
        self.username.is_empty() || self.username.contains('@')
    }
}

/// Checks the right only, not the domain: an administrator may use a domain that does not exist.
fn require_right(turn: &Turn<'_>, caller: &auth::Caller, domain: &str) -> Result<(), Answer> {
    if turn.state.may_manage(caller, domain) { Ok(()) } else { Err(Answer::denied()) }
}

pub(crate) fn list(turn: &Turn<'_>, domain: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    require_right(turn, &caller, domain)?;
    let wanted = |name: &str| turn.call.parameter(name).filter(|value| !value.is_empty());
    let (name, destination) = (wanted("user_name"), wanted("destination"));
    if name.is_none() && destination.is_some() {
        let text = "It is forbidden to only provide the destination in a request";
        return Err(Answer::refusal(StatusCode::PRECONDITION_FAILED, text));
    }
    let found = matching(turn.state, domain, name.as_deref(), destination.as_deref());
    if found.iter().any(|alias| alias.is_poison()) {
        return Err(Answer::crash());
    }
    if destination.is_some() && found.is_empty() {
        return Err(Answer::not_found("Alias not found"));
    }
    let found: Vec<Value> = found.iter().map(|alias| object(turn, alias)).collect();
    Ok(Answer::ok(&json!(found)))
}

fn matching<'a>(state: &'a State, domain: &str, name: Option<&str>, destination: Option<&str>) -> Vec<&'a Alias> {
    let own = state.aliases.iter().filter(|alias| alias.domain == domain);
    let named = own.filter(|alias| name.is_none_or(|name| alias.is(domain, name)));
    let sent = named.filter(|alias| destination.is_none_or(|to| alias.goes_to(to)));
    sent.collect()
}

/// 201 in production, 200 on the server of 2024.
pub(crate) fn create(turn: &mut Turn<'_>, domain: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    let alias = read_new(turn, domain)?;
    require_right(turn, &caller, domain)?;
    let name = Some(alias.username.as_str());
    let destination = Some(alias.destination.as_str());
    if !matching(turn.state, domain, name, destination).is_empty() {
        return Err(Answer::conflict("Alias already exists"));
    }
    let status = if turn.is_production() { StatusCode::CREATED } else { StatusCode::OK };
    let answer = if alias.is_poison() { Answer::crash() } else { Answer::json(status, &object(turn, &alias)) };
    turn.state.aliases.push(alias);
    Ok(answer)
}

fn read_new(turn: &Turn<'_>, domain: &str) -> Result<Alias, Answer> {
    let mut fields = Fields::of(&turn.content)?;
    let mut alias = Alias {
        username: fields.text("user_name"),
        domain: domain.to_owned(),
        destination: fields.text("destination"),
        allow_to_send: false,
    };
    if turn.is_production() {
        alias.allow_to_send = fields.optional_flag("allow_to_send").unwrap_or_default();
    }
    fields.finish()?;
    Ok(alias)
}

pub(crate) fn delete(turn: &mut Turn<'_>, domain: &str, name: &str, to: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    require_right(turn, &caller, domain)?;
    let aliases = &mut turn.state.aliases;
    let before = aliases.len();
    aliases.retain(|alias| !(alias.is(domain, name) && (to == ALL || alias.goes_to(to))));
    if aliases.len() == before {
        return Err(Answer::not_found("Not found"));
    }
    Ok(Answer::no_content())
}

/// The request's field is `user_name`, the answer's is `username`.
fn object(turn: &Turn<'_>, alias: &Alias) -> Value {
    let mut object = json!({
        "username": alias.username,
        "domain": alias.domain,
        "destination": alias.destination,
    });
    if turn.is_production()
        && let Some(object) = object.as_object_mut()
    {
        object.insert("allow_to_send".to_owned(), json!(alias.allow_to_send));
    }
    object
}
