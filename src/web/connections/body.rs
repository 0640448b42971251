//! Bodies of requests and answers, as their connection sees them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::timeout;
use tower_http::timeout::TimeoutBody;

/// The longest body that is read although nothing needs it: a form and some more.
const REST_MAX: usize = 128 * 1024;
/// How long it may take.
const REST_WITHIN: Duration = Duration::from_secs(10);

/// The body of a request, which its connection keeps when the handler has dropped it.
pub(super) struct Kept(Arc<Mutex<Body>>);

impl Kept {
    /// Takes the body of a request and leaves a reader of it in its place. The reader fails if the client
    /// sends nothing for `stuck`.
    pub(super) fn of(request: Request<Incoming>, stuck: Duration) -> (Self, Request) {
        let (parts, body) = request.into_parts();
        if body.is_end_stream() {
            return (Self(Arc::default()), Request::from_parts(parts, Body::empty()));
        }
        let body = Arc::new(Mutex::new(Body::new(TimeoutBody::new(stuck, body))));
        (Self(Arc::clone(&body)), Request::from_parts(parts, Body::new(Reader(body))))
    }

    /// Reads what is left; `false` if it is too long or too slow.
    pub(super) async fn read_rest(self) -> bool {
        let body = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if body.is_end_stream() {
            return true;
        }
        let is_short = usize::try_from(body.size_hint().lower()).is_ok_and(|rest| rest <= REST_MAX);
        is_short && timeout(REST_WITHIN, to_bytes(body, REST_MAX)).await.is_ok_and(|rest| rest.is_ok())
    }
}

/// What a handler reads of a kept body.
struct Reader(Arc<Mutex<Body>>);

impl HttpBody for Reader {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
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
