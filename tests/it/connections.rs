//! Silent connections are closed, and at shutdown all connections are closed after their answers.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use dimail_portal::web::connections::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

const SILENCE: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(5);

async fn start() -> (SocketAddr, watch::Sender<bool>, JoinHandle<()>) {
    let slow = get(|| async {
        tokio::time::sleep(SILENCE * 2).await;
        "slow"
    });
    let pages = Router::new().route("/", get(|| async { "here" })).route("/slow", slow);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    (address, stop, tokio::spawn(serve(listener, pages, SILENCE, stopped)))
}

/// Everything that is received until the other side closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut text)).await.expect("an end").expect("a text");
    text
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let (address, _stop, _serving) = start().await;
    for said in ["", "GET / HTTP/1.1\r\nhost: a\r\n", "GET / HTTP/1.1\r\nhost: a\r\n\r\n"] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(said.as_bytes()).await.expect("said");
        let heard = rest(&mut stream).await;
        assert_eq!(heard.contains("here"), said.ends_with("\r\n\r\n"), "{said:?}: {heard}");
    }
}

#[tokio::test]
async fn what_is_being_answered_is_answered_to_the_end() {
    let (address, stop, serving) = start().await;
    let mut idle = TcpStream::connect(address).await.expect("a connection");
    let mut busy = TcpStream::connect(address).await.expect("a connection");
    busy.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("said");
    tokio::time::sleep(SILENCE / 4).await;
    stop.send(true).expect("it serves");
    assert!(rest(&mut busy).await.ends_with("slow"));
    assert_eq!(rest(&mut idle).await, "");
    timeout(PATIENCE, serving).await.expect("in time").expect("an end");
    assert!(TcpStream::connect(address).await.is_err());
}
