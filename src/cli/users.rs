//! `users`: commands for operators about accounts.

use std::io::BufRead;

use clap::{Args, Subcommand};
use secrecy::SecretString;

use super::{CommandError, parts, quiet_log, say};
use crate::actions::accounts::manage::AccountChange;
use crate::actions::accounts::new::NewAccount;
use crate::actions::{self, Error, accounts};
use crate::config::{Settings, WrongSetting};
use crate::i18n::Sentences;
use crate::model::{DomainName, EmailAddress, Language, Refusal, Role, User, UserId, Why};
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
    /// Let a person operate the portal; without --yes, shows where their address leads and changes nothing
    Promote {
        /// The person's address
        email: String,
        /// Confirm that only this person reads the emails sent to that address
        #[arg(long)]
        yes: bool,
    },
    /// Let a person no longer operate the portal; invitations they sent as staff are withdrawn
    Demote {
        /// The person's address
        email: String,
    },
    /// Give an account a password: its sessions end, and the person is told by email
    SetPassword {
        /// The person's address
        email: String,
        /// Read the password from the first line of standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Give an account another address: its sessions end, its roles stay
    ChangeAddress {
        /// The address until now
        old: String,
        /// The address from now on; the person sees the open invitations to it
        new: String,
    },
    /// Close an account: it can't sign in and gets no emails
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
    /// With --staff: confirm that only this person reads the emails sent to that address
    #[arg(long)]
    yes: bool,
    /// The person's language
    #[arg(long, value_parser = ["fr", "en"])]
    language: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl Users {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let store = parts::store(&settings).await?;
        match &self.command {
            Command::Add(add) => add.run(&store, settings.default_language).await,
            Command::List => list(&store).await,
            Command::Promote { email, yes } => promote(&store, email, *yes, settings.default_language).await,
            Command::Demote { email } => demote(&store, email).await,
            Command::SetPassword { email, .. } => set_password(&store, email, settings.default_language).await,
            Command::ChangeAddress { old, new } => change_address(&store, old, new).await,
            Command::Disable { email } => change(&store, email, "disabled", accounts::manage::disable).await,
            Command::Enable { email } => change(&store, email, "enabled", accounts::manage::enable).await,
            Command::Remove { email } => change(&store, email, "removed", accounts::manage::remove).await,
        }
    }
}

impl Add {
    async fn run(&self, store: &Store, language: Language) -> Result<(), CommandError> {
        let email = address(&self.email)?;
        if self.staff && !self.yes && store.user_with_email(&email).await?.is_none() {
            return Err(unconfirmed(store, &email).await?);
        }
        let new = NewAccount {
            email: &self.email,
            name: &self.name,
            password: first_line_of_input()?,
            is_staff: self.staff,
            language: self.language.as_deref().and_then(Language::from_code),
        };
        if accounts::manage::add(store, new, language).await? == AccountChange::Present {
            return Err(CommandError::other(format!("{} has an account already", address(&self.email)?)));
        }
        say::line(format!("{} created", self.email));
        Ok(())
    }
}

async fn promote(store: &Store, email: &str, yes: bool, language: Language) -> Result<(), CommandError> {
    let user = known(store, email).await?;
    if !user.is_staff && !yes {
        return Err(unconfirmed(store, &address(email)?).await?);
    }
    let words = match accounts::manage::promote(store, &user, language).await? {
        AccountChange::Made => "promoted: operates the portal now",
        AccountChange::Present => "operates the portal already",
    };
    say::line(format!("{} {words}", user.email));
    if user.disabled_at.is_some() {
        say::line(format!("{} is disabled, and can't sign in before `users enable`", user.email));
    }
    Ok(())
}

async fn demote(store: &Store, email: &str) -> Result<(), CommandError> {
    let user = known(store, email).await?;
    let words = match accounts::manage::demote(store, &user).await? {
        AccountChange::Made => "demoted: no longer operates the portal",
        AccountChange::Present => "does not operate the portal already",
    };
    say::line(format!("{} {words}", user.email));
    let users = store.every_user().await?;
    if !users.iter().any(|user| user.is_staff && user.disabled_at.is_none()) {
        say::line("nobody with an active account operates the portal now; `users promote` changes that");
    }
    Ok(())
}

