//! Calls on dimail's own accounts and their permissions on domains, to prepare an installation.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::client::{Dimail, Made, made};
use super::error::CallError;
use super::http::{Family, Request};
use super::wire::text;
use crate::model::address::DomainName;

/// An account to create.
#[derive(Clone, Debug)]
pub struct NewDimailUser<'a> {
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

impl Dimail {
    /// Lists all accounts; only for an administrator of dimail. While dimail has no account at all, any
    /// credentials are accepted as an administrator's (dimail of August 2024).
    pub async fn users(&self) -> Result<Vec<KnownUser>, CallError> {
        let answer = self.call(Request::list(Family::Basic, "/users/".to_owned())).await?;
        answer.entries(KnownUser::read)
    }

    /// Creates an account. An existing one of that name is left unchanged, with its password.
    pub async fn create_user(&self, user: &NewDimailUser<'_>) -> Result<Made, CallError> {
        let password = user.password.expose_secret();
        let body = json!({"name": user.name, "password": password, "is_admin": user.is_admin, "perms": user.perms});
        made(self.call(Request::post(Family::Basic, "/users/".to_owned(), Some(body))).await)
    }

    /// Gives an account permission on a domain: to read and write all its mailboxes and aliases.
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
