//! `/allows/`: which user may manage which domain (dimail of August 2024).

use serde_json::json;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::{Allow, State, same_text};
use crate::fake_dimail::turn::Turn;

/// An unknown name gives an empty list.
pub(crate) fn list(turn: &Turn<'_>) -> Reply {
    auth::admin(turn)?;
    let wanted = |name: &str| turn.call.parameter(name).filter(|value| !value.is_empty());
    let (user, domain) = (wanted("username"), wanted("domain"));
    let fits = |allow: &&Allow| {
        let user_fits = user.as_ref().is_none_or(|user| same_text(user, &allow.user));
        user_fits && domain.as_ref().is_none_or(|domain| *domain == allow.domain)
    };
    let found: Vec<&Allow> = turn.state.allows.iter().filter(fits).collect();
    Ok(Answer::ok(&json!(found)))
}

pub(crate) fn create(turn: &mut Turn<'_>) -> Reply {
    auth::admin(turn)?;
    let mut fields = Fields::of(&turn.content)?;
    let (user, domain) = (fields.text("user"), fields.text("domain"));
    fields.finish()?;
    require_both(turn.state, &user, &domain)?;
    if turn.state.is_allowed(&user, &domain) {
        return Err(Answer::conflict("Domain already allowed for this user"));
    }
    let allow = Allow { user, domain };
    let answer = Answer::created(&json!(allow));
    turn.state.allows.push(allow);
    Ok(answer)
}

pub(crate) fn delete(turn: &mut Turn<'_>, domain: &str, user: &str) -> Reply {
    auth::admin(turn)?;
    require_both(turn.state, user, domain)?;
    if !turn.state.is_allowed(user, domain) {
        let text = "Queried user does not have permissions for this domain.";
        return Err(Answer::not_found(text));
    }
    let same = |allow: &Allow| allow.domain == domain && same_text(&allow.user, user);
    turn.state.allows.retain(|allow| !same(allow));
    Ok(Answer::no_content())
}

/// The user is checked first.
fn require_both(state: &State, user: &str, domain: &str) -> Result<(), Answer> {
    if state.user(user).is_none() {
        return Err(Answer::not_found("User not found"));
    }
    if state.domain(domain).is_none() {
        return Err(Answer::not_found("Domain not found"));
    }
    Ok(())
}
