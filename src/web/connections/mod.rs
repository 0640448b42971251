//! Accepts and serves HTTP connections: closes silent ones and those that take no answer, limits their
//! number, and shuts down gracefully.
//!
//! This replaces axum's own server, which waits forever for a request that never comes. Knows no
//! routes.

mod body;
mod idle;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use self::body::Kept;
use self::idle::{Connection, Idle};

/// The pause before the next accept after one failed (too many open files), and between two attempts to
/// close a connection when there are too many.
const PAUSE: Duration = Duration::from_millis(50);
/// How often a failing accept is logged.
const WARNED_EVERY: Duration = Duration::from_mins(1);
/// How long a connection may take to end after it was asked to.
const CLOSING: Duration = Duration::from_secs(1);

/// The limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A connection without a complete request for this long is closed.
    pub silent: Duration,
    /// A client that takes nothing of its answer, or sends nothing of its form, for this long is given up.
    pub stuck: Duration,
    /// How many connections are open at most, besides one. When there are more, the one that has been
    /// idle for the longest time is closed; one whose request is still arriving counts as idle.
    pub most: usize,
}

/// The file descriptors left to the database, dimail, SMTP and the log.
const OTHER_FILES: u64 = 128;
/// The highest soft limit that is asked for, and the most connections.
const MOST: u64 = 16_384;

impl Limits {
    /// The limits of a portal. The number of connections follows from the limit of open files, which is
    /// raised as far as this process may.
    pub fn of_this_process() -> Self {
        let mut files = getrlimit(Resource::Nofile);
        let wanted = files.maximum.unwrap_or(MOST).min(MOST);
        if files.current.is_some_and(|current| current < wanted) {
            let raised = rustix::process::Rlimit { current: Some(wanted), ..files };
            match setrlimit(Resource::Nofile, raised) {
                Ok(()) => files.current = Some(wanted),
                Err(error) => tracing::debug!(%error, "the limit of open files could not be raised"),
            }
        }
        let files = files.current.unwrap_or(MOST).min(MOST);
        let most = files.saturating_sub(OTHER_FILES).max(files / 2);
        Self {
            // Longer than the keep-alive of proxies (nginx one minute, Caddy two), so that the portal does
            // not close a connection just as a proxy sends a request over it.
            silent: Duration::from_secs(150),
            stuck: Duration::from_secs(30),
            most: usize::try_from(most).unwrap_or(usize::MAX),
        }
    }
}

/// Serves `pages` until `stop` is set, then finishes the requests in progress.
pub async fn serve(listener: TcpListener, pages: Router, limits: Limits, stop: watch::Receiver<bool>) {
    let (mut connections, idle) = (JoinSet::new(), Idle::default());
    let (mut stopping, mut failures) = (stop.clone(), Failures::default());
    loop {
        let is_full = connections.len() > limits.most;
        tokio::select! {
            () = async { drop(stopping.wait_for(|stop| *stop).await) } => break,
            Some(_) = connections.join_next() => {}
            () = tokio::time::sleep(PAUSE), if is_full => idle.close_oldest(),
            accepted = listener.accept(), if !is_full => match accepted {
                Ok((stream, peer)) => {
                    if connections.len() >= limits.most {
                        idle.close_oldest();
                    }
                    let connection = idle.connection();
                    connections.spawn(converse(stream, peer, pages.clone(), (limits, connection), stop.clone()));
                }
                Err(error) => {
                    failures.note(&error);
                    idle.close_oldest();
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The failed accepts: the first is logged, later ones are counted and logged once in a while.
#[derive(Default)]
struct Failures {
    logged_at: Option<Instant>,
    unlogged: u64,
}

impl Failures {
    fn note(&mut self, error: &std::io::Error) {
        self.unlogged += 1;
        if self.logged_at.is_none_or(|at| at.elapsed() >= WARNED_EVERY) {
            tracing::warn!(%error, times = self.unlogged, "connections could not be accepted");
            *self = Self { logged_at: Some(Instant::now()), unlogged: 0 };
        }
    }
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    pages: Router,
    (limits, own): (Limits, Connection),
    mut stop: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stuck));
    let own = Arc::new(own);
    let closing = own.closing();
    let service = service_fn(|request: Request<Incoming>| {
        let (pages, own) = (pages.clone(), Arc::clone(&own));
        async move { Ok::<_, std::convert::Infallible>(answer(pages, request, peer, (limits.stuck, &own)).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(limits.silent);
    let stream = TokioIo::new(Box::pin(stream));
    let mut connection = std::pin::pin!(server.serve_connection(stream, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stop.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = closing.notified() => {
            connection.as_mut().graceful_shutdown();
            // What is still arriving is not waited for; a request that has arrived just now is answered.
            while !own.is_receiving() && timeout(CLOSING, connection.as_mut()).await.is_err() && own.is_busy() {}
            Ok(())
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended with an error");
    }
}

/// Answers a request. What its handler left of the body is read, so that the next request on the
/// connection is found, and a client that still sends gets the answer; a body that is too long or too slow
/// for that ends the connection, and the answer says so.
async fn answer(
    pages: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    (stuck, own): (Duration, &Arc<Connection>),
) -> Response {
    let (kept, mut request) = Kept::of(request, stuck, own);
    request.extensions_mut().insert(ConnectInfo(peer));
    let Ok(mut response) = pages.oneshot(request).await;
    if !kept.read_rest().await {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    // The connection is busy until the last part of the answer is written.
    let busy = kept.busy();
    response.map(|body| Body::new(body::With::new(body, busy)))
}
