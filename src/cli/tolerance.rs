//! Parses the command line. `doctor` continues after an invalid setting, because its task is to report
//! every error. All other commands stop at the first one.

use std::ffi::OsString;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error, FromArgMatches};

use super::Cli;

/// The command that continues.
const TOLERANT: &str = "doctor";
/// An upper bound on the number of invalid settings, to end the loop.
const MOST: usize = 200;

/// Parses the command line. Also returns the errors, if the command continues despite them.
pub(super) fn parse(mut command: Command, arguments: Vec<OsString>) -> Result<(Cli, Vec<String>), Error> {
    let is_tolerant = arguments.get(1).is_some_and(|word| word == TOLERANT);
    let mut arguments = arguments;
    let mut wrong = Vec::new();
    loop {
        let error = match command.try_get_matches_from_mut(arguments.clone()) {
            Ok(matches) => return Cli::from_arg_matches(&matches).map(|cli| (cli, wrong)),
            Err(error) => error,
        };
        let Some(flag) = unreadable(&error).filter(|_| is_tolerant && wrong.len() < MOST) else { return Err(error) };
        let variable = variable_of(&command, &flag);
        wrong.push(complaint(&error, variable.as_deref().unwrap_or(&flag)));
        if !remove_flag(&mut arguments, &flag) {
            command = without_variable(command, &flag);
        }
    }
}

/// The error of a setting, in one sentence that names its variable; `None` if the error is about
/// another part of the command line.
pub(super) fn setting(error: &Error) -> Option<String> {
    let flag = unreadable(error)?;
    let variable = variable_of(&super::command(), &flag)?;
    Some(complaint(error, &variable))
}

/// The flag whose value is invalid.
fn unreadable(error: &Error) -> Option<String> {
    let kinds = [ErrorKind::ValueValidation, ErrorKind::InvalidValue, ErrorKind::InvalidUtf8];
    if !kinds.contains(&error.kind()) {
        return None;
    }
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    Some(argument.split([' ', '=']).next()?.trim_start_matches('-').to_owned())
}

/// The error in one sentence, without the value, which may be a secret.
fn complaint(error: &Error, name: &str) -> String {
    let why = std::error::Error::source(error).map(ToString::to_string);
    let possible = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(words)) if words.is_empty() => Some("it is empty".to_owned()),
        Some(ContextValue::Strings(words)) => Some(format!("possible are {}", words.join(", "))),
        _ => None,
    };
    let why = possible.or(why).unwrap_or_else(|| "it can't be read".to_owned());
    format!("{name}: {why}; see --help")
}

fn variable_of(command: &Command, flag: &str) -> Option<String> {
    let doctor = command.find_subcommand(TOLERANT)?;
    let argument = doctor.get_arguments().find(|argument| argument.get_long() == Some(flag))?;
    Some(argument.get_env()?.to_string_lossy().into_owned())
}

/// Removes a flag and its value from the arguments, if present.
fn remove_flag(arguments: &mut Vec<OsString>, flag: &str) -> bool {
    let (bare, joined) = (format!("--{flag}"), format!("--{flag}="));
    let is_it = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        argument == bare || argument.starts_with(&joined)
    };
    let Some(at) = arguments.iter().position(is_it) else { return false };
    let has_value_after = arguments.get(at).is_some_and(|argument| argument.to_string_lossy() == bare);
    arguments.remove(at);
    if has_value_after && at < arguments.len() {
        arguments.remove(at);
    }
    true
}

/// The same command, but without reading this setting from its environment variable.
fn without_variable(command: Command, flag: &str) -> Command {
    command.mut_subcommand(TOLERANT, |doctor| {
        doctor.mut_args(|argument| {
            let is_it = argument.get_long() == Some(flag);
            if is_it { argument.env(Resettable::Reset) } else { argument }
        })
    })
}
