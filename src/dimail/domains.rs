//! Calls on domains: create, check, fix, spec, list.

use serde_json::{Value, json};

use super::check::{Members, records, report};
use super::client::Dimail;
use super::error::CallError;
use super::http::{Family, Request};
use super::missing::OptionalRoute;
use super::path::path;
use super::wire::{same_address, text};
use crate::model::address::DomainName;
use crate::model::check::{CheckReport, DnsRecord};

/// What dimail returns for a domain that was just created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedDomain {
    /// Its Open-XChange context; some versions do not return it.
    pub context_name: Option<String>,
}

/// A domain as dimail lists it, from its last stored check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDomain {
    /// Its name.
    pub name: String,
    /// `new`, `ok` or `broken`; empty if dimail does not return it.
    pub state: String,
    /// `webmail`, `mailbox`, `alias`.
    pub features: Vec<String>,
    /// Its context; the list of 2024 does not have it.
    pub context_name: Option<String>,
}

impl Dimail {
    /// Creates a domain in its own context.
    ///
    /// # Errors
    /// See [`CallError`]; 409 when dimail has the domain already.
    pub async fn create_domain(&self, domain: &DomainName) -> Result<AcceptedDomain, CallError> {
        self.create_domain_in(domain, domain.as_str()).await
    }

    /// Creates a domain in a context, with the fields that People sends (People's client, 2026). If a
    /// context of that name exists, the domain silently joins it (dimail of August 2024).
    ///
    /// # Errors
    /// See [`CallError`]; 409 when dimail has the domain already.
    pub async fn create_domain_in(&self, domain: &DomainName, context: &str) -> Result<AcceptedDomain, CallError> {
        let name = domain.as_str();
        let features = ["webmail", "mailbox", "alias"];
        let body = json!({"name": name, "context_name": context, "features": features, "delivery": "virtual"});
        let answer = self.call(Request::post(Family::Basic, "/domains/".to_owned(), Some(body))).await?;
        let made: Value = answer.json()?;
        if !made.is_object() || text(&made, "/name").is_some_and(|other| !same_address(&other, name)) {
            return Err(answer.unreadable("it is about something else than this domain"));
        }
        Ok(AcceptedDomain { context_name: text(&made, "/context_name") })
    }

    /// Makes dimail check a domain now, which takes seconds if the DNS is slow.
    pub async fn check(&self, domain: &DomainName) -> Result<CheckReport, CallError> {
        self.report("/domains/{}/check", domain).await
    }

    /// Makes dimail repair its own side of a domain and check again. The server of 2024 has no such
    /// route.
    pub async fn fix(&self, domain: &DomainName) -> Result<CheckReport, CallError> {
        self.optional(OptionalRoute::Fix, self.report("/domains/{}/fix/", domain)).await
    }

    async fn report(&self, template: &str, domain: &DomainName) -> Result<CheckReport, CallError> {
        let path = path(template, &[domain.as_str()])?;
        let answer = self.call(Request { asks_name_servers: true, ..Request::get(Family::Basic, path) }).await?;
        let members: Members = answer.json()?;
        report(&members).map_err(|why| answer.unreadable(why))
    }

    /// The records that dimail expects in the zone of a domain. The server of 2024 has no such route.
    pub async fn spec(&self, domain: &DomainName) -> Result<Vec<DnsRecord>, CallError> {
        let path = path("/domains/{}/spec/", &[domain.as_str()])?;
        let request = Request { asks_name_servers: true, ..Request::get(Family::Basic, path) };
        let answer = self.optional(OptionalRoute::Spec, self.call(request)).await?;
        records(&answer.json::<Vec<Value>>()?)
            .ok_or_else(|| answer.unreadable("records without type or value, too long or too many"))
    }

    /// One domain, from its last stored check.
    pub async fn domain(&self, domain: &DomainName) -> Result<KnownDomain, CallError> {
        let path = path("/domains/{}", &[domain.as_str()])?;
        let answer = self.call(Request::get(Family::Bearer, path)).await?;
        KnownDomain::read(&answer.json()?).ok_or_else(|| answer.unreadable("a domain without name"))
    }
}

impl KnownDomain {
    fn read(entry: &Value) -> Option<Self> {
        let features = entry.get("features").and_then(Value::as_array);
        Some(Self {
            name: text(entry, "/name")?,
            state: text(entry, "/state").unwrap_or_default(),
            features: features.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
            context_name: text(entry, "/context_name"),
        })
    }
}
