//! `bootstrap`: prepares an empty installation. Idempotent: what exists already is left as it is.

use std::sync::Arc;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::parts::DimailAccount;
use super::users::{first_line_of_input, unconfirmed};
use super::{CommandError, in_words, parts, quiet_log, say};
use crate::actions::accounts::manage::AccountChange;
use crate::actions::accounts::new::NewAccount;
use crate::actions::domains::add::{DomainAdded, DomainFields};
use crate::actions::sync::dimail_account::{AccountRole, Prepared};
use crate::actions::{App, Error, accounts, domains, sync};
use crate::clock::Clock;
use crate::config::{DimailAdmin, Settings, WrongSetting};
use crate::i18n::Sentences;
use crate::mail::Sender;
use crate::model::user::{PASSWORD_MAX, PASSWORD_MIN};
use crate::model::{DomainName, EmailAddress, FieldError, Language, PersonName, Refusal, User};
use crate::store::{SchemaWas, Store};

/// Prepares an empty installation: the database with its schema, the portal's account at dimail,
/// a first staff account, a first test domain. May be repeated: each line says what was created
/// and what was present.
#[derive(Args, Debug)]
pub(super) struct Bootstrap {
    /// The address with which the first member of staff signs in
    #[arg(long, value_name = "EMAIL")]
    staff: String,
    /// The name of that person
    #[arg(long, value_name = "NAME")]
    name: String,
    /// A first domain, to try things out
    #[arg(long, value_name = "DOMAIN")]
    test_domain: Option<String>,
    /// Read that person's password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// For a new account beside existing domains: confirm that only this person reads the emails sent to that address
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    admin: DimailAdmin,
    #[command(flatten)]
    settings: Settings,
}

/// The parsed arguments.
struct Given {
    email: EmailAddress,
    password: SecretString,
    test_domain: Option<DomainName>,
}

impl Bootstrap {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let dimail = parts::dimail(&settings)?;
        let own = DimailAccount::own(&settings, &dimail)?;
        let admin = DimailAccount::admin(&self.admin, &dimail)?;
        let given = self.given()?;
        let store = database(&settings).await?;
        self.check_confirmed(&store, &given.email).await?;
        let admin = admin.as_ref().map(DimailAccount::account);
        let prepared = sync::dimail_account::prepare(&own.account(), admin.as_ref()).await;
        for prepared in prepared.map_err(CommandError::other)? {
            say::line(account_line(&prepared));
        }
        let staff = self.staff_account(&store, &given, settings.default_language).await?;
        let app = App::new(store, dimail, Sender::memory(), Arc::new(settings));
        match &given.test_domain {
            Some(name) => test_domain(&app, &staff, name).await,
            None => Ok(()),
        }
    }

    /// Parses the arguments before anything is created.
    fn given(&self) -> Result<Given, CommandError> {
        let wrong = |flag: &str, error: &FieldError| {
            CommandError::Setting(WrongSetting(format!(
                "--{flag}: {}",
                Sentences::new(Language::En).field_error(error)
            )))
        };
        let email = EmailAddress::parse(&self.staff).map_err(|error| wrong("staff", &error))?;
        PersonName::parse(&self.name).map_err(|error| wrong("name", &error))?;
        let test_domain = self.test_domain.as_deref().map(DomainName::parse).transpose();
        let test_domain = test_domain.map_err(|error| wrong("test-domain", &error))?;
        if test_domain.as_ref().is_some_and(|domain| domain.contains(email.domain())) {
            return Err(wrong("test-domain", &FieldError::SupportInsideDomain));
        }
        let password = first_line_of_input()?;
        if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&password.expose_secret().chars().count()) {
            return Err(wrong("password-stdin", &FieldError::PasswordLength { min: PASSWORD_MIN, max: PASSWORD_MAX }));
        }
        Ok(Given { email, password, test_domain })
    }

    /// Checks that a new account of staff is confirmed. Without domains its address leads nowhere, and there
    /// is nothing to check.
    async fn check_confirmed(&self, store: &Store, email: &EmailAddress) -> Result<(), CommandError> {
        let is_new = store.user_with_email(email).await?.is_none();
        if is_new && !self.yes && !store.every_domain().await?.is_empty() {
            return Err(unconfirmed(store, email).await?);
        }
        Ok(())
    }

    async fn staff_account(&self, store: &Store, given: &Given, language: Language) -> Result<User, CommandError> {
        let new = NewAccount {
            email: &self.staff,
            name: &self.name,
            password: given.password.clone(),
            is_staff: true,
            language: None,
        };
        let created = accounts::manage::add(store, new, language).await? == AccountChange::Made;
        let user = store.user_with_email(&given.email).await?;
        let user = user.ok_or_else(|| CommandError::other(format!("the account {} is gone", given.email)))?;
        let email = &user.email;
        if user.disabled_at.is_some() {
            return Err(CommandError::other(format!(
                "the account {email} is closed: open it with \"users enable {email}\""
            )));
        }
        if !user.is_staff {
            return Err(CommandError::other(format!("{email} is not staff: see \"users promote {email} --yes\"")));
        }
        if !accounts::manage::is_password(store, &given.email, given.password.clone()).await? {
            return Err(CommandError::other(format!(
                "{email} has another password than the one given: see \"users set-password {email}\""
            )));
        }
        say::line(format!("staff account {email}\t{}", created_or_present(created)));
        Ok(user)
    }
}

