//! Calls on mailboxes: create, list, look up, rename, disable, enable, delete, password, login code.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::address::KnownAddress;
use super::answer::Answer;
use super::client::{CallPlace, Dimail};
use super::error::CallError;
use super::http::{Family, Request};
use super::missing::OptionalRoute;
use super::path::path;
use super::wire::{KnownMailbox, NewCode, NewPassword, same_address};
use crate::model::address::{DomainName, LocalPart};
use crate::model::name::{KnownNames, display_name, sent_name};

const MAILBOX: &str = "/domains/{}/mailboxes/{}";

/// The names that Open-XChange shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'a> {
    /// The first name.
    pub first: &'a str,
    /// The last name.
    pub last: &'a str,
}

/// A mailbox that dimail has just created.
#[derive(Clone, Debug)]
pub struct CreatedMailbox {
    /// Its first password, which cannot be requested again.
    pub password: SecretString,
}

/// A one-time login.
#[derive(Clone, Debug)]
pub struct LoginCode {
    /// The last segment of the link on the webmail's URL.
    pub code: SecretString,
}

impl Names<'_> {
    /// The server of 2024 builds the display name itself, in exactly this way; later ones use the one sent.
    fn body(self) -> Value {
        let (first, last) = (sent_name(self.first), sent_name(self.last));
        json!({"displayName": display_name(&first, &last), "givenName": first, "surName": last})
    }

    /// Whether `shown` are these names as they are sent.
    pub fn are_shown_by(self, shown: &KnownNames) -> bool {
        shown.are(self.first, self.last)
    }
}

impl Dimail {
    /// Creates a mailbox, with a place that was acquired before. Not idempotent: after a failure in
    /// which dimail may have acted, ask for the present state.
    ///
    /// # Errors
    /// See [`CallError`]. 409 for an existing address. A display name that is taken in the context is a
    /// 500, and so [`CallError::NoAnswer`] (People's client, 2026).
    pub async fn create_mailbox(
        &self,
        place: CallPlace,
        domain: &DomainName,
        local_part: &LocalPart,
        names: Names<'_>,
    ) -> Result<CreatedMailbox, CallError> {
        let path = mailbox(MAILBOX, domain, local_part)?;
        let answer = self.call_in(place, Request::post(Family::Bearer, path, Some(names.body()))).await?;
        let made: NewPassword = answer.json()?;
        same(&answer, made.email.as_deref().or(Some("")), domain, local_part)?;
        Ok(CreatedMailbox { password: full(&answer, made.password)? })
    }

