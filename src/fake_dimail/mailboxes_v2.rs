//! Mailboxes, second version of the routes (dimail of 2026, seen from its clients).

use serde_json::{Value, json};

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::auth;
use crate::fake_dimail::mailboxes::{activity, both_sides, enter, require_domain};
use crate::fake_dimail::mailboxes_change::{require_feature, require_mailbox, set_active};
use crate::fake_dimail::ox::{OxUser, SomeNames};
use crate::fake_dimail::schema::Fields;
use crate::fake_dimail::state::Mailbox;
use crate::fake_dimail::turn::Turn;

/// `GET /v2/domains/{d}/mailboxes/`: every user of the Open-XChange context, as in the first version.
/// That users without a mailbox are included is a guess from the administrator, which has none and is
/// included (dimail of 2026, seen from its clients); their activity is `unknown`.
pub(crate) fn list(turn: &Turn<'_>, domain: &str) -> Reply {
    enter(turn, domain)?;
    let listed = both_sides(turn.state, domain).into_iter();
    let all: Vec<Value> = listed.map(|(user, mailbox)| object(user, mailbox)).collect();
    Ok(Answer::ok(&json!(all)))
}

/// Older servers report `active`, newer ones the two other fields; this answer has all three.
fn object(user: Option<&OxUser>, mailbox: Option<&Mailbox>) -> Value {
    let features: &[&str] = if user.is_some() { &["ox"] } else { &[] };
    let active = activity(mailbox);
    let names = user.map(|user| {
        json!({
            "given_name": user.names.given,
            "sur_name": user.names.sur,
            "display_name": user.names.display,
        })
    });
    let quirks = user.map(|_| json!({"ox-config": {}}));
    json!({
        "type": "mailbox",
        "active": active,
        "imap_active": active,
        "smtp_active": active,
        "email": user.map(OxUser::email).or_else(|| mailbox.map(Mailbox::email)),
        "features": features,
        "extras": {"ox": names, "schedule": null},
        "dirty_quirks": quirks,
        "additionalSenders": [],
        "rate_limit": null,
        "quota": null,
    })
}

/// `PATCH /v2/domains/{d}/mailboxes/{lp}`: `imap_active` alone does not change Open-XChange (guess).
pub(crate) fn change(turn: &mut Turn<'_>, domain: &str, name: &str) -> Reply {
    let caller = auth::bearer(turn)?;
    let (active, names) = read_change(turn)?;
    require_domain(turn, &caller, domain)?;
    let name = turn.local_part(name);
    let state = &mut *turn.state;
    require_feature(state, domain)?;
    require_mailbox(state, domain, &name)?;
    match names.all() {
        Some(all) if state.ox_user(domain, &name).is_none() => {
            state.add_ox_user(domain, &name, all)?;
        }
        _ => state.rename(domain, &name, names)?,
    }
    if let Some(active) = active {
        set_active(state, domain, &name, active);
    }
    let (user, mailbox) = (state.ox_user(domain, &name), state.mailbox(domain, &name));
    Ok(Answer::ok(&object(user, mailbox)))
}

fn read_change(turn: &Turn<'_>) -> Result<(Option<bool>, SomeNames), Answer> {
    let mut fields = Fields::of(&turn.content)?;
    let active = fields.optional_word("imap_active", &["yes", "no"]);
    let extras = fields.optional_object("extras");
    fields.finish()?;
    let names = match extras {
        Some(extras) => {
            let mut fields = Fields::of(&extras)?;
            let ox = fields.optional_object("ox");
            fields.finish()?;
            ox.map(|ox| read_names(&ox)).transpose()?
        }
        None => None,
    };
    Ok((active.map(|word| word == "yes"), names.unwrap_or_default()))
}

fn read_names(ox: &crate::fake_dimail::call::Content) -> Result<SomeNames, Answer> {
    let mut fields = Fields::of(ox)?;
    let names = SomeNames {
        given: fields.optional_text("given_name"),
        sur: fields.optional_text("sur_name"),
        display: fields.optional_text("display_name"),
    };
    fields.finish()?;
    Ok(names)
}
