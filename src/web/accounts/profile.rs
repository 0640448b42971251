//! The person's own account: name, language, password, and their roles.

use askama::Template;
use axum::extract::State;
use secrecy::SecretString;
use tower_sessions::Session;

use crate::actions::accounts::browsers::{Arrival, remember};
use crate::actions::accounts::profile::{Saved, Typed};
use crate::actions::{Error, accounts};
use crate::i18n::Sentences;
use crate::model::{DomainName, EmailAddress, Language, Refusal, Role, Timestamp};
use crate::store::SignedIn;
use crate::urls;
use crate::web::accounts::sign_in::begin;
use crate::web::browser::{self, Client};
use crate::web::{
    Account, Answer, AuthSession, ErrorTexts, Fields, Notice, Page, PageError, Web, refused, rendered, see_other,
};

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct Show {
    page: Page,
    email: String,
    /// When the person last proved that they read at this address.
    proved_at: Option<Timestamp>,
    roles: Vec<(DomainName, Role)>,
    /// Where the emails to the account go besides, for people whose account others must not take over.
    leads: Vec<String>,
    typed_name: String,
    typed_language: String,
    errors: ErrorTexts,
}

impl Show {
    async fn read(web: &Web, person: &SignedIn, page: Page) -> Result<Self, PageError> {
        let user = person.user();
        let roles = web.app().store.roles_of(user.id).await?;
        let roles: Vec<(DomainName, Role)> =
            roles.into_iter().filter_map(|(name, role)| Some((DomainName::parse(&name).ok()?, role))).collect();
        let typed_language = user.language.unwrap_or(page.s.0).code().to_owned();
        let (email, typed_name) = (user.email.clone(), user.name.clone());
        let leads = leads(web, person, &page, &roles).await?;
        let (proved_at, errors) = (user.proved_at, ErrorTexts::default());
        Ok(Self { page, email, proved_at, roles, leads, typed_name, typed_language, errors })
    }

    /// The languages, each named in itself, as in the bar.
    fn languages(&self) -> Vec<(&'static str, String)> {
        vec![
            (Language::Fr.code(), self.page.t("account-language-fr")),
            (Language::En.code(), self.page.t("account-language-en")),
        ]
    }
}

/// Each step on which emails to the account leave, as a sentence; none for people without rights over
/// others. A secondary address is shown to those who may see it.
async fn leads(
    web: &Web,
    person: &SignedIn,
    page: &Page,
    roles: &[(DomainName, Role)],
) -> Result<Vec<String>, PageError> {
    let user = person.user();
    let Ok(address) = EmailAddress::parse(&user.email) else { return Ok(Vec::new()) };
    if !user.is_staff && roles.iter().all(|(_, role)| *role == Role::Viewer) {
        return Ok(Vec::new());
    }
    let domain = address.domain();
    let manages = |(name, role): &(DomainName, Role)| name == domain && *role > Role::Viewer;
    let sees_secondary = user.is_staff || roles.iter().any(manages);
    let leads = web.app().store.leads(&address).await?;
    Ok(leads.iter().map(|lead| page.s.lead(domain, lead, sees_secondary)).collect())
}

pub(crate) async fn show(State(web): State<Web>, person: SignedIn, page: Page) -> Answer {
    rendered(&Show::read(&web, &person, page).await?)
}

pub(crate) async fn save(
    State(web): State<Web>,
    person: SignedIn,
    (mut session, identifier): (AuthSession, Session),
    client: Client,
    page: Page,
    fields: Fields,
) -> Answer {
    let (name, language) = (fields.text("name"), fields.text("language"));
    let typed = Typed {
        name: &name,
        language: &language,
        current_password: SecretString::from(fields.text("current_password")),
        new_password: SecretString::from(fields.text("new_password")),
    };
    let mut cookie = None;
    let key = match accounts::profile::save(web.app(), &person, typed, &client.source).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let texts = page.errors_with(&errors, &[("name", "account-name")]);
            let show = Show::read(&web, &person, page).await?;
            return refused(&Show { typed_name: name, typed_language: language, errors: texts, ..show }, &errors);
        }
        saved => match saved? {
            Saved::Profile => "account-saved",
            Saved::Password(found) => {
                let account = Account::new(found);
                begin(&mut session, &identifier, &account).await?;
                // The new password has ended all known browsers: this one is known again.
                cookie = Some(remember(web.app(), &account.person, &client.source, Arrival::Other).await?);
                "account-password-saved"
            }
            Saved::Closed => return Ok(see_other(urls::SIGN_IN)),
        },
    };
    // The notice is in the language of the page that shows it.
    let chosen = Sentences::of_pages(Language::from_code(&language).unwrap_or(page.s.0), page.support_url());
    let response = page.see_other(urls::ACCOUNT, Notice::good(chosen.t(key))).await;
    Ok(match cookie {
        Some(cookie) => browser::keep(response, &web, &cookie),
        None => response,
    })
}