async fn set_password(store: &Store, email: &str, language: Language) -> Result<(), CommandError> {
    let user = known(store, email).await?;
    let password = first_line_of_input()?;
    accounts::reset_password::set_by_operator(store, &user, password, language).await?;
    say::line(format!("{} password set, sessions ended", user.email));
    Ok(())
}

async fn change_address(store: &Store, old: &str, new: &str) -> Result<(), CommandError> {
    let (from, to) = (address(old)?, address(new)?);
    let read = async |email| store.user_with_email(email).await;
    let (user, other) = (read(&from).await?, read(&to).await?);
    let Some(user) = user else {
        if other.is_some() {
            // The command was run before, or the change was made in another way.
            say::line(format!("{from} has no account, {to} has one already: nothing changed"));
            return Ok(());
        }
        return Err(CommandError::other(format!("{from} has no account")));
    };
    if user.email == to.to_string() {
        say::line(format!("{to} is the address already"));
        return Ok(());
    }
    if !accounts::manage::change_address(store, &user, &to).await? {
        return Err(CommandError::other(format!("{to} has an account of its own already")));
    }
    say::line(format!("{} is now {to}, sessions ended", user.email));
    Ok(())
}

/// Reads a password from the first line of standard input.
pub(super) fn first_line_of_input() -> Result<SecretString, CommandError> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(CommandError::other)?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}

/// Prints where an address leads, and asks for `--yes`: a person who reads what arrives there can take over the
/// account.
pub(super) async fn unconfirmed(store: &Store, email: &EmailAddress) -> Result<CommandError, CommandError> {
    let (leads, s) = (store.leads(email).await?, Sentences::new(Language::En));
    let intro = if leads.is_empty() { "leads-none" } else { "owner-confirm-reads" };
    say::line(s.t1(intro, "email", email.to_string()));
    for lead in &leads {
        say::line(s.lead(email.domain(), lead, true));
    }
    Ok(WrongSetting("nothing changed: check who reads at that address, then repeat the command with --yes".to_owned())
        .into())
}

/// Whether a person owns a domain already, so that making them its owner needs no confirmation.
pub(super) async fn is_owner(store: &Store, user: &User, domain: &DomainName) -> Result<bool, CommandError> {
    let roles = store.roles_of(user.id).await?;
    Ok(roles.iter().any(|(name, role)| name == domain.as_str() && *role == Role::Owner))
}

fn address(typed: &str) -> Result<EmailAddress, CommandError> {
    Ok(EmailAddress::parse(typed).map_err(|_| WrongSetting(format!("{typed} is not an address")))?)
}

async fn known(store: &Store, typed: &str) -> Result<User, CommandError> {
    let email = address(typed)?;
    let user = store.user_with_email(&email).await?;
    user.ok_or_else(|| CommandError::other(format!("{email} has no account")))
}

async fn change(
    store: &Store,
    email: &str,
    done: &str,
    action: impl AsyncFn(&Store, UserId) -> actions::Result<()>,
) -> Result<(), CommandError> {
    let user = known(store, email).await?;
    match action(store, user.id).await {
        Err(Error::Refused(Refusal::Conflict(Why::OnlyOwnerOf(domains)))) => Err(CommandError::other(format!(
            "{} is the only active owner of {}: grant another one first",
            user.email,
            domains.join(", ")
        ))),
        changed => {
            changed?;
            say::line(format!("{} {done}", user.email));
            Ok(())
        }
    }
}

async fn list(store: &Store) -> Result<(), CommandError> {
    for user in store.every_user().await? {
        let staff = if user.is_staff { "\tstaff" } else { "" };
        let closed = if user.disabled_at.is_some() { "\tdisabled" } else { "" };
        let roles = store.roles_of(user.id).await?;
        let roles: Vec<String> = roles.iter().map(|(domain, role)| format!("\t{domain}={role}")).collect();
        say::line(format!("{}\t{}{staff}{closed}{}", user.email, user.name, roles.concat()));
    }
    Ok(())
}
