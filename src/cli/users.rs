//! `users`: the accounts of people.

use std::io::BufRead;

use clap::{Args, Subcommand};
use secrecy::SecretString;

use super::{Failed, parts, quiet_log, say};
use crate::actions::accounts::{self, AddError, NewAccount};
use crate::config::{Settings, WrongSetting};
use crate::i18n::Sentences;
use crate::model::user::Language;
use crate::store::Store;

/// The accounts of people.
#[derive(Args, Debug)]
pub(super) struct Users {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an account
    Add(Add),
    /// All accounts: address, name, staff or not, closed or not
    List,
}

#[derive(Args, Debug)]
struct Add {
    /// The address with which the person signs in
    email: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// The person operates the portal
    #[arg(long)]
    staff: bool,
    /// The person's language
    #[arg(long, value_parser = ["fr", "en"])]
    language: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl Users {
    pub(super) async fn run(&self) -> Result<(), Failed> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let store = parts::store(&settings).await?;
        match &self.command {
            Command::Add(add) => add.run(&store).await,
            Command::List => list(&store).await,
        }
    }
}

impl Add {
    async fn run(&self, store: &Store) -> Result<(), Failed> {
        let new = NewAccount {
            email: &self.email,
            name: &self.name,
            password: first_line_of_input()?,
            is_staff: self.staff,
            language: self.language.as_deref().and_then(Language::from_code),
        };
        match accounts::add(store, new).await {
            Ok(_) => {
                say::line(format!("{} created", self.email));
                Ok(())
            }
            Err(AddError::Mistake(field, mistake)) => {
                let sentence = Sentences(Language::En).mistake(&mistake);
                Err(WrongSetting(format!("{field}: {sentence}")).into())
            }
            Err(error) => Err(Failed::other(error)),
        }
    }
}

/// A password: the first line of standard input.
fn first_line_of_input() -> Result<SecretString, Failed> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failed::other)?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}

async fn list(store: &Store) -> Result<(), Failed> {
    for user in store.every_user().await.map_err(Failed::other)? {
        let staff = if user.is_staff { "\tstaff" } else { "" };
        let closed = if user.disabled_at.is_some() { "\tdisabled" } else { "" };
        say::line(format!("{}\t{}{staff}{closed}", user.email, user.name));
    }
    Ok(())
}
