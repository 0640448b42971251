//! `demo`: starts everything at once, without any preparation.

use std::future::pending;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use super::{CommandError, parts, quiet_log, sample, say};
use crate::actions::App;
use crate::config::Settings;
use crate::fake_dimail::{Fake, FakeOptions};
use crate::mail::Sender;
use crate::web::{Demo as DemoWorld, Published};

/// The errors that a check reports for a domain whose records are not published yet.
const UNPUBLISHED: [&str; 6] = ["no_mx", "no_cname_imap", "no_cname_smtp", "no_cname_webmail", "no_spf", "no_dkim"];

/// Where people of the demonstration get help.
const SUPPORT: &str = "mailto:aide@portail.example";

/// Everything at once, nothing to prepare: sample domains, people and mailboxes, a fake dimail.
#[derive(Args, Debug)]
pub(super) struct Demo {
    /// Folder that keeps the database between two runs [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

impl Demo {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        quiet_log(self.settings.log_format);
        let (folder, temporary) = match &self.data {
            Some(folder) => (folder.clone(), false),
            None => (std::env::temp_dir().join(format!("dimail-portal-demo-{}", std::process::id())), true),
        };
        std::fs::create_dir_all(&folder)?;
        let result = self.run_in(&folder).await;
        if temporary {
            drop(std::fs::remove_dir_all(&folder));
        }
        result
    }

    async fn run_in(&self, folder: &std::path::Path) -> Result<(), CommandError> {
        let stop = parts::signal();
        let dimail = start_fake(folder.join("dimail.json")).await?;
        let listener = listen(self.settings.listen).await?;
        let address = listener.local_addr()?;
        let mut settings = self.settings.clone();
        settings.listen = address;
        settings.public_url = Some(settings.public_url.unwrap_or_else(|| format!("http://{address}")));
        settings.support_url.get_or_insert_with(|| SUPPORT.to_owned());
        settings.webmail_url = Some(format!("http://{dimail}"));
        settings.dimail_url = Some(format!("http://{dimail}"));
        settings.dimail_username = Some("la_regie".to_owned());
        settings.dimail_password = Some("password".into());
        settings.database_url = format!("sqlite://{}", folder.join("portal.db").display()).into();
        let assets = parts::with_logo(parts::assets(&settings)?, &settings)?;
        let store = parts::store(&settings).await?;
        let client = parts::dimail(&settings)?;
        let app = App::new(store, client, Sender::memory(), Arc::new(settings));
        let world = sample::World::new(dimail);
        say::line("Preparing the sample domains …");
        sample::fill(&app, &world).await?;
        greet(&app);
        let publish = move |domain: String| -> Published {
            let world = world.clone();
            Box::pin(async move { world.publish(&domain).await })
        };
        parts::serve(app, assets, listener, Some(DemoWorld::new(publish)), stop).await
    }
}

fn greet(app: &App) {
    say::line("");
    say::line(format!("The portal is at {}", app.settings.public_url()));
    say::line("");
    say::line(format!("Sign in with the password \"{}\" as:", sample::PASSWORD));
    for person in sample::PEOPLE {
        say::line(format!("  {:<22} {}", person.email, person.about));
    }
    say::line("");
    say::line(format!("Emails that were sent: {}/outbox", app.settings.public_url()));
    say::line("Stop with Ctrl-C.");
}

/// Starts the fake dimail on a port of its own, where new domains have no DNS records yet.
async fn start_fake(state: PathBuf) -> Result<SocketAddr, CommandError> {
    let options = FakeOptions {
        seed: true,
        state: Some(state),
        delay: Duration::ZERO,
        unpublished: UNPUBLISHED.map(str::to_owned).into(),
        ..FakeOptions::default()
    };
    let fake = Fake::new(options)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(fake.serve(listener, pending()));
    Ok(address)
}

/// Listens on the wanted address, or on another port if it is in use.
async fn listen(wanted: SocketAddr) -> Result<TcpListener, CommandError> {
    match TcpListener::bind(wanted).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Ok(TcpListener::bind(SocketAddr::new(wanted.ip(), 0)).await?)
        }
        listener => Ok(listener?),
    }
}
