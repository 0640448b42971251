//! A minimal HTTP/1.1 client: it sends every path and header exactly as given, which no real client
//! does.

use std::net::SocketAddr;

use reqwest::redirect::Policy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::page::Answer;
use super::portal::install_tls;

/// A request to be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// `GET`, `POST`, `PUT`, `HEAD`.
    pub(crate) method: &'static str,
    /// The path with its query, sent without further encoding.
    pub(crate) path: String,
    /// The headers besides `Host`, `Connection` and `Content-Length`.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// A client for plain HTTP that follows no redirects, for tests that need no exact bytes. It reads
/// neither certificates nor proxy settings of the machine.
pub(crate) fn client() -> reqwest::Client {
    install_tls();
    let client = reqwest::Client::builder().tls_certs_only([]).redirect(Policy::none()).no_proxy();
    client.pool_max_idle_per_host(0).build().expect("a client")
}

/// Sends a request and reads the whole answer; `None` if the other side closes the connection
/// without one.
pub(crate) async fn send(to: SocketAddr, request: &Request) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.expect("a connection");
    let host =
        if request.headers.iter().any(|(name, _)| name == "host") { String::new() } else { format!("host: {to}\r\n") };
    let mut head = format!("{} {} HTTP/1.1\r\n{host}connection: close\r\n", request.method, request.path);
    for (name, value) in &request.headers {
        head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    if !request.body.is_empty() || request.method != "GET" {
        head.extend(["content-length: ", &request.body.len().to_string(), "\r\n"]);
    }
    head.push_str("\r\n");
    let sent = [head.as_bytes(), &request.body].concat();
    // A server that refuses a body may close the connection before all of it was sent; its answer
    // has arrived already.
    drop(stream.write_all(&sent).await);
    let mut received = Vec::new();
    drop(stream.read_to_end(&mut received).await);
    read(&received)
}

fn read(received: &[u8]) -> Option<Answer> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&received[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let body = &received[end + 4..];
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunked(body) } else { body.to_vec() };
    Some(Answer { status, headers, text: String::from_utf8_lossy(&body).into_owned() })
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&body[..end]), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 4 + size..];
    }
    whole
}
