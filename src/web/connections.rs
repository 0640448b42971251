//! Connections from the net: taken, served, given up when silent, and ended cleanly.
//!
//! axum's own server waits for ever for a request that never comes. Must not know: any route.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// A connection without a whole request for so long is closed. Longer than proxies keep theirs
/// (nginx one minute, Caddy two): a request must not cross the end of its connection.
pub const SILENCE: Duration = Duration::from_secs(150);
/// How long to let be when no connection can be taken (too many open files).
const PAUSE: Duration = Duration::from_millis(50);

/// Serves `pages` until `stop` says so, then lets what is being answered end. Connections that are
/// `silent` for too long are closed.
pub async fn serve(listener: TcpListener, pages: Router, silent: Duration, stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut told = stop.clone();
    loop {
        tokio::select! {
            () = async { drop(told.wait_for(|stop| *stop).await) } => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(converse(stream, peer, pages.clone(), silent, stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    pages: Router,
    silent: Duration,
    mut stop: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "nodelay could not be set");
    }
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        pages.clone().oneshot(request)
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(silent);
    let mut connection = std::pin::pin!(server.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stop.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}
