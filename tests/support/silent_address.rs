//! An address that does not answer, as that of a lost route, for tests.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// Long enough for a connection on this machine.
const ANSWERED_WITHIN: Duration = Duration::from_millis(300);

/// An address at which nothing is accepted: its queue is full, and more connections are left without answer.
pub(crate) struct Silent {
    pub(crate) address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Silent {
    pub(crate) async fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
        let listener = socket.listen(1).expect("a queue");
        let (address, mut queue) = (listener.local_addr().expect("its address"), Vec::new());
        while let Ok(Ok(stream)) = timeout(ANSWERED_WITHIN, TcpStream::connect(address)).await {
            queue.push(stream);
        }
        Self { address, _listener: listener, _queue: queue }
    }
}
