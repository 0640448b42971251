//! A stream that ends with an error when the server sends too much at once: lettre reads a reply up to
//! the end of its line, however long that is.

#![expect(deprecated, reason = "lettre has no other way to a stream that speaks TLS before the greeting")]

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{AsyncNetworkStream, AsyncTokioStream, TlsParameters};
use tokio::io::{AsyncRead, AsyncWrite, Error, ReadBuf, Result};
use tokio::net::ToSocketAddrs;
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt};

/// The longest reply to a command, in bytes. RFC 5321 (4.5.3.1.5) allows 512 for a line.
const REPLY_MAX: usize = 64 * 1024;

/// A connection to an SMTP server.
#[derive(Debug)]
pub(super) struct Bounded {
    stream: Compat<AsyncNetworkStream>,
    /// How much may still be read before the next write.
    left: usize,
}

impl Bounded {
    /// Connects to the first address of `place` that answers within `limit`, with TLS from the first byte if
    /// `tls` is given.
    pub(super) async fn connect(
        place: impl ToSocketAddrs,
        limit: Duration,
        tls: Option<TlsParameters>,
    ) -> std::result::Result<Self, SmtpError> {
        let stream = AsyncNetworkStream::connect_tokio1(place, Some(limit), tls, None).await?;
        Ok(Self { stream: stream.compat(), left: REPLY_MAX })
    }
}

impl AsyncRead for Bounded {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = to.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, to);
        match self.left.checked_sub(to.filled().len().saturating_sub(before)) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Err(Error::other("the reply is too long"))),
        }
        read
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.left = REPLY_MAX;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Bounded {
    fn peer_addr(&self) -> Result<SocketAddr> {
        self.stream.get_ref().peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lettre::transport::smtp::client::AsyncTokioStream;
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    use super::Bounded;
    use crate::silent_address::Silent;

    /// Longer than one address may take, and shorter than the system waits for one.
    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn an_address_without_answer_does_not_hide_the_next() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let answers = listener.local_addr().expect("its address");
        let silent = Silent::new().await;
        let addresses = [silent.address, answers];
        let connected = timeout(SOON, Bounded::connect(&addresses[..], Duration::from_millis(300), None)).await;
        let stream = connected.expect("within the limit").expect("a connection");
        assert_eq!(stream.peer_addr().expect("an address"), answers);
    }
}
