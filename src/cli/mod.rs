//! The door for operators: the commands.
//!
//! Must not know: SQL, pages. A command reads its settings, brings the parts together, and says
//! in plain lines what it did.

mod bootstrap;
mod demo;
mod doctor;
mod domains;
mod fake_dimail;
mod import;
mod parts;
mod rounds;
mod sample;
mod say;
mod serve;
mod setup_db;
mod tolerance;
mod users;

use std::process::ExitCode;

use clap::builder::Resettable;
use clap::{CommandFactory, Parser, Subcommand};

use crate::config::{LogFormat, WrongSetting};

/// Settings or arguments are wrong: the exit status that clap uses too.
const WRONG: u8 = 2;

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
}

/// Why a command failed, in one sentence.
#[derive(Debug, thiserror::Error)]
enum Failed {
    /// A setting is wrong or missing.
    #[error(transparent)]
    Setting(#[from] WrongSetting),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Failed {
    fn other(error: impl std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }
}

/// Runs the command of the command line.
#[must_use]
pub fn main() -> ExitCode {
    let (cli, wrong) = match tolerance::parse(command(), std::env::args_os().collect()) {
        Ok(read) => read,
        Err(error) => match tolerance::setting(&error) {
            Some(complaint) => return failed(&WrongSetting(complaint).into()),
            None => error.exit(),
        },
    };
    // One provider of TLS for all clients; it can only be there already in tests.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&Failed::other(error)),
    };
    match runtime.block_on(run(cli.command, wrong)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// An empty variable is none: compose files and unit files leave them so.
fn heeded(setting: clap::Arg) -> clap::Arg {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    if setting.get_env().is_some_and(is_empty) { setting.env(Resettable::Reset) } else { setting }
}

fn failed(error: &Failed) -> ExitCode {
    say::error(error);
    match error {
        Failed::Setting(_) => ExitCode::from(WRONG),
        Failed::Other(_) => ExitCode::FAILURE,
    }
}

/// The command line. Settings may stand before and after the words of a command.
fn command() -> clap::Command {
    let anywhere = |command: clap::Command| command.mut_args(|setting| setting.global(true));
    let command = Cli::command().mut_subcommands(|command| command.mut_args(heeded));
    command.mut_subcommand("users", anywhere).mut_subcommand("domains", anywhere)
}

async fn run(command: Command, wrong: Vec<String>) -> Result<(), Failed> {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::FakeDimail(fake) => fake.run().await,
        Command::Bootstrap(bootstrap) => bootstrap.run().await,
        Command::DimailSetupDb(setup) => setup.run().await,
        Command::Doctor(doctor) => doctor.run(wrong).await,
        Command::Users(users) => users.run().await,
        Command::Domains(domains) => domains.run().await,
    }
}

/// How a command that is not the portal itself logs: only what goes wrong.
fn quiet_log(format: LogFormat) {
    crate::telemetry::start(format, true);
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
