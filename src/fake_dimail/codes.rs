//! One-time codes for signing in to the webmail, and the webmail's page for them (dimail of 2026,
//! seen from its clients).

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::call::Content;
use crate::fake_dimail::mailboxes::require_domain;
use crate::fake_dimail::mailboxes_change::require_mailbox;
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::Code;
use crate::fake_dimail::turn::Turn;

/// The lifetime of a code if the caller gives none (guess).
const LIFETIME: i64 = 3600;

/// `POST /domains/{d}/mailboxes/{lp}/code`: each call creates a new code, and the old ones stay valid
/// (guess).
pub(crate) fn create(turn: &mut Turn<'_>, domain: &str, name: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    let (expires_in, maxuse) = read_wish(turn)?;
    require_domain(turn, &caller, domain)?;
    let name = turn.local_part(name);
    require_mailbox(turn.state, domain, &name)?;
    if turn.state.ox_user(domain, &name).is_none() {
        // Without an Open-XChange user there is no webmail to sign in to (guess).
        return Err(Answer::not_found("Mailbox not found in open-xchange"));
    }
    let code = Code {
        domain: domain.to_owned(),
        local_part: name,
        text: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>()),
        expires_at: turn.now().saturating_add(expires_in),
        maxuse,
        nbuse: 0,
    };
    let mut answer = code.object();
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("expires_in".to_owned(), json!(expires_in));
    }
    turn.state.codes.push(code);
    Ok(Answer::ok(&answer))
}

/// Parses the body. Both fields are optional, and so is the body.
fn read_wish(turn: &Turn<'_>) -> Result<(i64, i64), Answer> {
    if matches!(turn.content, Content::Absent) {
        return Ok((LIFETIME, 1));
    }
    let mut fields = Fields::of(&turn.content)?;
    let expires_in = fields.optional_number("expires_in").unwrap_or(LIFETIME);
    let maxuse = fields.optional_number("maxuse").unwrap_or(1);
    fields.finish()?;
    Ok((expires_in, maxuse))
}

/// `GET /code/{code}`: the webmail's page of a link; each request uses the code once.
pub(crate) fn page(turn: &mut Turn<'_>, text: &str) -> Reply {
    let now = turn.now();
    let mut codes = turn.state.codes.iter_mut();
    let usable = codes.find(|code| code.text == text && code.is_usable(now));
    let Some(code) = usable else {
        let text = "<!doctype html><title>Webmail</title><p>Ce lien n'est plus valable.</p>\n";
        return Err(Answer::text(StatusCode::NOT_FOUND, HTML, text));
    };
    code.nbuse += 1;
    let email = code.email().replace('&', "&amp;").replace('<', "&lt;");
    let text = format!("<!doctype html><title>Webmail</title><p>Connecté : {email}</p>\n");
    Ok(Answer::text(StatusCode::OK, HTML, &text))
}

const HTML: &str = "text/html; charset=utf-8";
