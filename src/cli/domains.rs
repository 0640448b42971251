//! `domains`: commands for operators about domains.

use clap::{Args, Subcommand};

use super::check::check_and_print;
use super::import::Import;
use super::users::{is_owner, unconfirmed};
use super::{CommandError, parts, quiet_log, say};
use crate::actions::{App, Error, domains};
use crate::config::{Settings, WrongSetting};
use crate::model::{Domain, DomainName, DomainStatus, EmailAddress, Language, Refusal, Role, Why};
use crate::store::Store;

/// What operators do with domains. Runs beside a running portal.
#[derive(Args, Debug)]
pub(super) struct Domains {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All domains: name, status, number of mailboxes
    List,
    /// Check one domain now, or all that are not closed
    Check {
        /// The domain
        domain: Option<String>,
    },
    /// Close a domain: nothing can be created on it any more
    Disable {
        /// The domain
        domain: String,
        /// Why; its owners read it
        #[arg(long)]
        reason: String,
    },
    /// Open a closed domain again; the check decides what it becomes
    Enable {
        /// The domain
        domain: String,
    },
    /// Adopt a domain that dimail has already, with its mailboxes; may be repeated. Without --yes, shows where a new
    /// owner's address leads and changes nothing
    Import(Import),
    /// Give a person a role on a domain; without --yes, shows where a new owner's address leads and changes nothing
    Grant {
        /// The domain
        domain: String,
        /// The person's address
        email: String,
        /// The role
        #[arg(value_parser = ["owner", "administrator", "viewer"])]
        role: String,
        /// For an owner: confirm that only this person reads the emails sent to that address
        #[arg(long)]
        yes: bool,
    },
}

impl Domains {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        match &self.command {
            Command::List => list(&parts::store(&settings).await?).await,
            Command::Grant { domain, email, role, yes } => {
                let store = parts::store(&settings).await?;
                grant(&store, domain, (email, role, *yes), settings.default_language).await
            }
            Command::Import(import) => import.run(&parts::app_without_emails(settings).await?).await,
            Command::Check { domain } => check(&parts::app_without_emails(settings).await?, domain.as_deref()).await,
            Command::Disable { domain, reason } => {
                disable(&parts::app_for_store(settings).await?, domain, reason).await
            }
            Command::Enable { domain } => enable(&parts::app_without_emails(settings).await?, domain).await,
        }
    }
}

async fn list(store: &Store) -> Result<(), CommandError> {
    for domain in store.every_domain().await? {
        say::line(format!("{}\t{}\t{}", domain.name, domain.status, domain.mailboxes));
    }
    Ok(())
}

async fn named(store: &Store, typed: &str) -> Result<Domain, CommandError> {
    let name = DomainName::parse(typed).map_err(|_| WrongSetting(format!("{typed} is not a domain name")))?;
    let domain = store.domain_named(&name).await?;
    domain.ok_or_else(|| CommandError::other(format!("{name} is not known here")))
}

async fn grant(
    store: &Store,
    domain: &str,
    (email, role, yes): (&str, &str, bool),
    language: Language,
) -> Result<(), CommandError> {
    let domain = named(store, domain).await?;
    let address = EmailAddress::parse(email).map_err(|_| WrongSetting(format!("{email} is not an address")))?;
    let role: Role = role.parse().map_err(|_| WrongSetting(format!("{role} is not a role")))?;
    let user = store.user_with_email(&address).await?;
    let user = user.ok_or_else(|| CommandError::other(format!("{address} has no account")))?;
    if role == Role::Owner && !yes && !is_owner(store, &user, &domain.name).await? {
        return Err(unconfirmed(store, &address).await?);
    }
    match domains::grant::grant(store, domain.id, &user, role, language).await {
        Err(Error::Refused(Refusal::Conflict(Why::LastOwner))) => {
            return Err(CommandError::other("this is the only active owner: grant another one first"));
        }
        granted => granted?,
    }
    say::line(format!("{} is {role} of {}", user.email, domain.name));
    Ok(())
}

async fn check(app: &App, domain: Option<&str>) -> Result<(), CommandError> {
    let all = match domain {
        Some(typed) => vec![named(&app.store, typed).await?],
        None => app.store.every_domain().await?,
    };
    let mut unanswered = 0;
    for domain in all {
        if domain.status == DomainStatus::Disabled {
            say::line(format!("{}\tdisabled: not checked", domain.name));
        } else if !check_and_print(app, &domain).await? {
            unanswered += 1;
        }
    }
    if unanswered > 0 { Err(CommandError::other(format!("{unanswered} without a result"))) } else { Ok(()) }
}

async fn disable(app: &App, domain: &str, reason: &str) -> Result<(), CommandError> {
    let domain = named(&app.store, domain).await?;
    if reason.trim().is_empty() {
        return Err(WrongSetting("--reason is empty: the owners read it".to_owned()).into());
    }
    let moved = domains::close::disable(app, domain.id, reason.trim()).await?;
    say::line(format!("{}\t{}", domain.name, if moved { "disabled" } else { "disabled already" }));
    Ok(())
}

async fn enable(app: &App, domain: &str) -> Result<(), CommandError> {
    let domain = named(&app.store, domain).await?;
    if !domains::close::enable(app, domain.id).await? {
        say::line(format!("{}\t{}: not disabled", domain.name, domain.status));
        return Ok(());
    }
    if check_and_print(app, &domain).await? {
        Ok(())
    } else {
        Err(CommandError::other("it is open again, and will be checked as soon as dimail answers"))
    }
}
