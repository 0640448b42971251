//! A small HTTP client with little cost of its own: it writes a request once, and reads of an
//! answer only what it needs.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::world::{processor, ticks_of};

/// A connection.
pub struct Client {
    stream: TcpStream,
    heard: Vec<u8>,
}

/// The result of repeating one request.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Answers in a second.
    pub a_second: f64,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// 99 of 100 answers took no longer.
    pub p99: Duration,
    /// The processor time of the server for one answer.
    pub processor: Duration,
}

/// A request for a page.
pub fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\naccept-language: fr\r\ncookie: {cookie}\r\n\r\n").into_bytes()
}

/// A form.
pub fn post(path: &str, cookie: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\naccept-language: fr\r\ncookie: {cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Client {
    /// A new connection.
    pub async fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.expect("a connection");
        stream.set_nodelay(true).expect("a setting");
        Self { stream, heard: Vec::with_capacity(1 << 16) }
    }

    /// Sends the request, reads the whole answer, and returns its head. An error page ends the run.
    pub async fn ask(&mut self, request: &[u8]) -> String {
        self.stream.write_all(request).await.expect("a request that goes out");
        self.heard.clear();
        let end = loop {
            let read = self.stream.read_buf(&mut self.heard).await.expect("an answer");
            assert!(read > 0, "the server hung up");
            if let Some(end) = self.heard.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(self.heard.get(..end).unwrap_or_default()).into_owned();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
        let length: usize = length.and_then(|text| text.parse().ok()).expect("a length");
        while self.heard.len() < end + length {
            assert!(self.stream.read_buf(&mut self.heard).await.expect("a body") > 0, "the server hung up");
        }
        let status = head.get(9..12).unwrap_or_default();
        assert!(status < "400", "{}", String::from_utf8_lossy(&self.heard));
        head
    }
}

/// Sends requests over several connections for a given time; returns the duration of each answer,
/// sorted.
pub async fn repeat(
    to: SocketAddr,
    clients: usize,
    how_long: Duration,
    request: impl Fn(usize) -> Vec<u8>,
) -> Vec<Duration> {
    let (end, next) = (Instant::now() + how_long, Cell::new(0));
    let one = async || {
        let mut client = Client::connect(to).await;
        let mut times = Vec::new();
        while Instant::now() < end {
            let request = request(next.replace(next.get() + 1));
            let began = Instant::now();
            client.ask(&request).await;
            times.push(began.elapsed());
        }
        times
    };
    let mut times: Vec<Duration> =
        futures::future::join_all((0..clients).map(|_| one())).await.into_iter().flatten().collect();
    times.sort();
    times
}

/// As [`repeat`] with one request, measured.
pub async fn load(to: SocketAddr, request: &[u8], clients: usize, how_long: Duration, server: u32) -> Load {
    let (began, before) = (Instant::now(), ticks_of(server));
    let times = repeat(to, clients, how_long, |_| request.to_vec()).await;
    let (took, spent) = (began.elapsed(), processor(ticks_of(server) - before));
    let count = u32::try_from(times.len()).expect("not so many");
    Load {
        a_second: f64::from(count) / took.as_secs_f64(),
        p50: quantile(&times, 0.5),
        p99: quantile(&times, 0.99),
        processor: spent / count.max(1),
    }
}

/// The duration that this share of all answers did not exceed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a position in a list that is not that long"
)]
pub fn quantile(sorted: &[Duration], part: f64) -> Duration {
    sorted.get((sorted.len() as f64 * part) as usize).copied().unwrap_or_default()
}
