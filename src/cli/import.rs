//! `domains import`: imports a domain that dimail already has.

use clap::Args;

use super::check::check_and_print;
use super::users::{is_owner, unconfirmed};
use super::{CommandError, say};
use crate::actions::domains::import::{AdoptError, Adopted, ImportRequest};
use crate::actions::{App, domains};
use crate::config::WrongSetting;
use crate::model::{DomainName, DomainStatus, EmailAddress, Unfit};

/// Imports a domain that dimail has already.
#[derive(Args, Debug)]
pub(super) struct Import {
    /// The domain
    domain: String,
    /// Who becomes its owner; must have an account here
    #[arg(long, value_name = "EMAIL")]
    owner: String,
    /// Where the portal writes when its status changes, outside of the domain [default: the owner's address]
    #[arg(long, value_name = "EMAIL")]
    support_email: Option<String>,
    /// For a new owner: confirm that only this person reads the emails sent to that address
    #[arg(long)]
    yes: bool,
}

impl Import {
    pub(super) async fn run(&self, app: &App) -> Result<(), CommandError> {
        let name = DomainName::parse(&self.domain);
        let name = name.map_err(|_| WrongSetting(format!("{} is not a domain name", self.domain)))?;
        let owner = address(&self.owner)?;
        let support_email = self.support_email.as_deref().map_or_else(|| Ok(owner.clone()), address)?;
        let found = app.store.credentials(&owner).await?;
        let person =
            found.ok_or_else(|| CommandError::other(format!("{owner} has no account, or a closed one")))?.person;
        if !self.yes && !is_owner(&app.store, person.user(), &name).await? {
            return Err(unconfirmed(&app.store, &owner).await?);
        }
        let wanted = ImportRequest { name, owner: person, support_email };
        let adopted = domains::import::adopt(app, &wanted).await.map_err(|error| match error {
            AdoptError::SupportInside(_) => CommandError::Setting(WrongSetting(error.to_string())),
            other => CommandError::other(other),
        })?;
        say::line(format!("domain {}\t{}", wanted.name, word(adopted.domain)));
        say::line(format!("owner {}\t{}", wanted.owner.user().email, word(adopted.owner)));
        for (address, what) in &adopted.mailboxes {
            say::line(format!("mailbox {address}\t{}", word(*what)));
        }
        for (pair, what) in &adopted.aliases {
            say::line(format!("alias {pair}\t{}", word(*what)));
        }
        let all = adopted.mailboxes.iter().chain(&adopted.aliases);
        let skipped = all.filter(|(_, what)| matches!(what, Adopted::Skipped(_))).count();
        let domain = app.store.domain_of(adopted.id).await?;
        match domain.filter(|domain| domain.status != DomainStatus::Disabled) {
            Some(domain) if !check_and_print(app, &domain).await? => {
                Err(CommandError::other("the domain will be checked as soon as dimail answers"))
            }
            _ if skipped > 0 => Err(CommandError::other(format!("{skipped} skipped"))),
            _ => Ok(()),
        }
    }
}

fn address(typed: &str) -> Result<EmailAddress, CommandError> {
    EmailAddress::parse(typed).map_err(|_| WrongSetting(format!("{typed} is not an address")).into())
}

fn word(adopted: Adopted) -> &'static str {
    match adopted {
        Adopted::Created => "created",
        Adopted::Present => "present",
        Adopted::Skipped(Unfit::LocalPart) => "skipped: the portal does not accept this local part",
        Adopted::Skipped(Unfit::Destination) => "skipped: the portal does not accept this destination",
        Adopted::Skipped(Unfit::Capitals) => "skipped: dimail writes it with capitals, and distinguishes capitals here",
        Adopted::Skipped(Unfit::HalfMade) => "skipped: a user of Open-XChange without a mailbox",
        Adopted::Skipped(Unfit::LeadsElsewhere) => {
            "skipped: the address is guarded, and its emails would reach another domain of the portal"
        }
        Adopted::Skipped(Unfit::Changed) => "skipped: it was changed here meanwhile",
        Adopted::Skipped(Unfit::NameTaken) => "skipped: another mailbox here has its display name",
    }
}