    /// All mailboxes of the domain's context, including those of its other domains and `oxadmin`. Uses
    /// the second version of the list, or the first if dimail has no second (2024).
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::is_denied`] if the domain is not ours, or does not exist.
    pub async fn mailboxes(&self, domain: &DomainName) -> Result<Vec<KnownMailbox>, CallError> {
        let second = self.list(path("/v2/domains/{}/mailboxes/", &[domain.as_str()])?);
        let answer = match self.optional(OptionalRoute::ListV2, second).await {
            Err(failure) if failure.is_route_missing() => {
                self.list(path("/domains/{}/mailboxes/", &[domain.as_str()])?).await?
            }
            result => result?,
        };
        answer.entries(KnownMailbox::read)
    }

    /// The state of an address; `None` if dimail knows nothing about it. For the server of 2024 the
    /// mailbox is requested instead, which says nothing about aliases.
    pub async fn address(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
    ) -> Result<Option<KnownAddress>, CallError> {
        let lookup = self.get(mailbox("/domains/{}/address/{}/", domain, local_part)?);
        match self.optional(OptionalRoute::AddressLookup, lookup).await {
            Ok(answer) => {
                let known = KnownAddress::read(&answer.json()?);
                known.map(Some).ok_or_else(|| answer.unreadable("it says nothing of the address"))
            }
            Err(failure) if failure.is_route_missing() => self.address_in_2024(domain, local_part).await,
            Err(failure) => missing(failure),
        }
    }

    async fn address_in_2024(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
    ) -> Result<Option<KnownAddress>, CallError> {
        match self.get(mailbox(MAILBOX, domain, local_part)?).await {
            Ok(answer) => {
                let found = KnownMailbox::read(&answer.json()?);
                let found = found.ok_or_else(|| answer.unreadable("a mailbox without address"))?;
                Ok(Some(KnownAddress::of_mailbox(&found, &local_part.at(domain))))
            }
            Err(failure) => missing(failure),
        }
    }

    /// Creates a one-time login for the webmail. Each call creates another one; former ones stay valid.
    /// The server of 2024 has no such route.
    pub async fn login_code(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
        valid: Duration,
        max_use: u32,
    ) -> Result<LoginCode, CallError> {
        let path = mailbox("/domains/{}/mailboxes/{}/code", domain, local_part)?;
        let body = json!({"expires_in": valid.as_secs(), "maxuse": max_use});
        let call = self.call(Request::post(Family::Bearer, path, Some(body)));
        let answer = self.optional(OptionalRoute::Code, call).await?;
        let made: NewCode = answer.json()?;
        same(&answer, made.email.as_deref(), domain, local_part)?;
        Ok(LoginCode { code: full(&answer, made.code)? })
    }

    /// Sets a new password, which replaces the former one. The server of 2024 has no such route.
    pub async fn reset_password(&self, domain: &DomainName, local_part: &LocalPart) -> Result<SecretString, CallError> {
        let path = mailbox("/domains/{}/mailboxes/{}/reset_password/", domain, local_part)?;
        let call = self.call(Request::post(Family::Bearer, path, None));
        let answer = self.optional(OptionalRoute::ResetPassword, call).await?;
        let made: NewPassword = answer.json()?;
        same(&answer, made.email.as_deref(), domain, local_part)?;
        full(&answer, made.password)
    }

    /// Changes the names. Only the returned mailbox tells whether dimail did it: the server of 2024
    /// answers success for changes that it ignores.
    pub async fn rename_mailbox(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
        names: Names<'_>,
    ) -> Result<Option<KnownMailbox>, CallError> {
        self.patch(domain, local_part, names.body()).await
    }

    /// Disables a mailbox: its Open-XChange user is deleted, with calendar, address book and names; the
    /// mail stays (People's client, 2026). The server of 2024 answers success and does nothing.
    pub async fn disable_mailbox(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
    ) -> Result<Option<KnownMailbox>, CallError> {
        self.patch(domain, local_part, json!({"active": "no"})).await
    }

    /// Enables a mailbox; dimail refuses it without names.
    ///
    /// # Errors
    /// See [`CallError`]. The display name may be taken meanwhile, which is a 500, and so
    /// [`CallError::NoAnswer`].
    pub async fn enable_mailbox(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
        names: Names<'_>,
    ) -> Result<Option<KnownMailbox>, CallError> {
        let mut body = names.body();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("active".to_owned(), json!("yes"));
        }
        self.patch(domain, local_part, body).await
    }

    /// Deletes a mailbox; one that does not exist counts as deleted.
    pub async fn delete_mailbox(&self, domain: &DomainName, local_part: &LocalPart) -> Result<(), CallError> {
        match self.call(Request::delete(mailbox(MAILBOX, domain, local_part)?)).await {
            Ok(answer) => answer.done(),
            Err(failure) if failure.is_object_missing() => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    async fn list(&self, path: String) -> Result<Answer, CallError> {
        self.call(Request::list(Family::Bearer, path)).await
    }

    async fn get(&self, path: String) -> Result<Answer, CallError> {
        self.call(Request::get(Family::Bearer, path)).await
    }

    /// Changes a mailbox. Returns it if dimail's answer contains it.
    async fn patch(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
        body: Value,
    ) -> Result<Option<KnownMailbox>, CallError> {
        let answer = self.call(Request::patch(mailbox(MAILBOX, domain, local_part)?, body)).await?;
        answer.done()?;
        let shown = answer.json::<Value>().ok().as_ref().and_then(KnownMailbox::read);
        Ok(shown.filter(|shown| shown.is(local_part, domain)))
    }
}

fn mailbox(template: &str, domain: &DomainName, local_part: &LocalPart) -> Result<String, CallError> {
    path(template, &[domain.as_str(), local_part.as_str()])
}

/// Converts a 404 about the object to `None`.
fn missing<T>(failure: CallError) -> Result<Option<T>, CallError> {
    if failure.is_object_missing() { Ok(None) } else { Err(failure) }
}

/// Checks the address in an answer: a secret for another address must not be given to this mailbox
/// user.
fn same(answer: &Answer, email: Option<&str>, domain: &DomainName, local_part: &LocalPart) -> Result<(), CallError> {
    if email.is_none_or(|email| same_address(email, &local_part.at(domain))) {
        return Ok(());
    }
    Err(answer.unreadable("it is about another address"))
}

fn full(answer: &Answer, secret: SecretString) -> Result<SecretString, CallError> {
    if secret.expose_secret().is_empty() { Err(answer.unreadable("an empty secret")) } else { Ok(secret) }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::model::name::KnownNames;

    #[test]
    fn names_are_sent_and_compared_with_typographic_apostrophes() {
        let names = Names { first: "L'Hôte", last: "D`Arc'; touch x #" };
        let body = names.body();
        assert_eq!(body["givenName"], "L\u{2019}Hôte");
        assert_eq!(body["surName"], "D\u{2019}Arc\u{2019}; touch x #");
        assert_eq!(body["displayName"], "L\u{2019}Hôte D\u{2019}Arc\u{2019}; touch x #");
        let shown = |given: &str, sur: &str, display: &str| {
            names.are_shown_by(&KnownNames { given: given.into(), sur: sur.into(), display: display.into() })
        };
        assert!(shown("L\u{2019}Hôte", "D\u{2019}Arc'; touch x #", "l'hôte d'arc'; touch x #"));
        assert!(shown("", "", "L'Hôte D'Arc'; touch x #") && shown("L'Hôte", "D'Arc'; touch x #", ""));
        assert!(!shown("", "", "") && !shown("L'Hôte", "", "") && !shown("", "", "L'Hote D'Arc'; touch x #"));
        assert!(!shown("L'Hôte", "D'Arc'; touch x #", "Somebody Else"));
    }
}
