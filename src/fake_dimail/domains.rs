//! `/domains/`: creation, reading, check and repair of mail domains.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::checks;
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::{Allow, Domain, Health};
use crate::fake_dimail::turn::Turn;

/// The column's length: longer names are refused (dimail of August 2024).
const LONGEST_NAME: usize = 200;

pub(crate) fn list(turn: &Turn<'_>) -> Reply {
    auth::admin(turn)?;
    let domains = turn.state.domains.iter();
    let domains: Vec<Value> = domains.map(|domain| stored(turn, domain)).collect();
    Ok(Answer::ok(&json!(domains)))
}

/// `POST /domains/`. In production the creator may manage the new domain (guess: the portal does so
/// without ever requesting an allow).
pub(crate) fn create(turn: &mut Turn<'_>) -> Reply {
    let caller = auth::basic(turn)?;
    caller.require_perm("new_domain", turn)?;
    let domain = read_new(turn)?;
    if turn.state.domain(&domain.name).is_some() {
        return Err(Answer::conflict("Domain already exists"));
    }
    if domain.has("webmail") {
        let Some(context) = domain.context_name.as_deref().filter(|name| !name.is_empty()) else {
            let text = "OX context name is mandatory for mailbox feature";
            return Err(Answer::conflict(text));
        };
        turn.state.join_context(&domain.name, context)?;
    }
    // Open-XChange comes before the row: the context remains if the row fails.
    if domain.name.len() > LONGEST_NAME || !domain.name.is_ascii() {
        return Err(Answer::crash());
    }
    if turn.is_production() && turn.state.user(&caller.name).is_some() {
        turn.state.allows.push(Allow { user: caller.name, domain: domain.name.clone() });
    }
    let answer = Answer::created(&object(turn, &domain, domain.context_name.as_deref()));
    let name = domain.name.clone();
    turn.state.domains.push(domain);
    if turn.call.parameter("no_check").is_none_or(|asked| asked == "false") {
        turn.state.run_check(&name, turn.options);
    }
    Ok(answer)
}

fn read_new(turn: &Turn<'_>) -> Result<Domain, Answer> {
    let mut fields = Fields::of(&turn.content)?;
    let name = fields.text("name");
    let features = fields.words("features", &["webmail", "mailbox", "alias"]);
    let context_name = fields.nullable_text("context_name");
    let webmail_host = fields.optional_text("webmail_domain");
    let mut domain = Domain {
        name,
        features,
        context_name,
        webmail_host,
        delivery: "virtual".to_owned(),
        mailbox_host: None,
        imap_domains: None,
        smtp_domains: None,
        state: Health::New,
        checks: checks::never_run(),
    };
    if turn.is_production() {
        let delivery = fields.optional_word("delivery", &["virtual", "relay"]);
        domain.delivery = delivery.unwrap_or(domain.delivery);
    } else {
        domain.mailbox_host = fields.optional_text("mailbox_domain");
        domain.imap_domains = fields.optional_texts("imap_domains");
        domain.smtp_domains = fields.optional_texts("smtp_domains");
    }
    fields.finish()?;
    Ok(domain)
}

/// `GET /domains/{d}`: unlike elsewhere, 404 is checked before the right, and the refusal is 401
/// (dimail of August 2024).
pub(crate) fn one(turn: &Turn<'_>, name: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    let Some(domain) = turn.state.domain(name) else {
        return Err(Answer::not_found("Domain not found"));
    };
    if !turn.state.may_manage(&caller, name) {
        return Err(Answer::refusal(StatusCode::UNAUTHORIZED, "Not authorized."));
    }
    Ok(Answer::ok(&stored(turn, domain)))
}

/// `GET /domains/{d}/check`: checks now and stores the results.
pub(crate) fn check(turn: &mut Turn<'_>, name: &str) -> Reply {
    require_reach(turn, name)?;
    checked(turn, name)
}

/// `GET /domains/{d}/fix/`: repairs what is on dimail's own side, then checks again.
pub(crate) fn fix(turn: &mut Turn<'_>, name: &str) -> Reply {
    require_reach(turn, name)?;
    turn.state.repair(name);
    checked(turn, name)
}

fn checked(turn: &mut Turn<'_>, name: &str) -> Reply {
    turn.state.run_check(name, turn.options);
    match turn.state.domain(name) {
        Some(domain) => Ok(Answer::ok(&stored(turn, domain))),
        None => Err(Answer::not_found("Domain not found")),
    }
}

/// The Basic routes of a domain are for administrators on the server of 2024. In production they are
/// also for users with the perm to create domains or with an allow on this one (dimail of 2026, seen
/// from its clients, which of the two is a guess).
pub(crate) fn require_reach(turn: &Turn<'_>, name: &str) -> Result<(), Answer> {
    let caller = auth::basic(turn)?;
    let allowed = turn.is_production() && turn.state.is_allowed(&caller.name, name);
    if !allowed {
        caller.require_perm("new_domain", turn)?;
    }
    match turn.state.domain(name) {
        Some(_) => Ok(()),
        None => Err(Answer::not_found("Domain not found")),
    }
}

/// A stored domain. The server of 2024 reports the context only in the answer to the creation.
fn stored(turn: &Turn<'_>, domain: &Domain) -> Value {
    let context = domain.context_name.as_deref();
    object(turn, domain, context.filter(|_| turn.is_production()))
}

fn object(turn: &Turn<'_>, domain: &Domain, context: Option<&str>) -> Value {
    let mut object = json!({
        "name": domain.name,
        "state": domain.state,
        "valid": domain.state == Health::Ok,
        "features": domain.features,
        "context_name": context,
        "webmail_domain": domain.webmail_host,
    });
    let rest = if turn.is_production() {
        json!({
            "active": true,
            "delivery": domain.delivery,
            "imap_domain": null,
            "smtp_domain": null,
            "webmail": null,
            "mx_name": "internal",
            "transport": null,
            "public_alias": false,
            "public_alias_rules": ["all"],
        })
    } else {
        json!({
            "mailbox_domain": domain.mailbox_host,
            "imap_domains": domain.imap_domains,
            "smtp_domains": domain.smtp_domains,
        })
    };
    if let (Some(object), Value::Object(rest)) = (object.as_object_mut(), rest) {
        object.extend(rest);
        object.extend(checks::members(&domain.checks, turn.options.release));
    }
    object
}
