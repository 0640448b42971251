//! Accepts connections and processes requests: journal, turn, delay, fault, action, answer. Does not
//! know what any route does.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::call::Call;
use crate::fake_dimail::closed::{Closed, wait};
use crate::fake_dimail::faults::{Deed, Outcome};
use crate::fake_dimail::queue::Ticket;
use crate::fake_dimail::state::State;
use crate::fake_dimail::{Shared, control, mailboxes, routes, saved};

/// The pause before the next accept after one failed (too many open files).
const PAUSE_OF_LISTENER: Duration = Duration::from_millis(50);

/// Serves until `stop` is done, then cuts open connections.
pub(crate) async fn run(shared: Arc<Shared>, listener: TcpListener, stop: impl Future<Output = ()>) {
    // Waiting requests end when the sender is dropped, also if this future is dropped early.
    let (_until_here, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(shared.clone(), stream, stopped.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the fake dimail could not accept a connection");
                    tokio::time::sleep(PAUSE_OF_LISTENER).await;
                }
            },
        }
    }
}

async fn converse(shared: Arc<Shared>, stream: TcpStream, stopped: watch::Receiver<()>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the fake dimail could not set TCP_NODELAY");
    }
    let crashed = AtomicBool::new(false);
    let service = service_fn(async |request| {
        if crashed.load(Ordering::Relaxed) {
            return Err(Closed);
        }
        let response = respond(shared.clone(), request, stopped.clone()).await?;
        crashed.store(response.status() == StatusCode::INTERNAL_SERVER_ERROR, Ordering::Relaxed);
        Ok(response)
    });
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    // After a 500 dimail closes the connection without a `Connection: close` header (dimail of August
    // 2024). The head of that answer is written in the poll that produced it; hyper must
    // learn of the close only after that, or it would add the header.
    let ended = poll_fn(|cx| {
        let polled = connection.as_mut().poll(cx);
        if polled.is_pending() && crashed.load(Ordering::Relaxed) {
            connection.as_mut().graceful_shutdown();
            return connection.as_mut().poll(cx);
        }
        polled
    });
    if let Err(error) = ended.await {
        tracing::debug!(%error, "a connection of the fake dimail ended");
    }
}

/// Handles one request. An error makes hyper cut the connection without an answer.
async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    stopped: watch::Receiver<()>,
) -> Result<Response<Body>, Closed> {
    let call = Call::read(request).await?;
    if call.is_control() {
        return Ok(control::answer(&shared, &call).into_response());
    }
    let ticket = Ticket::take(&shared, &call);
    // In its own task: like dimail, it continues when the caller hangs up.
    let carried_out = tokio::spawn(carry_out(shared, call, ticket, stopped));
    let answer = carried_out.await.map_err(|_| Closed)??;
    Ok(answer.into_response())
}

/// Carries out a request, unless the server stops first or a fault prevents it. The status is recorded
/// in the journal even if the caller has hung up.
async fn carry_out(
    shared: Arc<Shared>,
    mut call: Call,
    mut ticket: Ticket,
    mut stopped: watch::Receiver<()>,
) -> Result<Answer, Closed> {
    ticket.turn(&mut stopped).await?;
    ticket.delay(&mut stopped).await?;
    call.is_acted_on();
    let (answer, hold) = match act(&shared, &call) {
        Outcome::Told(answer, hold) => (answer, hold),
        Outcome::Later(deed, pause) => {
            wait(pause, &mut stopped).await?;
            call.is_acted_on();
            (Some(act_late(&shared, &call, deed)), Duration::ZERO)
        }
    };
    wait(hold, &mut stopped).await?;
    let answer = answer.ok_or(Closed)?;
    shared.state().journal.answered(ticket.number, answer.status.as_u16());
    Ok(answer)
}

fn act(shared: &Shared, call: &Call) -> Outcome {
    let mut state = shared.state();
    let fault = state.take_fault(call);
    let outcome = match &fault {
        Some(fault) => fault.happen(&mut state, &shared.options, call),
        None => Outcome::now(routes::answer(&mut state, &shared.options, call)),
    };
    let changed = fault.is_some() || routes::may_change(&shared.options, call);
    match keep(shared, &state, changed) {
        Ok(()) => outcome,
        Err(crash) => Outcome::now(crash),
    }
}

/// Does the delayed work of a fault.
fn act_late(shared: &Shared, call: &Call, deed: Deed) -> Answer {
    let mut state = shared.state();
    let answer = match deed {
        Deed::All => routes::answer(&mut state, &shared.options, call),
        Deed::Rest(mailbox) => mailboxes::finish(&mut state, mailbox).unwrap_or_else(|refusal| refusal),
    };
    keep(shared, &state, true).err().unwrap_or(answer)
}

fn keep(shared: &Shared, state: &State, changed: bool) -> Result<(), Answer> {
    if !changed {
        return Ok(());
    }
    saved::keep(&shared.options, state).map_err(|error| {
        tracing::error!(%error, "the fake dimail could not write its state");
        Answer::crash()
    })
}
