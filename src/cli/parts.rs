//! Builds the parts of the portal, and runs them until a signal to stop.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::CommandError;
use crate::actions::clock_back::correct_timestamps;
use crate::actions::emails::restored::hold_in_a_copy;
use crate::actions::sync::dimail_account::AccountWithClient;
use crate::actions::{App, sync};
use crate::clock::Clock;
use crate::config::{DimailAdmin, Settings, WrongSetting, required};
use crate::dimail::{Dimail, DimailSettings};
use crate::mail::Sender;
use crate::store::{FileError, OpenError, Store, briefly, readable_by_others};
use crate::web::{Assets, Demo, Web, connections, router};
use crate::{telemetry, worker};

/// The time for sending the last responses after the worker has stopped.
const LAST_PAGES: Duration = Duration::from_secs(1);
/// How long connections are still accepted after the portal has said that it is stopping.
const LEAVING: Duration = Duration::from_secs(1);

/// The settings, with the secrets read from files.
pub(super) fn settled(settings: &Settings) -> Result<Settings, CommandError> {
    certificates()?;
    Ok(settings.clone().with_secrets_from_files()?)
}

/// Checks that the certificate authorities named in the environment are there. The TLS library goes on
/// without any, and then trusts no server.
pub(super) fn certificates() -> Result<(), WrongSetting> {
    let named = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let unreadable =
        |name: &str, path: &Path, error| WrongSetting(format!("{name}: {} can't be read: {error}", path.display()));
    if let Some(file) = named("SSL_CERT_FILE") {
        std::fs::File::open(&file).map_err(|error| unreadable("SSL_CERT_FILE", &file, error))?;
    }
    if let Some(folder) = named("SSL_CERT_DIR") {
        std::fs::read_dir(&folder).map_err(|error| unreadable("SSL_CERT_DIR", &folder, error))?;
    }
    Ok(())
}

/// Opens the configured database.
pub(super) async fn store(settings: &Settings) -> Result<Store, CommandError> {
    let store = Store::open(&settings.database_url, Clock::system()).await.map_err(not_opened)?;
    Ok(store.for_operator(&operator()))
}

/// Who runs a command, for the journal: the account of the machine, also behind sudo.
fn operator() -> String {
    let named = |variable| std::env::var(variable).ok().filter(|name| !name.trim().is_empty());
    let name = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(named);
    name.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

/// The error of a database that cannot be opened.
pub(super) fn not_opened(error: OpenError) -> CommandError {
    match error {
        OpenError::Address | OpenError::Pooler | OpenError::File(FileError::Missing | FileError::NotADatabase) => {
            CommandError::Setting(WrongSetting(error.to_string()))
        }
        other => CommandError::other(other),
    }
}

/// What is wrong with the mode of the SQLite file, if other users of the machine may read it.
pub(super) fn file_readable_by_others(settings: &Settings) -> Option<String> {
    let (path, mode) = readable_by_others(settings.database_url.expose_secret())?;
    Some(format!(
        "DATABASE_URL: other users of this machine may read or change {} (mode {mode:o}), which holds addresses and \
         hashes of passwords: set its mode, and that of the files beside it (-wal, -shm), to 600",
        path.display()
    ))
}

/// The configured client of dimail.
pub(super) fn dimail(settings: &Settings) -> Result<Dimail, CommandError> {
    let dimail = DimailSettings {
        url: required(settings.dimail_url.as_ref(), "DIMAIL_URL")?,
        username: required(settings.dimail_username.as_ref(), "DIMAIL_USERNAME")?,
        password: required(settings.dimail_password.as_ref(), "DIMAIL_PASSWORD")?,
        timeout: settings.dimail_timeout,
        concurrency: usize::from(settings.dimail_concurrency),
    };
    Dimail::new(&dimail).map_err(|error| CommandError::Setting(WrongSetting(format!("{}: {error}", error.setting()))))
}

/// A configured account at dimail, with a client that uses it.
pub(super) struct DimailAccount {
    pub(super) client: Dimail,
    name: String,
    password: SecretString,
}

impl DimailAccount {
    /// The portal's account.
    pub(super) fn own(settings: &Settings, client: &Dimail) -> Result<Self, CommandError> {
        let name = required(settings.dimail_username.as_ref(), "DIMAIL_USERNAME")?;
        let password = required(settings.dimail_password.as_ref(), "DIMAIL_PASSWORD")?;
        Ok(Self { client: client.clone(), name, password })
    }

    /// The administrator's account, if configured; its calls share the limiter of `client`.
    pub(super) fn admin(admin: &DimailAdmin, client: &Dimail) -> Result<Option<Self>, CommandError> {
        let Some((name, password)) = admin.credentials()? else { return Ok(None) };
        let client = client.with_account(&name, &password);
        let client = client.map_err(|error| WrongSetting(format!("DIMAIL_ADMIN_USERNAME: {error}")))?;
        Ok(Some(Self { client, name, password }))
    }

    pub(super) fn account(&self) -> AccountWithClient<'_> {
        AccountWithClient { client: &self.client, name: &self.name, password: &self.password }
    }
}

