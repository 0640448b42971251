//! `users`: the accounts of people.

use std::io::BufRead;

use clap::{Args, Subcommand};
use secrecy::SecretString;

use super::{Failed, parts, quiet_log, say};
use crate::actions::accounts::{self, AddError, NewAccount, Refused};
use crate::config::{Settings, WrongSetting};
use crate::i18n::Sentences;
use crate::model::address::EmailAddress;
use crate::model::user::{Language, User};
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
    /// All accounts: address, name, staff or not, closed or not, roles on domains
    List,
    /// Close an account: it can't sign in and gets no letters
    Disable {
        /// The person's address
        email: String,
    },
    /// Open a closed account again
    Enable {
        /// The person's address
        email: String,
    },
    /// Delete an account with its roles
    Remove {
        /// The person's address
        email: String,
    },
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
            Command::Disable { email } => {
                let user = known(&store, email).await?;
                let result = accounts::disable(&store, user.id).await.map_err(Failed::other)?;
                tell(&user, "disabled", result)
            }
            Command::Enable { email } => {
                let user = known(&store, email).await?;
                accounts::enable(&store, user.id).await.map_err(Failed::other)?;
                tell(&user, "enabled", Ok(()))
            }
            Command::Remove { email } => {
                let user = known(&store, email).await?;
                let result = accounts::remove(&store, user.id).await.map_err(Failed::other)?;
                tell(&user, "removed", result)
            }
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
            Err(AddError::Mistakes(mistakes)) => {
                let tell = |(field, mistake)| format!("{field}: {}", Sentences(Language::En).mistake(mistake));
                Err(WrongSetting(mistakes.iter().map(tell).collect::<Vec<_>>().join(" ")).into())
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

async fn known(store: &Store, typed: &str) -> Result<User, Failed> {
    let email = EmailAddress::parse(typed).map_err(|_| WrongSetting(format!("{typed} is no address")))?;
    let user = store.user_with_email(&email).await.map_err(Failed::other)?;
    user.ok_or_else(|| Failed::other(format!("{email} has no account")))
}

fn tell(user: &User, done: &str, result: Result<(), Refused>) -> Result<(), Failed> {
    match result {
        Ok(()) => {
            say::line(format!("{} {done}", user.email));
            Ok(())
        }
        Err(Refused::OwnedAlone(domains)) => {
            let domains = domains.join(", ");
            Err(Failed::other(format!("{} is the only active owner of {domains}: grant another one first", user.email)))
        }
    }
}

async fn list(store: &Store) -> Result<(), Failed> {
    for user in store.every_user().await.map_err(Failed::other)? {
        let staff = if user.is_staff { "\tstaff" } else { "" };
        let closed = if user.disabled_at.is_some() { "\tdisabled" } else { "" };
        let roles = store.roles_of(user.id).await.map_err(Failed::other)?;
        let roles: Vec<String> = roles.iter().map(|(domain, role)| format!("\t{domain}={role}")).collect();
        say::line(format!("{}\t{}{staff}{closed}{}", user.email, user.name, roles.concat()));
    }
    Ok(())
}
