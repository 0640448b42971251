//! `fake-dimail`: a dimail to develop against.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use super::{CommandError, parts, say};
use crate::fake_dimail::{Fake, FakeOptions, Release};

/// A dimail to develop against: the same HTTP, its state in memory or in a file.
#[derive(Args, Debug)]
pub(super) struct FakeDimail {
    /// Address on which it listens
    #[arg(long, default_value = "127.0.0.1:8001", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Begin with an administrator's and the portal's own account
    #[arg(long, help = "Begin with the accounts admin/admin and la_regie/password")]
    seed: bool,
    /// Keep the state in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Wait this long before each answer of dimail's routes
    #[arg(long, default_value_t = 0, value_name = "MILLISECONDS")]
    delay: u64,
    /// Serve one request at a time, as dimail does
    #[arg(
        long,
        long_help = "Serve one request at a time, in the order in which they came, the delay included. What the client \
            has given up is carried out all the same, and with more than 15 requests inside nothing is served for 30 \
            seconds at a time"
    )]
    serial: bool,
    /// Imitate the server of August 2024 instead of today's
    #[arg(long, value_name = "2024", value_parser = ["2024"])]
    release: Option<String>,
}

impl FakeDimail {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let options = FakeOptions {
            seed: self.seed,
            state: self.state.clone(),
            delay: Duration::from_millis(self.delay),
            serial: self.serial,
            release: if self.release.is_some() { Release::August2024 } else { Release::Production },
            ..FakeOptions::default()
        };
        let fake = Fake::new(options)?;
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|error| CommandError::other(format!("{} can't be listened on: {error}", self.listen)))?;
        let address = listener.local_addr()?;
        say::line(format!("fake dimail on http://{address}"));
        Ok(fake.serve(listener, parts::signal()).await?)
    }
}
