//! Changes of one mailbox: names, active state, password, identities, deletion.

use serde_json::json;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::mailboxes::{enter, new_password, require_domain, stored};
use crate::fake_dimail::ox::SomeNames;
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::State;
use crate::fake_dimail::turn::Turn;

/// The fields of `PATCH /domains/{d}/mailboxes/{lp}`.
struct Change {
    active: Option<bool>,
    names: SomeNames,
    user_name: Option<String>,
    domain: Option<String>,
}

pub(crate) fn change(turn: &mut Turn<'_>, domain: &str, name: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    let change = read_change(turn)?;
    require_domain(turn, &caller, domain)?;
    let name = turn.local_part(name);
    require_feature(turn.state, domain)?;
    refuse_move(turn.state, &change)?;
    require_mailbox(turn.state, domain, &name)?;
    let reaches_ox = turn.state.ox_user(domain, &name).is_some();
    if !turn.is_production() && reaches_ox && change.names.crash_old_server() {
        return Err(Answer::crash());
    }
    match change.active {
        Some(true) => enable(turn.state, domain, &name, change.names)?,
        Some(false) => disable(turn.state, domain, &name),
        None => turn.state.rename(domain, &name, change.names)?,
    }
    Ok(Answer::ok(&stored(turn, domain, &name)?))
}

/// The server of 2024 ignores `active`.
fn read_change(turn: &Turn<'_>) -> Result<Change, Answer> {
    let mut fields = Fields::of(&turn.content)?;
    let active = if turn.is_production() { fields.optional_word("active", &["yes", "no"]) } else { None };
    let change = Change {
        active: active.map(|word| word == "yes"),
        names: SomeNames {
            given: fields.optional_text("givenName"),
            sur: fields.optional_text("surName"),
            display: fields.optional_text("displayName"),
        },
        user_name: fields.optional_text("user_name"),
        domain: fields.optional_text("domain"),
    };
    fields.finish()?;
    Ok(change)
}

/// Renaming and moving were planned but never implemented (dimail of August 2024).
fn refuse_move(state: &State, change: &Change) -> Result<(), Answer> {
    let target = change.domain.as_deref();
    if target.is_some_and(|target| state.domain(target).is_none()) {
        return Err(Answer::not_found("Target domain not found"));
    }
    if target.is_some() || change.user_name.is_some() {
        return Err(Answer::unprocessable("Not yet implemented"));
    }
    Ok(())
}

/// Required for changes and deletions, but not for creations (dimail of August 2024).
pub(crate) fn require_feature(state: &State, domain: &str) -> Result<(), Answer> {
    if state.domain(domain).is_some_and(|domain| domain.has("mailbox")) {
        return Ok(());
    }
    let text = "Feature 'mailbox' not available on the domain";
    Err(Answer::unprocessable(text))
}

pub(crate) fn require_mailbox(state: &State, domain: &str, name: &str) -> Result<(), Answer> {
    match state.mailbox(domain, name) {
        Some(_) => Ok(()),
        None => Err(Answer::not_found("Mailbox not found")),
    }
}

/// Needs all names, because it creates a new user in Open-XChange, which can conflict again.
fn enable(state: &mut State, domain: &str, name: &str, names: SomeNames) -> Result<(), Answer> {
    let Some(all) = names.all() else {
        let text = "givenName, surName and displayName are needed to activate a mailbox";
        return Err(Answer::unprocessable(text));
    };
    let wants_ox = state.domain(domain).is_some_and(|domain| domain.has("webmail"));
    if state.ox_user(domain, name).is_some() {
        state.rename(domain, name, names)?;
    } else if wants_ox {
        state.add_ox_user(domain, name, all)?;
    }
    set_active(state, domain, name, true);
    Ok(())
}

/// Deletes the Open-XChange user with its calendar and address book; the mail stays.
fn disable(state: &mut State, domain: &str, name: &str) {
    let had_ox = state.ox_user(domain, name).is_some();
    remove_ox_user(state, domain, name);
    set_active(state, domain, name, false);
    if let Some(mailbox) = state.mailbox_mut(domain, name) {
        mailbox.calendar_lost |= had_ox;
    }
}

pub(crate) fn set_active(state: &mut State, domain: &str, name: &str, active: bool) {
    if let Some(mailbox) = state.mailbox_mut(domain, name) {
        mailbox.active = active;
    }
}

fn remove_ox_user(state: &mut State, domain: &str, name: &str) {
    let ox_users = &mut state.ox_users;
    ox_users.retain(|user| user.domain != domain || user.local_part != name);
}

/// Deletes the mailbox first, then the Open-XChange user. Aliases with it as a destination stay.
pub(crate) fn delete(turn: &mut Turn<'_>, domain: &str, name: &str) -> Reply {
    enter(turn, domain)?;
    let name = turn.local_part(name);
    require_feature(turn.state, domain)?;
    require_mailbox(turn.state, domain, &name)?;
    let state = &mut *turn.state;
    state.mailboxes.retain(|one| one.domain != domain || one.local_part != name);
    state.codes.retain(|code| code.domain != domain || code.local_part != name);
    if turn.stops_halfway {
        return Err(Answer::crash());
    }
    remove_ox_user(state, domain, &name);
    Ok(Answer::no_content())
}

/// Each call invalidates the previous password.
pub(crate) fn reset_password(turn: &mut Turn<'_>, domain: &str, name: &str) -> Reply {
    enter(turn, domain)?;
    let name = turn.local_part(name);
    let Some(mailbox) = turn.state.mailbox_mut(domain, &name) else {
        return Err(Answer::not_found("Mailbox not found"));
    };
    mailbox.passwords_made += 1;
    let answer = json!({"email": mailbox.email(), "password": new_password()});
    Ok(Answer::ok(&answer))
}

/// The shape of the answer is a guess.
pub(crate) fn add_identity(turn: &mut Turn<'_>, domain: &str, name: &str, identity: &str) -> Reply {
    enter(turn, domain)?;
    let name = turn.local_part(name);
    let Some(mailbox) = turn.state.mailbox_mut(domain, &name) else {
        return Err(Answer::not_found("Mailbox not found"));
    };
    if !mailbox.identities.iter().any(|own| own == identity) {
        mailbox.identities.push(identity.to_owned());
    }
    let answer = json!({"email": mailbox.email(), "identity": identity});
    Ok(Answer::created(&answer))
}
