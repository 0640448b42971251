//! A connection pooler in transaction mode in front of PostgreSQL: all its clients share one connection
//! to the server, a transaction at a time. It knows as much of the protocol as that needs.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;

/// The code of a client that asks for TLS, in place of a protocol version.
const ASKS_FOR_TLS: i32 = 80_877_103;

/// The pooler; it stops when it is dropped.
pub(crate) struct Pooler {
    /// The value of `DATABASE_URL` that leads to it.
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Pooler {
    /// Starts a pooler in front of the database at `url`.
    pub(crate) async fn before(url: &str) -> Self {
        let mut url: reqwest::Url = url.parse().expect("an address");
        let place = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
        let mut server = TcpStream::connect(place).await.expect("the server");
        let parameters = format!("user\0{}\0database\0{}\0\0", url.username(), &url.path()[1..]);
        let length = i32::try_from(parameters.len() + 8).expect("short");
        let hello = [&length.to_be_bytes(), &196_608_i32.to_be_bytes(), parameters.as_bytes()].concat();
        server.write_all(&hello).await.expect("sent");
        let mut greeting = Vec::new();
        while !is_ready(&greeting) {
            greeting = [greeting, message(&mut server).await.expect("the server's greeting")].concat();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        url.set_port(Some(listener.local_addr().expect("its address").port())).expect("a port");
        let server = Arc::new(Mutex::new(server));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, Arc::clone(&server), greeting.clone()));
            }
        });
        Self { url: url.to_string(), task }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Whether these messages end with the server's word that it is ready, outside of a transaction.
fn is_ready(messages: &[u8]) -> bool {
    messages.ends_with(&[b'Z', 0, 0, 0, 5, b'I'])
}

/// The next message: its type, its length, its content.
async fn message(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = vec![0; 5];
    from.read_exact(&mut message).await.ok()?;
    let length = i32::from_be_bytes(message[1..5].try_into().expect("four bytes"));
    message.resize(usize::try_from(length).expect("a length") + 1, 0);
    from.read_exact(&mut message[5..]).await.ok()?;
    Some(message)
}

/// One client: it holds the connection to the server from its first message to the end of its transaction.
async fn serve(mut client: TcpStream, server: Arc<Mutex<TcpStream>>, greeting: Vec<u8>) -> Option<()> {
    loop {
        let length = client.read_i32().await.ok()?;
        let mut rest = vec![0; usize::try_from(length).ok()? - 4];
        client.read_exact(&mut rest).await.ok()?;
        if i32::from_be_bytes(rest[..4].try_into().expect("four bytes")) != ASKS_FOR_TLS {
            break;
        }
        client.write_all(b"N").await.ok()?;
    }
    client.write_all(&greeting).await.ok()?;
    let mut held: Option<OwnedMutexGuard<TcpStream>> = None;
    loop {
        let asked = message(&mut client).await.filter(|message| message[0] != b'X')?;
        let mut link = match held.take() {
            Some(link) => link,
            None => Arc::clone(&server).lock_owned().await,
        };
        link.write_all(&asked).await.ok()?;
        // A query and the end of a batch are answered, until the server is ready again.
        let mut is_answered = !matches!(asked[0], b'Q' | b'S');
        let mut is_free = false;
        while !is_answered {
            let answer = message(&mut link).await?;
            client.write_all(&answer).await.ok()?;
            is_free = is_ready(&answer);
            is_answered = answer[0] == b'Z';
        }
        held = (!is_free).then_some(link);
    }
}
