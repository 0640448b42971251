//! A TCP proxy in front of a database server, whose connections can be made silent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Which connections are forwarded: those with this number or a later one. The others get no answer and
/// are not closed, as those of a stopped process or a lost route; earlier ones still have ended.
#[derive(Clone, Copy, Debug)]
struct Rule {
    ended_before: usize,
    forwards_from: usize,
}

/// A proxy in front of the server of a database.
pub(crate) struct Proxy {
    /// The address of the database through the proxy.
    pub(crate) url: String,
    rule: watch::Sender<Rule>,
    until: Arc<Mutex<Option<String>>>,
    opened: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A proxy that forwards everything to the server of this address.
    pub(crate) async fn before(url: &str) -> Self {
        let mut url: reqwest::Url = url.parse().expect("an address");
        let server = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own: SocketAddr = listener.local_addr().expect("its address");
        url.set_port(Some(own.port())).expect("a port");
        url.set_host(Some("127.0.0.1")).expect("a host");
        let rule = watch::Sender::new(Rule { ended_before: 0, forwards_from: 0 });
        let until = Arc::<Mutex<Option<String>>>::default();
        let (told, marked) = (rule.clone(), Arc::clone(&until));
        let opened = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&opened);
        let accepting = tokio::spawn(async move {
            // Its tasks end with it.
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let way = Way { number, rule: told.clone(), until: Arc::clone(&marked) };
                connections.spawn(forward(client, server.clone(), way));
            }
        });
        Self { url: url.to_string(), rule, until, opened, accepting }
    }

    /// From now on nothing is forwarded; new connections are accepted and get no answer.
    pub(crate) fn keep_still(&self) {
        self.rule.send_modify(|rule| rule.forwards_from = usize::MAX);
    }

    /// Ends all connections, as a server that is restarted; new ones are forwarded.
    pub(crate) fn end_connections(&self) {
        let opened = self.opened.load(Ordering::SeqCst);
        self.rule.send_replace(Rule { ended_before: opened, forwards_from: 0 });
    }

    /// Keeps still as soon as a transaction in which this text was sent has been told to commit.
    pub(crate) fn keep_still_after_commit_of(&self, text: &str) {
        *self.until.lock().expect("no panic") = Some(text.to_owned());
    }

    /// Everything is forwarded again, also what was kept back.
    pub(crate) fn go_on(&self) {
        self.rule.send_modify(|rule| rule.forwards_from = 0);
    }

    /// New connections are forwarded again; those that are open stay silent for ever.
    pub(crate) fn forward_new_ones(&self) {
        let opened = self.opened.load(Ordering::SeqCst);
        self.rule.send_modify(|rule| rule.forwards_from = opened);
    }
}

impl Drop for Proxy {
    /// Ends all connections; new ones are refused.
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What a connection obeys.
#[derive(Clone)]
struct Way {
    number: usize,
    rule: watch::Sender<Rule>,
    until: Arc<Mutex<Option<String>>>,
}

impl Way {
    /// Waits until the connection is forwarded; `false` at the end of the proxy.
    async fn is_open(&self) -> bool {
        self.rule.subscribe().wait_for(|rule| self.number >= rule.forwards_from).await.is_ok()
    }

    /// Waits until the connection is to end.
    async fn has_ended(&self) {
        drop(self.rule.subscribe().wait_for(|rule| self.number < rule.ended_before).await);
    }
}

async fn forward(client: TcpStream, server: String, way: Way) {
    if !way.is_open().await {
        return;
    }
    let server = TcpStream::connect(server).await.expect("the server");
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let both =
        async { tokio::join!(ask(from_client, to_server, way.clone()), answer(from_server, to_client, way.clone())) };
    tokio::select! {
        _ = both => {}
        () = way.has_ended() => {}
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

async fn ask(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Way) {
    let mut bytes = vec![0; 16 * 1024];
    let mut is_marked = false;
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if !way.is_open().await {
            return;
        }
        let asked = &bytes[..read];
        is_marked |= way.until.lock().expect("no panic").as_ref().is_some_and(|text| contains(asked, text));
        if is_marked && contains(asked, "commit\0") {
            *way.until.lock().expect("no panic") = None;
            is_marked = false;
            // The commit itself is forwarded; its answer is kept back.
            way.rule.send_modify(|rule| rule.forwards_from = usize::MAX);
        }
        if to.write_all(asked).await.is_err() {
            return;
        }
    }
}

async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Way) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if !way.is_open().await || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