fn created_or_present(created: bool) -> &'static str {
    if created { "created" } else { "present" }
}

async fn database(settings: &Settings) -> Result<Store, CommandError> {
    let opened = Store::open_telling(&settings.database_url, Clock::system()).await;
    let (store, was) = opened.map_err(parts::not_opened)?;
    say::line(match was {
        SchemaWas::Missing => "database\tcreated",
        SchemaWas::Older => "database\tpresent (its schema was brought up to date)",
        SchemaWas::Current => "database\tpresent",
    });
    Ok(store)
}

/// The output line about an account at dimail.
pub(super) fn account_line(prepared: &Prepared) -> String {
    let about = match prepared.standing {
        AccountRole::Admin => " (administrator)",
        AccountRole::Portal => "",
        AccountRole::PortalAsAdmin => " (as an administrator: this dimail has no lesser right to create domains)",
        AccountRole::PortalAlone => " (dimail had no account: it has no administrator now)",
    };
    format!("dimail account {}\t{}{about}", prepared.name, created_or_present(prepared.created))
}

async fn test_domain(app: &App, staff: &User, name: &DomainName) -> Result<(), CommandError> {
    let person = app.store.account(staff.id).await.map_err(CommandError::other)?;
    let person = person.ok_or_else(|| CommandError::other(format!("the account {} is closed", staff.email)))?.person;
    let known = app.store.domain_named(name).await.map_err(CommandError::other)?;
    if let Some(domain) = known {
        say::line(format!("domain {name}\tpresent ({})", domain.status));
        return match domain.accepted_at {
            Some(_) => Ok(()),
            None => Err(CommandError::other(format!("dimail has not accepted {name} yet"))),
        };
    }
    let fields = DomainFields { name: name.to_string(), support_email: staff.email.clone() };
    match domains::add::add(app, &person, &fields).await {
        Ok(DomainAdded::Accepted(_)) => {
            let domain = app.store.domain_named(name).await.map_err(CommandError::other)?;
            let status = domain.map_or_else(String::new, |domain| format!(" ({})", domain.status));
            say::line(format!("domain {name}\tcreated{status}"));
            Ok(())
        }
        Ok(DomainAdded::Stored(_)) => {
            say::line(format!("domain {name}\tcreated, and not yet accepted by dimail"));
            Err(CommandError::other(format!("dimail has not answered about {name}; the running portal goes on asking")))
        }
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            Err(CommandError::other(format!("domain {name} refused: {}", in_words(&errors))))
        }
        Err(error) => Err(CommandError::other(error)),
    }
}
