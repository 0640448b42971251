//! Silent connections are closed, and those that take no answer; there are never too many; what a
//! handler does not read disturbs no one; at shutdown all are closed after their answers.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::{get, post};
use dimail_portal::web::connections::{Limits, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const SILENCE: Duration = Duration::from_millis(200);
const LIMITS: Limits = Limits { silent: SILENCE, stuck: SILENCE, most: 100 };
const PATIENCE: Duration = Duration::from_secs(5);

/// A form has arrived.
static READ: Notify = Notify::const_new();

async fn start(limits: Limits) -> (SocketAddr, watch::Sender<bool>, JoinHandle<()>) {
    let slow = get(|| async {
        tokio::time::sleep(SILENCE * 2).await;
        "slow"
    });
    let large = get(|| async { "x".repeat(50 << 20) });
    let pages = Router::new().route("/", get(|| async { "here" })).route("/slow", slow).route("/large", large);
    let read = post(|_: Bytes| async {
        READ.notify_one();
        tokio::time::sleep(SILENCE * 2).await;
        "read"
    });
    let pages = pages.route("/read", read).route("/refuse", post(|| async { StatusCode::FORBIDDEN }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    (address, stop, tokio::spawn(serve(listener, pages, limits, stopped)))
}

/// Everything that is received until the other side closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut text)).await.expect("an end").expect("a text");
    text
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let (address, _stop, _serving) = start(LIMITS).await;
    for said in ["", "GET / HTTP/1.1\r\nhost: a\r\n", "GET / HTTP/1.1\r\nhost: a\r\n\r\n"] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(said.as_bytes()).await.expect("said");
        let heard = rest(&mut stream).await;
        assert_eq!(heard.contains("here"), said.ends_with("\r\n\r\n"), "{said:?}: {heard}");
    }
}

#[tokio::test]
async fn what_is_being_answered_is_answered_to_the_end() {
    let (address, stop, serving) = start(LIMITS).await;
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

async fn open(address: SocketAddr, said: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(said.as_bytes()).await.expect("said");
    stream
}

/// The head of one answer.
async fn head(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        text.push(timeout(PATIENCE, stream.read_u8()).await.expect("an answer in time").expect("an answer"));
    }
    String::from_utf8(text).expect("a text").to_lowercase()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test]
async fn of_too_many_connections_the_longest_idle_is_closed() {
    let long = Duration::from_mins(10);
    let (address, _stop, _serving) = start(Limits { silent: long, stuck: long, most: 4 }).await;
    let mut busy = open(address, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut idle = Vec::new();
    for said in [GET, "", "GET / HTTP/1.1\r\n"] {
        idle.push(open(address, said).await);
    }
    head(&mut idle[0]).await;
    assert!(head(&mut busy).await.starts_with("http/1.1 200"));

    // Four are open: each further one closes one of those, and is answered.
    for _ in 0..20 {
        let mut stream = open(address, GET).await;
        assert!(head(&mut stream).await.starts_with("http/1.1 200"));
        idle.push(stream);
    }
    for (n, stream) in idle.iter_mut().take(19).enumerate() {
        timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.unwrap_or_else(|_| panic!("{n} is open")).ok();
    }
    let newest = idle.last_mut().expect("the newest");
    newest.read_exact(&mut [0; 4]).await.expect("the text of its answer");
    newest.write_all(GET.as_bytes()).await.expect("it is open");
    assert!(head(newest).await.starts_with("http/1.1 200"), "the newest stays");
}

/// A form whose body is still to come. The server has begun to read it.
async fn form(address: SocketAddr) -> TcpStream {
    let said = "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n";
    let mut stream = open(address, said).await;
    assert!(head(&mut stream).await.starts_with("http/1.1 100"));
    stream.write_all(b"a").await.expect("the beginning");
    stream
}

#[tokio::test]
async fn forms_that_arrive_slowly_hold_no_places() {
    let long = Duration::from_mins(10);
    let (address, _stop, _serving) = start(Limits { silent: long, stuck: long, most: 4 }).await;
    let mut slow = Vec::new();
    // As many as there are places, one of which is complete.
    let mut complete = form(address).await;
    complete.write_all(b"bc").await.expect("the rest");
    timeout(PATIENCE, READ.notified()).await.expect("it has arrived");
    for _ in 0..4 {
        slow.push(form(address).await);
    }

    for n in 0..4 {
        let mut stream = open(address, GET).await;
        assert!(head(&mut stream).await.starts_with("http/1.1 200"), "{n} has a place");
        slow.push(stream);
    }

    assert!(head(&mut complete).await.starts_with("http/1.1 200"), "what has arrived is answered");
    for (n, stream) in slow.iter_mut().take(3).enumerate() {
        timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.unwrap_or_else(|_| panic!("{n} is open")).ok();
    }
}

#[tokio::test]
async fn a_client_that_takes_no_answer_is_given_up() {
    let (address, stop, serving) = start(LIMITS).await;
    let mut stream = open(address, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
    head(&mut stream).await;
    stop.send(true).expect("it serves");
    timeout(PATIENCE, serving).await.expect("in time").expect("an end");
}

#[tokio::test]
async fn a_body_that_no_handler_reads_is_read_all_the_same() {
    let (address, _stop, _serving) = start(LIMITS).await;
    let form = |length: usize| format!("POST /refuse HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n");
    let mut stream = open(address, &form(60_000)).await;
    for _ in 0..6 {
        tokio::time::sleep(SILENCE / 20).await;
        stream.write_all(&[b'x'; 10_000]).await.expect("the form is taken");
    }
    let answer = head(&mut stream).await;
    assert!(answer.starts_with("http/1.1 403") && !answer.contains("connection: close"), "{answer}");
    for _ in 0..300 {
        stream.write_all(form(2).as_bytes()).await.expect("it is open");
        stream.write_all(b"ab").await.expect("it is open");
        assert!(head(&mut stream).await.starts_with("http/1.1 403"), "the next request is found");
    }

    let mut stream = open(address, &form(10 << 20)).await;
    let answer = head(&mut stream).await;
    assert!(answer.starts_with("http/1.1 403") && answer.contains("connection: close"), "{answer}");
    // A body that stops halfway.
    let mut stream = open(address, &form(1000)).await;
    let answer = head(&mut stream).await;
    assert!(answer.contains("connection: close"), "{answer}");
}
