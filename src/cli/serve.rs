//! `serve`: the portal, from its settings.

use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::{CommandError, SESSION_LIBRARIES, parts};
use crate::actions::App;
use crate::config::{LogFormat, Settings, WrongSetting, required};
use crate::mail::Sender;
use crate::telemetry;

/// The portal, from its settings. Each is a flag or an environment variable.
#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
}

impl Serve {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let mut stop = Box::pin(parts::signal());
        let settings = parts::settled(&self.settings)?;
        telemetry::start(settings.log_format == LogFormat::Json, false, SESSION_LIBRARIES);
        required(settings.public_url.as_ref(), "PUBLIC_URL")?;
        required(settings.webmail_url.as_ref(), "WEBMAIL_URL")?;
        let dimail = parts::dimail(&settings)?;
        let smtp_url = required(settings.smtp_url.as_ref(), "SMTP_URL")?;
        let from = required(settings.mail_from.as_ref(), "MAIL_FROM")?;
        let sender =
            Sender::smtp(&smtp_url, &from, &settings.smtp_hello()).map_err(|error| WrongSetting(error.to_string()))?;
        let assets = parts::with_logo(parts::assets(&settings)?, &settings)?;
        // Migrating a large database takes long.
        let store = tokio::select! {
            opened = parts::store(&settings) => opened?,
            () = &mut stop => return Ok(()),
        };
        let listener = TcpListener::bind(settings.listen)
            .await
            .map_err(|error| WrongSetting(format!("LISTEN: {} can't be listened on: {error}", settings.listen)))?;
        let listen = listener.local_addr()?;
        tracing::info!(%listen, public_url = settings.public_url(), "the portal is ready");
        if settings.lacks_proxy() {
            tracing::warn!(
                "PUBLIC_URL is https and TRUSTED_PROXIES is empty: all visitors count as one when wrong passwords are \
                 counted; set it to the addresses of the proxies in front of the portal"
            );
        }
        if let Some(warning) = parts::file_readable_by_others(&settings) {
            tracing::warn!("{warning}");
        }
        let app = App::new(store, dimail, sender, Arc::new(settings));
        parts::serve(app, assets, listener, None, stop).await
    }
}
