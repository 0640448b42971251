//! Calls on dimail's own accounts and their permissions on domains, to prepare an installation.
//!
//! Must not know: which accounts an installation needs.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::client::{Dimail, Made, made};
use super::error::CallError;
use super::http::{Family, Request};
use super::wire::text;
use crate::model::address::DomainName;

/// An account to create.
#[derive(Clone, Debug)]
pub struct NewUser<'a> {
    /// Its name; 32 characters at most in 2024.
    pub name: &'a str,
    /// Its password.
    pub password: &'a SecretString,
    /// Whether it is an administrator.
    pub is_admin: bool,
    /// Individual permissions of later versions: `new_domain`, `create_users`, `manage_users`.
    pub perms: &'a [&'a str],
}

/// An account as dimail lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUser {
    /// Its name.
    pub name: String,
    /// Whether it is an administrator.
    pub is_admin: bool,
    /// Its individual permissions; the server of 2024 has none.
    pub perms: Vec<String>,
}

/// A permission of an account on a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAllow {
    /// The account.
    pub user: String,
    /// The domain.
    pub domain: String,
}

impl Dimail {
    /// Lists all accounts; only for an administrator of dimail. While dimail has no account at all, any
    /// credentials are accepted as an administrator's (dimail contract, 2024).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn users(&self) -> Result<Vec<KnownUser>, CallError> {
        let answer = self.call(Request::list(Family::Basic, "/users/".to_owned())).await?;
        Ok(answer.json::<Vec<Value>>()?.iter().filter_map(KnownUser::read).collect())
    }

    /// Creates an account. An existing one of that name is left unchanged, with its password.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn create_user(&self, user: &NewUser<'_>) -> Result<Made, CallError> {
        let password = user.password.expose_secret();
        let body = json!({"name": user.name, "password": password, "is_admin": user.is_admin, "perms": user.perms});
        made(self.call(Request::post(Family::Basic, "/users/".to_owned(), Some(body))).await)
    }

    /// The permissions of one account (empty: of all) on one domain (or on all).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn allows(&self, user: &str, domain: Option<&DomainName>) -> Result<Vec<KnownAllow>, CallError> {
        let mut request = Request::list(Family::Basic, "/allows/".to_owned());
        // The parameter is called `username`, the field `user`.
        if !user.is_empty() {
            request.query.push(("username", user.to_owned()));
        }
        if let Some(domain) = domain {
            request.query.push(("domain", domain.to_string()));
        }
        let answer = self.call(request).await?;
        Ok(answer.json::<Vec<Value>>()?.iter().filter_map(KnownAllow::read).collect())
    }

    /// Gives an account permission on a domain: to read and write all its mailboxes and aliases.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn create_allow(&self, user: &str, domain: &DomainName) -> Result<Made, CallError> {
        let body = json!({"user": user, "domain": domain.as_str()});
        made(self.call(Request::post(Family::Basic, "/allows/".to_owned(), Some(body))).await)
    }
}

impl KnownUser {
    fn read(entry: &Value) -> Option<Self> {
        let perms = entry.get("perms").and_then(Value::as_array);
        Some(Self {
            name: text(entry, "/name")?,
            is_admin: entry.get("is_admin").and_then(Value::as_bool).unwrap_or(false),
            perms: perms.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }
}

impl KnownAllow {
    fn read(entry: &Value) -> Option<Self> {
        Some(Self { user: text(entry, "/user")?, domain: text(entry, "/domain")? })
    }
}
