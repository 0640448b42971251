//! Fault injection: makes calls to a route fail before or after dimail has acted. Faults that act but
//! do not answer are the hardest for clients.

use std::time::Duration;

use axum::http::StatusCode;

use crate::fake_dimail::FakeOptions;
use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::call::Call;
use crate::fake_dimail::fault::{Fault, Kind};
use crate::fake_dimail::routes;
use crate::fake_dimail::state::{Mailbox, State};

/// The outcome of a request.
pub(crate) enum Outcome {
    /// An answer after a delay; `None`: the connection is cut instead.
    Told(Option<Answer>, Duration),
    /// Work to be done and answered after a delay.
    Later(Deed, Duration),
}

/// Work that is done later, even if the caller has hung up.
pub(crate) enum Deed {
    /// The whole request.
    All,
    /// Storing the mailbox; its user exists already.
    Rest(Mailbox),
}

impl Outcome {
    pub fn now(answer: Answer) -> Outcome {
        Outcome::Told(Some(answer), Duration::ZERO)
    }

    fn cut() -> Outcome {
        Outcome::Told(None, Duration::ZERO)
    }
}

impl State {
    /// Takes the first fault that matches this call, and decrements its count.
    pub fn take_fault(&mut self, call: &Call) -> Option<Fault> {
        let place = self.faults.iter().position(|fault| fault.meets(call))?;
        let fault = self.faults.get_mut(place)?;
        let taken = fault.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            self.faults.remove(place);
        }
        Some(taken)
    }
}

impl Fault {
    /// Applies the fault to a call.
    pub fn happen(&self, state: &mut State, options: &FakeOptions, call: &Call) -> Outcome {
        let mut act = || routes::answer(state, options, call);
        match self.kind {
            Kind::Hang => Outcome::Told(None, self.hold()),
            Kind::Close => Outcome::cut(),
            Kind::Slow => Outcome::Told(Some(act()), self.hold()),
            Kind::BadJson => Outcome::now(unreadable(&act())),
            Kind::ActThen500 => {
                act();
                Outcome::now(Answer::crash())
            }
            Kind::ActThenHang => {
                act();
                Outcome::Told(None, self.hold())
            }
            Kind::ActThenClose => {
                act();
                Outcome::cut()
            }
            Kind::HangThenAct => Outcome::Later(Deed::All, self.hold()),
            Kind::CloseThenAct => {
                state.late.push(call.clone());
                Outcome::cut()
            }
            Kind::HalfThen500 | Kind::HalfDelete => Outcome::now(routes::halfway(state, options, call).0),
            Kind::SlowHalves => match routes::halfway(state, options, call) {
                (_, Some(rest)) => Outcome::Later(Deed::Rest(rest), self.hold()),
                (refusal, None) => Outcome::now(refusal),
            },
            refusing => Outcome::now(refusal(refusing)),
        }
    }
}

/// The answer of a fault that does not act.
fn refusal(kind: Kind) -> Answer {
    match kind {
        Kind::Html502 => Answer::text(StatusCode::BAD_GATEWAY, "text/html", BAD_GATEWAY),
        Kind::Redirect307 => Answer::redirect("http://elsewhere.invalid/".to_owned()),
        Kind::Missing => Answer::no_route(),
        Kind::Refuse403 => Answer::denied(),
        Kind::Refuse409 => Answer::conflict("Refused on order: conflict"),
        Kind::Refuse422 => Answer::unprocessable("Refused on order: unprocessable"),
        _ => Answer::crash(),
    }
}

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n\
    <body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n";

/// The same answer, truncated: a success that cannot be parsed.
fn unreadable(acted: &Answer) -> Answer {
    let created = acted.status == StatusCode::CREATED;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Answer::text(status, "application/json", "{\"unreadable\": \"an answer brok")
}
