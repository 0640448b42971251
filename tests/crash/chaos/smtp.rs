//! The SMTP server of the run, which can be away.

use std::cell::RefCell;
use std::net::SocketAddr;

use crate::support::smtp::{Protection, Received, Sink};

/// An SMTP server that comes back at the same address.
pub(super) struct Smtp {
    address: SocketAddr,
    /// The server now, after those that were stopped: they keep the emails that they accepted.
    sinks: RefCell<Vec<Sink>>,
}

impl Smtp {
    pub(super) async fn start() -> Self {
        let sink = Sink::start().await;
        Self { address: sink.address, sinks: RefCell::new(vec![sink]) }
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// From now on lines that begin with `line` get this answer; an empty one is silence.
    pub(super) fn answer(&self, line: &str, answer: &str) {
        for sink in self.sinks.borrow().iter() {
            sink.answer(line, answer);
        }
    }

    /// It answers as usual again.
    pub(super) fn behave(&self) {
        for sink in self.sinks.borrow().iter() {
            sink.behave();
        }
    }

    /// Connections are closed and refused.
    pub(super) fn stop(&self) {
        for sink in self.sinks.borrow().iter() {
            sink.stop();
        }
    }

    /// It is there again.
    pub(super) async fn start_again(&self) {
        let sink = Sink::start_at(self.address, Protection::None).await;
        self.sinks.borrow_mut().push(sink);
    }

    /// All emails that it accepted.
    pub(super) fn emails(&self) -> Vec<Received> {
        self.sinks.borrow().iter().flat_map(Sink::emails).collect()
    }
}
