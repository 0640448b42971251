//! `/_fake/`: the control interface for tests and the demonstration. Not part of dimail.

use axum::http::Method;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::call::Call;
use crate::fake_dimail::control_state::everything;
use crate::fake_dimail::fault::Fault;
use crate::fake_dimail::ox::{Names, OxUser};
use crate::fake_dimail::plan::Plan;
use crate::fake_dimail::state::State;
use crate::fake_dimail::{FakeOptions, Release, Shared, routes, saved};

/// Answers a call to the control interface.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Answer {
    let mut state = shared.state();
    let answer = route(&mut state, &shared.options, call).unwrap_or_else(|refusal| refusal);
    if call.method == Method::GET {
        return answer;
    }
    match saved::keep(&shared.options, &state) {
        Ok(()) => answer,
        Err(error) => {
            tracing::error!(%error, "the fake dimail could not write its state");
            Answer::crash()
        }
    }
}

fn route(state: &mut State, options: &FakeOptions, call: &Call) -> Reply {
    let (segments, _) = call.segments();
    match (call.method.as_str(), segments.as_slice()) {
        ("PUT", ["_fake", "domains", domain]) => plan_check(state, call, domain),
        ("PUT", ["_fake", "ox-users", domain, name]) => half_make(state, options, call, (domain, name)),
        ("POST", ["_fake", "faults"]) => add_fault(state, call),
        ("DELETE", ["_fake", "faults"]) => {
            state.faults.clear();
            Ok(Answer::no_content())
        }
        ("POST", ["_fake", "late"]) => {
            for mut late in std::mem::take(&mut state.late) {
                late.is_acted_on();
                routes::answer(state, options, &late);
            }
            Ok(Answer::no_content())
        }
        ("PUT", ["_fake", "habits"]) => {
            state.habits = read(call)?;
            Ok(Answer::ok(&json!(state.habits)))
        }
        ("POST", ["_fake", "expire-tokens"]) => {
            state.tokens.clear();
            Ok(Answer::no_content())
        }
        ("POST", ["_fake", "reset"]) => {
            reset(state, options);
            Ok(Answer::no_content())
        }
        ("GET", ["_fake", "journal"]) => Ok(Answer::ok(&json!(state.journal.entries()))),
        ("GET", ["_fake", "state"]) => Ok(Answer::ok(&everything(state, options))),
        _ => Err(Answer::no_route()),
    }
}

fn read<T: DeserializeOwned>(call: &Call) -> Result<T, Answer> {
    serde_json::from_slice(&call.body).map_err(|error| Answer::unprocessable(&error.to_string()))
}

fn plan_check(state: &mut State, call: &Call, domain: &str) -> Reply {
    let plan: Plan = read(call)?;
    let answer = Answer::ok(&json!(plan));
    state.plans.insert(domain.to_owned(), plan);
    Ok(answer)
}

fn add_fault(state: &mut State, call: &Call) -> Reply {
    let fault: Fault = read(call)?;
    if !fault.is_possible() {
        return Err(Answer::unprocessable("times or seconds make no sense"));
    }
    let answer = Answer::created(&json!(fault));
    state.faults.push(fault);
    Ok(answer)
}

/// Creates an Open-XChange user without a mailbox, as an interrupted creation leaves it.
fn half_make(state: &mut State, options: &FakeOptions, call: &Call, (domain, name): (&str, &str)) -> Reply {
    let names = read::<Names>(call)?.with_display_name();
    let lower = name.to_lowercase();
    let local_part = match options.release {
        Release::Production => &lower,
        Release::August2024 => name,
    };
    let Some(context) = state.context_of(domain).map(str::to_owned) else {
        return Err(Answer::not_found("Domain not found in open-xchange"));
    };
    if state.ox_refuses(&context, domain, local_part, &names.display) {
        return Err(Answer::conflict("Its name or its display name is taken in the context"));
    }
    let user = OxUser { context, domain: domain.to_owned(), local_part: local_part.to_owned(), login: None, names };
    let answer = Answer::created(&json!(user));
    state.ox_users.push(user);
    Ok(answer)
}

/// Resets the state to that of an empty start. Requests in progress continue on the new state.
fn reset(state: &mut State, options: &FakeOptions) {
    let mut journal = std::mem::take(&mut state.journal);
    journal.clear();
    let queue = std::mem::take(&mut state.queue);
    *state = State { journal, queue, ..State::default() };
    state.most_inside = state.inside();
    if options.seed {
        state.seed(options.release);
    }
}
