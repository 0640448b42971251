//! `/token/` and `/users/`: the accounts of the API.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::{User, same_text};
use crate::fake_dimail::turn::Turn;

/// The column's length: longer names are refused (dimail of August 2024).
const LONGEST_NAME: usize = 32;

/// `GET /token/`: a token for the caller; in production also for another user, with the perm to manage
/// users (dimail of 2026, seen from its clients).
pub(crate) fn token(turn: &mut Turn<'_>) -> Reply {
    let caller = auth::basic(turn)?;
    let asked = turn.call.parameter("username").filter(|_| turn.is_production());
    let name = match asked {
        Some(other) if !other.is_empty() && !same_text(&other, &caller.name) => {
            caller.require_perm("manage_users", turn)?;
            let known = turn.state.user(&other);
            known.ok_or_else(|| Answer::not_found("User not found"))?.name.clone()
        }
        _ => caller.name,
    };
    let now = turn.now();
    let token = turn.state.give_token(&name, now);
    Ok(Answer::ok(&json!({"access_token": token, "token_type": "bearer"})))
}

pub(crate) fn list(turn: &Turn<'_>) -> Reply {
    auth::admin(turn)?;
    let users = turn.state.users.iter();
    let users: Vec<Value> = users.map(|user| object(turn, user)).collect();
    Ok(Answer::ok(&json!(users)))
}

pub(crate) fn create(turn: &mut Turn<'_>) -> Reply {
    auth::basic(turn)?.require_perm("create_users", turn)?;
    let user = read_new(turn)?;
    if turn.state.user(&user.name).is_some() {
        return Err(Answer::conflict("User already exists"));
    }
    if user.name.chars().count() > LONGEST_NAME {
        return Err(Answer::crash());
    }
    let answer = Answer::created(&object(turn, &user));
    turn.state.users.push(user);
    Ok(answer)
}

fn read_new(turn: &Turn<'_>) -> Result<User, Answer> {
    let mut fields = Fields::of(&turn.content)?;
    let user = User {
        name: fields.text("name"),
        password: fields.text("password"),
        is_admin: fields.flag("is_admin"),
        perms: if turn.is_production() { fields.optional_texts("perms").unwrap_or_default() } else { Vec::new() },
        uuid: Uuid::new_v4(),
    };
    fields.finish()?;
    Ok(user)
}

pub(crate) fn one(turn: &Turn<'_>, name: &str) -> Reply {
    auth::admin(turn)?;
    match turn.state.user(name) {
        Some(user) => Ok(Answer::ok(&object(turn, user))),
        None => Err(Answer::not_found("User not found")),
    }
}

pub(crate) fn change(turn: &mut Turn<'_>, name: &str) -> Reply {
    auth::admin(turn)?;
    let mut fields = Fields::of(&turn.content)?;
    let password = fields.optional_text("password");
    let is_admin = fields.optional_flag("is_admin");
    fields.finish()?;
    let mut users = turn.state.users.iter_mut();
    let Some(user) = users.find(|user| same_text(&user.name, name)) else {
        return Err(Answer::not_found("Not found"));
    };
    user.is_admin = is_admin.unwrap_or(user.is_admin);
    if let Some(password) = password {
        user.password = password;
    }
    let user = user.clone();
    Ok(Answer::ok(&object(turn, &user)))
}

/// Deletes a user and its allows. Its tokens become invalid, because the user is looked up on each use.
pub(crate) fn delete(turn: &mut Turn<'_>, name: &str) -> Reply {
    auth::admin(turn)?;
    if turn.state.user(name).is_none() {
        return Err(Answer::not_found("Not found"));
    }
    turn.state.users.retain(|user| !same_text(&user.name, name));
    turn.state.allows.retain(|allow| !same_text(&allow.user, name));
    Ok(Answer::no_content())
}

fn object(turn: &Turn<'_>, user: &User) -> Value {
    if turn.is_production() {
        return json!({
            "name": user.name,
            "is_admin": user.is_admin,
            "uuid": user.uuid,
            "perms": user.perms,
        });
    }
    json!({"name": user.name, "is_admin": user.is_admin, "uuid": user.uuid})
}
