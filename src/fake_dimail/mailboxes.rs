//! Mailboxes, first version of the routes: create, list, read one.

use std::collections::{HashMap, HashSet};

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::ox::{Names, OxUser, add_names};
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::{Mailbox, State};
use crate::fake_dimail::turn::Turn;

/// The column's length: longer local parts are refused (dimail of August 2024).
const LONGEST_LOCAL_PART: usize = 128;

/// `POST /domains/{d}/mailboxes/{lp}`: first the user of Open-XChange, then the mailbox.
pub(crate) fn create(turn: &mut Turn<'_>, domain: &str, name: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    let names = read_names(turn)?;
    let production = turn.is_production();
    if !turn.state.may_manage(&caller, domain) {
        // The typing error is dimail's (dimail of August 2024).
        let text = if production { "Permission denied" } else { "Permisison denied" };
        return Err(Answer::refusal(StatusCode::FORBIDDEN, text));
    }
    let name = turn.local_part(name);
    let Some(home) = turn.state.domain(domain) else {
        let missing = Answer::not_found("Domain not found");
        return Err(if production { missing } else { Answer::crash() });
    };
    let with_ox = home.has("webmail");
    if turn.state.mailbox(domain, &name).is_some() {
        return Err(taken(turn));
    }
    if with_ox {
        if !production && names.crash_old_server() {
            return Err(Answer::crash());
        }
        turn.state.add_ox_user(domain, &name, names)?;
    }
    if name.len() > LONGEST_LOCAL_PART || !name.is_ascii() {
        return Err(Answer::crash());
    }
    let mailbox = Mailbox {
        domain: domain.to_owned(),
        local_part: name,
        uuid: Uuid::new_v4(),
        active: true,
        calendar_lost: false,
        passwords_made: 1,
        identities: Vec::new(),
    };
    if turn.stops_halfway {
        turn.rest = Some(mailbox);
        return Err(Answer::crash());
    }
    finish(turn.state, mailbox)
}

/// The second half of a creation.
pub(crate) fn finish(state: &mut State, mailbox: Mailbox) -> Reply {
    let (email, uuid) = (mailbox.email(), mailbox.uuid);
    // The state may have changed between the two halves.
    if state.domain(&mailbox.domain).is_none() || state.mailbox(&mailbox.domain, &mailbox.local_part).is_some() {
        return Err(Answer::crash());
    }
    state.mailboxes.push(mailbox);
    let answer = json!({"email": email, "password": new_password(), "uuid": uuid});
    Ok(Answer::created(&answer))
}

/// The server of 2024 ignores the display name and builds it.
fn read_names(turn: &Turn<'_>) -> Result<Names, Answer> {
    let mut fields = Fields::of(&turn.content)?;
    let mut names =
        Names { given: fields.text("givenName"), sur: fields.text("surName"), display: fields.text("displayName") };
    fields.finish()?;
    if !turn.is_production() {
        names.display = format!("{} {}", names.given, names.sur);
    }
    Ok(names)
}

/// The answer to a repeated creation; the existing mailbox is not changed.
fn taken(turn: &Turn<'_>) -> Answer {
    let crashes = !turn.is_production() || turn.state.habits.duplicate_crashes;
    if crashes { Answer::crash() } else { Answer::conflict("Mailbox already exists") }
}

/// 16 characters that are safe in a URL. The password is in the answer only and is not stored.
pub(crate) fn new_password() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>())
}

/// The checks of all routes below a domain: first the right, then the domain.
pub(crate) fn enter(turn: &Turn<'_>, domain: &str) -> Result<(), Answer> {
    let caller = auth::bearer(turn)?;
    require_domain(turn, &caller, domain)
}

pub(crate) fn require_domain(turn: &Turn<'_>, caller: &auth::Caller, domain: &str) -> Result<(), Answer> {
    if !turn.state.may_manage(caller, domain) {
        return Err(Answer::denied());
    }
    match turn.state.domain(domain) {
        Some(_) => Ok(()),
        None => Err(Answer::not_found("Domain not found")),
    }
}

/// `GET /domains/{d}/mailboxes/`: every user of the Open-XChange context, so also addresses of its
/// other domains, its administrator and half-created users; then mailboxes that only the IMAP server
/// has.
pub(crate) fn list(turn: &Turn<'_>, domain: &str) -> Reply {
    enter(turn, domain)?;
    let listed = both_sides(turn.state, domain).into_iter();
    let all: Vec<Value> = listed.map(|(user, mailbox)| object(turn, domain, user, mailbox)).collect();
    Ok(Answer::ok(&json!(all)))
}

/// The users of the domain's context, each with its mailbox if it has one; then the mailboxes of the domain that
/// have no user in Open-XChange.
pub(crate) fn both_sides<'a>(state: &'a State, domain: &str) -> Vec<(Option<&'a OxUser>, Option<&'a Mailbox>)> {
    let mailboxes: HashMap<(&str, &str), &Mailbox> =
        state.mailboxes.iter().rev().map(|one| ((one.domain.as_str(), one.local_part.as_str()), one)).collect();
    let users: HashSet<(&str, &str)> =
        state.ox_users.iter().map(|one| (one.domain.as_str(), one.local_part.as_str())).collect();
    let in_ox = state.ox_users_around(domain).map(|user| {
        let mailbox = mailboxes.get(&(user.domain.as_str(), user.local_part.as_str())).copied();
        (Some(user), mailbox)
    });
    let own = state.mailboxes.iter().filter(|one| one.domain == domain);
    let imap_only = own.filter(|one| !users.contains(&(domain, one.local_part.as_str()))).map(|one| (None, Some(one)));
    in_ox.chain(imap_only).collect()
}

/// `GET /domains/{d}/mailboxes/{lp}`: 404 only if neither Open-XChange nor the IMAP server has it.
pub(crate) fn one(turn: &Turn<'_>, domain: &str, name: &str) -> Reply {
    enter(turn, domain)?;
    let name = turn.local_part(name);
    Ok(Answer::ok(&stored(turn, domain, &name)?))
}

pub(crate) fn stored(turn: &Turn<'_>, domain: &str, name: &str) -> Result<Value, Answer> {
    let user = turn.state.ox_user(domain, name);
    let mailbox = turn.state.mailbox(domain, name);
    if user.is_none() && mailbox.is_none() {
        return Err(Answer::not_found("Mailbox not found"));
    }
    Ok(object(turn, domain, user, mailbox))
}

/// A mailbox in the form of the first version, as seen from a domain.
fn object(turn: &Turn<'_>, domain: &str, user: Option<&OxUser>, mailbox: Option<&Mailbox>) -> Value {
    let wants_ox = turn.state.domain(domain).is_some_and(|one| one.has("webmail"));
    let own = mailbox.is_some_and(|mailbox| mailbox.domain == domain);
    let whole = own && (user.is_some() || !wants_ox);
    let email = user.map(OxUser::email).or_else(|| mailbox.map(Mailbox::email));
    let mut object = json!({
        "type": "mailbox",
        "status": if whole { "ok" } else { "broken" },
        "email": email,
    });
    add_names(&mut object, user.map(|user| &user.names));
    if turn.is_production()
        && let Some(object) = object.as_object_mut()
    {
        object.insert("active".to_owned(), json!(activity(mailbox)));
        object.insert("additionalSenders".to_owned(), json!([]));
    }
    object
}

/// The activity; `unknown` without a mailbox.
pub(crate) fn activity(mailbox: Option<&Mailbox>) -> &'static str {
    mailbox.map_or("unknown", Mailbox::activity)
}
