//! `emails`: the emails that are held after the database was restored from a backup.

use clap::{Args, Subcommand};

use super::{CommandError, parts, quiet_log, say};
use crate::actions::emails::restored;
use crate::config::Settings;
use crate::i18n::Sentences;
use crate::model::Language;
use crate::store::Store;

/// What operators do with emails that may have left before the database was restored from a backup.
/// Runs beside a running portal.
#[derive(Args, Debug)]
pub(super) struct Emails {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The emails that are held: when they were stored, recipient, domain
    Held,
    /// Hold all emails that wait: for a database restored in a way that the portal does not notice
    Hold,
    /// Let the held emails leave; those that left already leave a second time, with the same Message-ID
    Release,
    /// Withdraw the held emails: they do not leave
    Withdraw,
}

impl Emails {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let store = parts::store(&settings).await?;
        let done = match self.command {
            Command::Held => return list(&store, &settings).await,
            Command::Hold => format!("{} held", restored::hold(&store).await?),
            Command::Release => format!("{} released", restored::release(&store).await?),
            Command::Withdraw => format!("{} withdrawn", restored::withdraw(&store).await?),
        };
        say::line(done);
        Ok(())
    }
}

async fn list(store: &Store, settings: &Settings) -> Result<(), CommandError> {
    for email in store.held_emails().await? {
        let at = Sentences::new(Language::En).timestamp(email.created_at, &settings.time_zone);
        say::line(format!("{at}\t{}\t{}", email.recipient, email.domain.unwrap_or_default()));
    }
    Ok(())
}
