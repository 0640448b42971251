//! `journal`: verifies the journals of domains.

use clap::{Args, Subcommand};

use super::{CommandError, parts, quiet_log, say};
use crate::config::{Settings, WrongSetting};
use crate::model::DomainName;
use crate::store::{JournalOnRecord, LineFault, Verified};

/// What operators do with journals. Runs beside a running portal.
#[derive(Args, Debug)]
pub(super) struct Journal {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the journal of a domain, or all, and compute the hash of each line again
    ///
    /// Prints one line for each journal, and names its first line that was altered, replaced, removed or added;
    /// the exit status is then 1. Journals of removed domains are verified too: how many lines they have is kept
    /// when the domain is removed, so that it shows if the last ones are missing. What cannot be seen: lines
    /// that were written anew with all hashes after them, or removed at the end together with the number that
    /// counts them, and a removed domain of which nothing is left. Compare with a backup for that.
    Verify {
        /// The domain; all that are or were here if it is left out
        domain: Option<String>,
    },
}

impl Journal {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let Command::Verify { domain } = &self.command;
        let store = parts::store(&settings).await?;
        let mut journals = store.journals_on_record().await?;
        if let Some(typed) = domain {
            let name = DomainName::parse(typed).map_err(|_| WrongSetting(format!("{typed} is not a domain name")))?;
            journals.retain(|journal| journal.name.as_ref() == Some(&name));
            if journals.is_empty() {
                return Err(CommandError::other(format!("{name} is not known here")));
            }
        }
        let mut faulty = 0;
        for journal in &journals {
            let verified = store.verify_journal(journal).await?;
            say::line(format!("{}\t{}", named(journal), found(&verified)));
            faulty += usize::from(verified.fault.is_some());
        }
        match faulty {
            0 => Ok(()),
            1 => Err(CommandError::other("1 journal is not as it was written")),
            n => Err(CommandError::other(format!("{n} journals are not as they were written"))),
        }
    }
}

fn named(journal: &JournalOnRecord) -> String {
    match (&journal.name, journal.removed_at) {
        (Some(name), None) => name.to_string(),
        (Some(name), Some(_)) => format!("{name} (removed, {})", journal.id()),
        (None, _) => format!("unknown domain {}", journal.id()),
    }
}

fn found(verified: &Verified) -> String {
    let purged = match verified.purged {
        0 => String::new(),
        purged => format!(", those up to {purged} deleted because they were old"),
    };
    match verified.fault {
        None => format!("{} lines, as they were written{purged}", verified.lines),
        Some((line, LineFault::Altered)) => format!("line {line} was altered or replaced"),
        Some((line, LineFault::Missing)) => format!("line {line} is missing"),
        Some((line, LineFault::Added)) => format!("line {line} was added"),
    }
}
