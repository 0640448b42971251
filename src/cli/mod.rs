//! The commands for operators.
//!
//! Does not know SQL or pages. A command reads its settings, builds the parts of the portal that it
//! needs, and prints one line for each thing it did.

mod backup;
mod bootstrap;
mod check;
mod demo;
mod doctor;
mod domains;
mod emails;
mod fake_dimail;
mod import;
mod journal;
mod parts;
mod rounds;
mod sample;
mod say;
mod serve;
mod setup_db;
mod tolerance;
mod users;

use std::process::ExitCode;
use std::time::Duration;

use clap::builder::Resettable;
use clap::{CommandFactory, Parser, Subcommand};

use crate::actions::Error;
use crate::config::{LogFormat, WrongSetting};
use crate::i18n::Sentences;
use crate::model::{FieldErrors, Language, Refusal};

/// The exit status for wrong settings or arguments, the same as clap's.
const WRONG: u8 = 2;

/// The libraries of sessions are not heard: they warn of each cookie that they do not know, which any visitor can send
/// at will, and log each fault of the database twice that `web::session` has logged.
const SESSION_LIBRARIES: &str = "tower_sessions=off,tower_sessions_core=off,axum_login=off";

/// The portal where public administrations manage their mail domains.
#[derive(Debug, Parser)]
#[command(name = "dimail-portal", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything at once, nothing to prepare: sample domains, people and mailboxes, a fake dimail
    Demo(demo::Demo),
    /// The portal, from its settings
    Serve(serve::Serve),
    /// A dimail to develop against: it speaks the same HTTP and has no mail behind it
    FakeDimail(fake_dimail::FakeDimail),
    /// Prepare an empty installation: database, account at dimail, first staff account, first domain
    Bootstrap(bootstrap::Bootstrap),
    /// Fill dimail with all the content of the portal's database
    DimailSetupDb(setup_db::SetupDb),
    /// Tell what is right and wrong with settings, database, dimail and SMTP
    Doctor(doctor::Doctor),
    /// The accounts of people
    Users(users::Users),
    /// The domains, for operators
    Domains(domains::Domains),
    /// The journals of domains
    Journal(journal::Journal),
    /// A copy of the embedded database while it runs
    Backup(backup::Backup),
    /// The emails that are held after the database was restored from a backup
    Emails(emails::Emails),
}

/// Why a command failed, in one sentence.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    /// A setting is wrong or missing.
    #[error(transparent)]
    Setting(#[from] WrongSetting),
    /// An action was refused or failed.
    #[error(transparent)]
    Action(Error),
    /// A file or a socket cannot be used.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl CommandError {
    fn other(error: impl std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }
}

impl<E: Into<Error>> From<E> for CommandError {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Refused(Refusal::Invalid(errors)) => WrongSetting(in_words(&errors)).into(),
            error => Self::Action(error),
        }
    }
}

/// Field errors in arguments, as one sentence.
fn in_words(errors: &FieldErrors) -> String {
    let sentence = |(field, error)| format!("{field}: {}", Sentences::new(Language::En).field_error(error));
    errors.iter().map(sentence).collect::<Vec<_>>().join(" ")
}

/// Runs the command of the command line.
pub fn main() -> ExitCode {
    let (cli, wrong) = match tolerance::parse(command(), std::env::args_os().collect()) {
        Ok(read) => read,
        Err(error) => match tolerance::setting(&error) {
            Some(complaint) => return failed(&WrongSetting(complaint).into()),
            None => error.exit(),
        },
    };
    // One TLS provider for all clients; an error means that it is already installed, which happens in
    // tests.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&CommandError::other(error)),
    };
    let ended = runtime.block_on(run(cli.command, wrong));
    // Without waiting for a name server that does not answer.
    runtime.shutdown_timeout(Duration::from_millis(200));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Ignores an empty environment variable: compose files and unit files often leave them empty.
fn heeded(setting: clap::Arg) -> clap::Arg {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    if setting.get_env().is_some_and(is_empty) { setting.env(Resettable::Reset) } else { setting }
}

fn failed(error: &CommandError) -> ExitCode {
    say::error(error);
    match error {
        CommandError::Setting(_) => ExitCode::from(WRONG),
        _ => ExitCode::FAILURE,
    }
}

/// The command line. Settings are accepted before and after the subcommand.
fn command() -> clap::Command {
    let anywhere = |command: clap::Command| command.mut_args(|setting| setting.global(true));
    let command = Cli::command().mut_subcommands(|command| command.mut_args(heeded));
    command
        .mut_subcommand("users", anywhere)
        .mut_subcommand("domains", anywhere)
        .mut_subcommand("emails", anywhere)
        .mut_subcommand("journal", anywhere)
}

async fn run(command: Command, wrong: Vec<String>) -> Result<(), CommandError> {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::FakeDimail(fake) => fake.run().await,
        Command::Bootstrap(bootstrap) => bootstrap.run().await,
        Command::DimailSetupDb(setup) => setup.run().await,
        Command::Doctor(doctor) => doctor.run(wrong).await,
        Command::Users(users) => users.run().await,
        Command::Domains(domains) => Box::pin(domains.run()).await,
        Command::Journal(journal) => journal.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Emails(emails) => emails.run().await,
    }
}

/// Logging for commands other than the portal itself: warnings and errors only.
fn quiet_log(format: LogFormat) {
    crate::telemetry::start(format == LogFormat::Json, true, SESSION_LIBRARIES);
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    #[test]
    fn the_command_line_is_sound() {
        super::command().debug_assert();
    }

    #[test]
    fn settings_stand_before_and_after_what_is_to_be_done() {
        let setting = ["--brand-name", "Ici"];
        let lines =
            [[&["it", "users"][..], &setting, &["list"]].concat(), [&["it", "users", "list"][..], &setting].concat()];
        for line in lines {
            let matches = super::command().get_matches_from(&line);
            let cli = super::Cli::from_arg_matches(&matches).expect("a command");
            assert!(format!("{cli:?}").contains("\"Ici\""), "{line:?}");
        }
    }
}
