//! Bodies of requests and answers, as their connection sees them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::timeout;
use tower_http::timeout::TimeoutBody;

use super::idle::{Busy, Connection};

/// The longest body that is read although nothing needs it: a form and some more.
const REST_MAX: usize = 128 * 1024;
/// How long it may take.
const REST_WITHIN: Duration = Duration::from_secs(10);

/// The body of a request, which its connection keeps when the handler has dropped it.
pub(super) struct Kept {
    body: Arc<Mutex<Body>>,
    arrival: Arrival,
}

impl Kept {
    /// Takes the body of a request and leaves a reader of it in its place. The reader fails if the client
    /// sends nothing for `stuck`. The connection is busy from when the body has arrived.
    pub(super) fn of(request: Request<Incoming>, stuck: Duration, own: &Arc<Connection>) -> (Self, Request) {
        let (parts, body) = request.into_parts();
        let arrival = Arrival { own: Arc::clone(own), busy: Arc::default() };
        if body.is_end_stream() {
            arrival.note();
            return (Self { body: Arc::default(), arrival }, Request::from_parts(parts, Body::empty()));
        }
        own.receive();
        let body = Arc::new(Mutex::new(Body::new(TimeoutBody::new(stuck, body))));
        let reader = Reader { body: Arc::clone(&body), arrival: arrival.clone() };
        (Self { body, arrival }, Request::from_parts(parts, Body::new(reader)))
    }

    /// The request in progress: it is answered now, whether all of its body has arrived or not.
    pub(super) fn busy(&self) -> Arc<Busy> {
        self.arrival.note()
    }

    /// Reads what is left; `false` if it is too long or too slow.
    pub(super) async fn read_rest(&self) -> bool {
        let body = std::mem::take(&mut *self.body.lock().unwrap_or_else(PoisonError::into_inner));
        if body.is_end_stream() {
            return true;
        }
        let is_short = usize::try_from(body.size_hint().lower()).is_ok_and(|rest| rest <= REST_MAX);
        is_short && timeout(REST_WITHIN, to_bytes(body, REST_MAX)).await.is_ok_and(|rest| rest.is_ok())
    }
}

/// When the body of a request has arrived.
#[derive(Clone)]
struct Arrival {
    own: Arc<Connection>,
    busy: Arc<OnceLock<Arc<Busy>>>,
}

impl Arrival {
    fn note(&self) -> Arc<Busy> {
        Arc::clone(self.busy.get_or_init(|| Arc::new(self.own.busy())))
    }
}

/// What a handler reads of a kept body.
struct Reader {
    body: Arc<Mutex<Body>>,
    arrival: Arrival,
}

impl HttpBody for Reader {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut *self.body.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) {
            self.arrival.note();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// A body that holds something until it is written, or given up.
pub(super) struct With<T> {
    body: Body,
    _held: T,
}

impl<T> With<T> {
    pub(super) fn new(body: Body, held: T) -> Self {
        Self { body, _held: held }
    }
}

impl<T: Unpin> HttpBody for With<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