/// The parts for commands that call dimail but send no emails: emails stay in the outbox for the
/// portal.
pub(super) async fn app_without_emails(settings: Settings) -> Result<App, CommandError> {
    let store = store(&settings).await?;
    let dimail = dimail(&settings)?;
    Ok(App::new(store, dimail, Sender::memory(), Arc::new(settings)))
}

/// The parts for commands that only use the database and never call dimail.
pub(super) async fn app_for_store(settings: Settings) -> Result<App, CommandError> {
    let store = store(&settings).await?;
    let nowhere = DimailSettings {
        url: "http://127.0.0.1:9".to_owned(),
        username: String::new(),
        password: String::new().into(),
        timeout: settings.dimail_timeout,
        concurrency: usize::from(settings.dimail_concurrency),
    };
    let dimail = Dimail::new(&nowhere).map_err(CommandError::other)?;
    Ok(App::new(store, dimail, Sender::memory(), Arc::new(settings)))
}

/// The configured static files.
pub(super) fn assets(settings: &Settings) -> Result<Assets, CommandError> {
    Assets::find(settings.static_dir.as_deref(), settings.accent_colour.as_deref()).map_err(wrong_setting)
}

/// The static files with the configured logo.
pub(super) fn with_logo(assets: Assets, settings: &Settings) -> Result<Assets, CommandError> {
    let Some(file) = &settings.brand_logo else { return Ok(assets) };
    assets.with_logo(file).map_err(wrong_setting)
}

fn wrong_setting(error: impl std::fmt::Display) -> CommandError {
    CommandError::Setting(WrongSetting(error.to_string()))
}

/// Runs the web server and the worker until a signal to stop.
pub(super) async fn serve(
    app: App,
    assets: Assets,
    listener: TcpListener,
    demo: Option<Demo>,
    until: impl Future<Output = ()>,
) -> Result<(), CommandError> {
    correct_timestamps(&app).await?;
    hold_in_a_copy(&app).await?;
    let (stop, stopped) = watch::channel(false);
    let (close, closed) = watch::channel(false);
    let web = Web::new(app.clone(), assets, demo);
    let metrics = tokio::spawn(telemetry::keep_metrics());
    let limit = tokio::spawn(sync::limit::keep_shared(app.clone()));
    let worker = tokio::spawn(worker::run(app.clone(), stopped));
    let limits = connections::Limits::of_this_process();
    let mut served = tokio::spawn(connections::serve(listener, router(&web), limits, closed));
    until.await;
    tracing::info!("shutting down");
    // Load balancers see it before connections are refused.
    app.signs.leave();
    if stop.send(true).is_err() {
        tracing::debug!("the worker had already stopped");
    }
    tokio::time::sleep(LEAVING).await;
    if close.send(true).is_err() {
        tracing::debug!("the web server had already stopped");
    }
    // The worker finishes its current work within 8 seconds; then responses get one more second.
    drop(worker.await);
    if tokio::time::timeout(LAST_PAGES, &mut served).await.is_err() {
        served.abort();
    }
    metrics.abort();
    limit.abort();
    if let Err(fault) = briefly(sync::limit::leave(&app)).await {
        tracing::warn!(%fault, "leaving the shared limit failed; this share expires in half a minute");
    }
    app.store.close().await;
    Ok(())
}

/// Waits for SIGTERM or SIGINT. The handlers are installed by the call, not by the first poll, so a
/// signal during startup also stops the portal cleanly.
pub(super) fn signal() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).ok();
    let (interrupt, terminate) = (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    async move {
        let heard = |stream: Option<tokio::signal::unix::Signal>| async move {
            match stream {
                Some(mut stream) => drop(stream.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = heard(interrupt) => {}
            () = heard(terminate) => {}
        }
    }
}
