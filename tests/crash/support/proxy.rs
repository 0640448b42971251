//! A TCP proxy in front of a database server, whose connections can be made silent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Which connections are forwarded: those with this number or a later one. The others get no answer and
/// are not closed, as those of a stopped process or a lost route.
#[derive(Clone, Copy, Debug)]
struct Rule {
    forwards_from: usize,
}

/// A proxy in front of the server of a database.
pub(crate) struct Proxy {
    /// The address of the database through the proxy.
    pub(crate) url: String,
    rule: watch::Sender<Rule>,
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
        let (rule, told) = watch::channel(Rule { forwards_from: 0 });
        let opened = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&opened);
        let accepting = tokio::spawn(async move {
            // Its tasks end with it.
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                connections.spawn(forward(client, server.clone(), number, told.clone()));
            }
        });
        Self { url: url.to_string(), rule, opened, accepting }
    }

    /// From now on nothing is forwarded; new connections are accepted and get no answer.
    pub(crate) fn keep_still(&self) {
        self.rule.send_replace(Rule { forwards_from: usize::MAX });
    }

    /// Everything is forwarded again, also what was kept back.
    pub(crate) fn go_on(&self) {
        self.rule.send_replace(Rule { forwards_from: 0 });
    }

    /// New connections are forwarded again; those that are open stay silent for ever.
    pub(crate) fn forward_new_ones(&self) {
        self.rule.send_replace(Rule { forwards_from: self.opened.load(Ordering::SeqCst) });
    }
}

impl Drop for Proxy {
    /// Ends all connections; new ones are refused.
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn forward(client: TcpStream, server: String, number: usize, rule: watch::Receiver<Rule>) {
    if !is_forwarded(number, &mut rule.clone()).await {
        return;
    }
    let server = TcpStream::connect(server).await.expect("the server");
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::join!(copy(from_client, to_server, number, rule.clone()), copy(from_server, to_client, number, rule));
}

/// Waits until the connection is forwarded; `false` at the end of the proxy.
async fn is_forwarded(number: usize, rule: &mut watch::Receiver<Rule>) -> bool {
    rule.wait_for(|rule| number >= rule.forwards_from).await.is_ok()
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, number: usize, mut rule: watch::Receiver<Rule>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if !is_forwarded(number, &mut rule).await || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
