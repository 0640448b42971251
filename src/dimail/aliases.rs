//! Calls on aliases. An alias is a pair: a local part and one of its destinations.

use serde_json::{Value, json};

use super::client::{Dimail, Made, made};
use super::error::CallError;
use super::http::{Family, Request};
use super::path::path;
use super::wire::text;
use crate::model::address::{DomainName, LocalPart};

/// The destination that means all of them when deleting (dimail of August 2024).
const ALL: &str = "all";

/// A pair as dimail lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAlias {
    /// The part before the `@`, as dimail writes it.
    pub local_part: String,
    /// Where the mail is sent; `devnull@devnull` discards it.
    pub destination: String,
}

impl Dimail {
    /// All aliases of a domain.
    pub async fn aliases(&self, domain: &DomainName) -> Result<Vec<KnownAlias>, CallError> {
        let path = path("/domains/{}/aliases/", &[domain.as_str()])?;
        let answer = self.call(Request::list(Family::Bearer, path)).await?;
        answer.entries(|entry| KnownAlias::read(entry, domain))
    }

    /// The destinations of one alias; empty if there is no such alias.
    pub async fn destinations(&self, domain: &DomainName, local_part: &LocalPart) -> Result<Vec<String>, CallError> {
        let path = path("/domains/{}/aliases/", &[domain.as_str()])?;
        let mut request = Request::get(Family::Bearer, path);
        request.query.push(("user_name", local_part.to_string()));
        let found = self.call(request).await?.json::<Vec<Value>>()?;
        let own = found.iter().filter_map(|entry| KnownAlias::read(entry, domain));
        let own = own.filter(|alias| alias.local_part.eq_ignore_ascii_case(local_part.as_str()));
        Ok(own.map(|alias| alias.destination).collect())
    }

    /// Adds a destination to an alias. The server of 2024 validates nothing: the caller must.
    ///
    /// # Errors
    /// See [`CallError`]; an existing pair is not a failure.
    pub async fn add_alias(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
        destination: &str,
    ) -> Result<Made, CallError> {
        let path = path("/domains/{}/aliases/", &[domain.as_str()])?;
        // The request says `user_name`, answers say `username`.
        let body = json!({"user_name": local_part.as_str(), "destination": destination});
        made(self.call(Request::post(Family::Bearer, path, Some(body))).await)
    }

    /// Removes one destination; one that does not exist counts as removed.
    ///
    /// # Errors
    /// See [`CallError`]. The destination `all` is not sent: it would remove every destination.
    pub async fn remove_alias(
        &self,
        domain: &DomainName,
        local_part: &LocalPart,
        destination: &str,
    ) -> Result<(), CallError> {
        if destination.eq_ignore_ascii_case(ALL) {
            return Err(CallError::not_sendable("`all` is no destination"));
        }
        self.remove(domain, local_part, destination).await
    }

    /// Removes an alias with all its destinations; one that does not exist counts as removed.
    pub async fn remove_all_destinations(&self, domain: &DomainName, local_part: &LocalPart) -> Result<(), CallError> {
        self.remove(domain, local_part, ALL).await
    }

    async fn remove(&self, domain: &DomainName, local_part: &LocalPart, destination: &str) -> Result<(), CallError> {
        let path = path("/domains/{}/aliases/{}/{}", &[domain.as_str(), local_part.as_str(), destination])?;
        match self.call(Request::delete(path)).await {
            Ok(answer) => answer.done(),
            Err(failure) if failure.is_object_missing() => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}

impl KnownAlias {
    /// Reads an entry; `None` for an entry of another domain, and for an incomplete one.
    fn read(entry: &Value, domain: &DomainName) -> Option<Self> {
        if text(entry, "/domain").is_some_and(|other| !other.eq_ignore_ascii_case(domain.as_str())) {
            return None;
        }
        let local_part = text(entry, "/username").or_else(|| text(entry, "/user_name"))?;
        Some(Self { local_part, destination: text(entry, "/destination")? })
    }
}
