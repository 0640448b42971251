//! Dispatches a call by path and method, with refusals in dimail's order: no such route, wrong slash,
//! wrong method, unreadable body. All further checks are in the routes themselves.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, ORIGIN,
};
use axum::http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::call::{Call, Content};
use crate::fake_dimail::places::{Place, find};
use crate::fake_dimail::state::{Mailbox, State};
use crate::fake_dimail::turn::Turn;
use crate::fake_dimail::{
    FakeOptions, address, aliases, allows, codes, domains, mailboxes, mailboxes_change, mailboxes_v2, spec, users,
};

/// Answers a call and changes the state.
pub(crate) fn answer(state: &mut State, options: &FakeOptions, call: &Call) -> Answer {
    ask(state, options, call, false).0
}

/// Like [`answer`], but creations and deletions of mailboxes stop between their two halves: with a 500,
/// and with the second half of a creation.
pub(crate) fn halfway(state: &mut State, options: &FakeOptions, call: &Call) -> (Answer, Option<Mailbox>) {
    ask(state, options, call, true)
}

fn ask(state: &mut State, options: &FakeOptions, call: &Call, stops_halfway: bool) -> (Answer, Option<Mailbox>) {
    if let Some(answer) = preflight(call) {
        return (answer, None);
    }
    let (reply, rest) = match find_route(options, call) {
        Ok((place, content)) => {
            let mut turn = Turn { state, options, call, content, stops_halfway, rest: None };
            (dispatch(&mut turn, place), turn.rest)
        }
        Err(refusal) => (Err(refusal), None),
    };
    let mut answer = reply.unwrap_or_else(|refusal| refusal);
    if call.headers.contains_key(ORIGIN) {
        answer.put(ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned());
        answer.put(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned());
    }
    (answer, rest)
}

/// Whether this call may change the state.
pub(crate) fn may_change(options: &FakeOptions, call: &Call) -> bool {
    let (segments, _) = call.segments();
    let found = find(&segments, options.release);
    found.is_some_and(|(place, _)| place.may_change(&call.method))
}

fn find_route<'a>(options: &FakeOptions, call: &'a Call) -> Result<(Place<'a>, Content), Answer> {
    let (segments, has_slash) = call.segments();
    let Some((place, slash)) = find(&segments, options.release) else {
        return Err(Answer::no_route());
    };
    if !slash.fits(has_slash) {
        return Err(Answer::redirect(other_form(call, &segments, has_slash)));
    }
    if !place.methods().contains(&call.method) {
        return Err(wrong_method(place));
    }
    let content = if place.reads_body(&call.method) { call.content()? } else { Content::Absent };
    Ok((place, content))
}

fn dispatch(turn: &mut Turn<'_>, place: Place<'_>) -> Reply {
    let method = turn.call.method.as_str();
    match (place, method) {
        (Place::Token, _) => users::token(turn),
        (Place::Users, "GET") => users::list(turn),
        (Place::Users, _) => users::create(turn),
        (Place::User(user), "GET") => users::one(turn, user),
        (Place::User(user), "PATCH") => users::change(turn, user),
        (Place::User(user), _) => users::delete(turn, user),
        (Place::Allows, "GET") => allows::list(turn),
        (Place::Allows, _) => allows::create(turn),
        (Place::Allow(domain, user), _) => allows::delete(turn, domain, user),
        (Place::Domains, "GET") => domains::list(turn),
        (Place::Domains, _) => domains::create(turn),
        (Place::Domain(domain), _) => domains::one(turn, domain),
        (Place::Check(domain), _) => domains::check(turn, domain),
        (Place::Fix(domain), _) => domains::fix(turn, domain),
        (Place::Spec(domain), _) => spec::records(turn, domain),
        (Place::Mailboxes(domain), _) => mailboxes::list(turn, domain),
        (Place::MailboxesV2(domain), _) => mailboxes_v2::list(turn, domain),
        (Place::Mailbox(domain, name), "POST") => mailboxes::create(turn, domain, name),
        (Place::Mailbox(domain, name), "GET") => mailboxes::one(turn, domain, name),
        (Place::Mailbox(domain, name), "PATCH") => mailboxes_change::change(turn, domain, name),
        (Place::Mailbox(domain, name), _) => mailboxes_change::delete(turn, domain, name),
        (Place::MailboxV2(domain, name), _) => mailboxes_v2::change(turn, domain, name),
        (Place::Code(domain, name), _) => codes::create(turn, domain, name),
        (Place::ResetPassword(domain, name), _) => mailboxes_change::reset_password(turn, domain, name),
        (Place::Identity(domain, name, identity), _) => mailboxes_change::add_identity(turn, domain, name, identity),
        (Place::Address(domain, name), _) => address::known(turn, domain, name),
        (Place::Aliases(domain), "GET") => aliases::list(turn, domain),
        (Place::Aliases(domain), _) => aliases::create(turn, domain),
        (Place::Alias(domain, name, to), _) => aliases::delete(turn, domain, name, to),
        (Place::LoginPage(code), _) => codes::page(turn, code),
    }
}

fn wrong_method(place: Place<'_>) -> Answer {
    let mut answer = Answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    if let Some(first) = place.methods().first() {
        answer.put(ALLOW, first.to_string());
    }
    answer
}

/// The characters that need no encoding in a segment.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'+');

/// The same absolute address with or without the final slash, built from the request's Host.
fn other_form(call: &Call, segments: &[&str], has_slash: bool) -> String {
    let encoded: Vec<String> =
        segments.iter().map(|segment| utf8_percent_encode(segment, SEGMENT).to_string()).collect();
    let slash = if has_slash { "" } else { "/" };
    let query = call.query.as_deref().map(|query| format!("?{query}"));
    let query = query.unwrap_or_default();
    format!("http://{}/{}{slash}{query}", call.host(), encoded.join("/"))
}

/// Any origin is allowed, with credentials (dimail of August 2024).
fn preflight(call: &Call) -> Option<Answer> {
    let origin = call.header(ORIGIN)?;
    let asked = call.header(ACCESS_CONTROL_REQUEST_METHOD)?;
    if call.method != Method::OPTIONS {
        return None;
    }
    let mut answer = Answer::text(StatusCode::OK, "text/plain; charset=utf-8", "OK");
    answer.put(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    answer.put(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned());
    answer.put(ACCESS_CONTROL_ALLOW_METHODS, asked);
    if let Some(headers) = call.header(ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.put(ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
    Some(answer)
}
