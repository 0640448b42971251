//! Authentication: Basic and Bearer, and their different refusals (dimail of August 2024).

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;

use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::call::Call;
use crate::fake_dimail::credentials::{authorization, decode_basic};
use crate::fake_dimail::state::{State, User};
use crate::fake_dimail::turn::Turn;

/// The user that makes a call.
pub(crate) struct Caller {
    pub name: String,
    pub is_admin: bool,
    perms: Vec<String>,
}

impl Caller {
    fn from_user(user: &User) -> Caller {
        Caller { name: user.name.clone(), is_admin: user.is_admin, perms: user.perms.clone() }
    }

    /// While there are no users, every caller is this administrator.
    fn first() -> Caller {
        Caller { name: "FAKE".to_owned(), is_admin: true, perms: Vec::new() }
    }

    pub fn has_perm(&self, perm: &str) -> bool {
        self.perms.iter().any(|own| own == perm)
    }

    pub fn require_admin(&self) -> Result<(), Answer> {
        if self.is_admin { Ok(()) } else { Err(Answer::denied()) }
    }

    /// Requires an administrator or, in production, a user with this perm.
    pub fn require_perm(&self, perm: &str, turn: &Turn<'_>) -> Result<(), Answer> {
        if turn.is_production() && self.has_perm(perm) {
            return Ok(());
        }
        self.require_admin()
    }
}

impl State {
    /// Whether this user may read and write the domain's content.
    pub fn may_manage(&self, caller: &Caller, domain: &str) -> bool {
        caller.is_admin || self.is_allowed(&caller.name, domain)
    }
}

/// Authenticates a call to a Basic endpoint.
pub(crate) fn basic(turn: &Turn<'_>) -> Result<Caller, Answer> {
    let (name, password) = basic_credentials(turn.call)?;
    if turn.state.users.is_empty() {
        return Ok(Caller::first());
    }
    let known = turn.state.user(&name);
    match known.filter(|user| user.password == password) {
        Some(user) => Ok(Caller::from_user(user)),
        None => Err(Answer::denied()),
    }
}

/// Authenticates a call to a Basic endpoint for administrators.
pub(crate) fn admin(turn: &Turn<'_>) -> Result<Caller, Answer> {
    let caller = basic(turn)?;
    caller.require_admin()?;
    Ok(caller)
}

fn basic_credentials(call: &Call) -> Result<(String, String), Answer> {
    let (scheme, credentials) = authorization(call);
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(unauthorized("Not authenticated"));
    }
    decode_basic(&credentials).ok_or_else(|| unauthorized("Invalid authentication credentials"))
}

fn unauthorized(detail: &str) -> Answer {
    let mut answer = Answer::refusal(StatusCode::UNAUTHORIZED, detail);
    answer.put(WWW_AUTHENTICATE, "Basic".to_owned());
    answer
}

/// Authenticates a call to a Bearer endpoint. An expired and an unknown token get the same answer.
pub(crate) fn bearer(turn: &Turn<'_>) -> Result<Caller, Answer> {
    let refused = |detail| Answer::refusal(StatusCode::FORBIDDEN, detail);
    let (scheme, token) = authorization(turn.call);
    if scheme.is_empty() || token.is_empty() {
        return Err(refused("Not authenticated"));
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused("Invalid authentication credentials"));
    }
    if scheme != "Bearer" {
        return Err(Answer::crash());
    }
    let named = turn.state.token_user(&token, turn.now());
    // The user is looked up on each use: deleting a user invalidates its tokens at once.
    match named.and_then(|name| turn.state.user(name)) {
        Some(user) => Ok(Caller::from_user(user)),
        None => Err(Answer::denied()),
    }
}
