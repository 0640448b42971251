//! Prepares the portal's account at dimail: creates it if it is missing, with the permissions that it
//! needs.
//!
//! While dimail has no account at all, it accepts any credentials as an administrator's; creating the
//! first account ends that. So an administrator with a name is created first, and the portal's account
//! second.

use secrecy::SecretString;

use crate::dimail::{CallError, Dimail, FaultKind, InstallationFault, Made, NewDimailUser};

/// The individual permissions that the portal's account needs, if this dimail supports them (dimail
/// of 2026, seen from its clients).
const PERMS: [&str; 3] = ["new_domain", "create_users", "manage_users"];

/// The name and password of an account, with a client that uses them.
pub struct AccountWithClient<'a> {
    /// The client.
    pub client: &'a Dimail,
    /// The name.
    pub name: &'a str,
    /// The password.
    pub password: &'a SecretString,
}

/// An account after [`prepare`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Its name.
    pub name: String,
    /// Whether it was created just now.
    pub created: bool,
    /// Its permissions.
    pub standing: AccountRole,
}

/// The role of an account at dimail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRole {
    /// The administrator given in the configuration.
    Admin,
    /// The portal's account, with only the permissions that it needs, or those that it had before.
    Portal,
    /// The portal's account, created as an administrator: this dimail has no lower permission for
    /// creating domains.
    PortalAsAdmin,
    /// The portal's account, created as the only account: this dimail has no administrator.
    PortalAlone,
}

/// Why the account could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// dimail does not know the administrator, or not with this password.
    #[error("dimail does not accept DIMAIL_ADMIN_USERNAME with DIMAIL_ADMIN_PASSWORD")]
    AdminRefused,
    /// The portal's account is missing or has another password, and no administrator is given to create
    /// it.
    #[error(
        "dimail does not accept DIMAIL_USERNAME with DIMAIL_PASSWORD; to have the account made, \
         set DIMAIL_ADMIN_USERNAME and DIMAIL_ADMIN_PASSWORD"
    )]
    Unknown,
    /// The portal's account has another password.
    #[error("dimail has the account {0} already, with another password than DIMAIL_PASSWORD")]
    OtherPassword(String),
    /// The administrator may not create accounts.
    #[error("the account of DIMAIL_ADMIN_USERNAME may not make accounts at dimail")]
    MayNotMake,
    /// The portal's account can't create domains.
    #[error(
        "the account {0} may not create domains at dimail: it needs the right new_domain, or on a server of 2024 to be an administrator"
    )]
    WithoutRight(String),
    /// dimail did not answer, or refused.
    #[error("dimail: {0}")]
    Dimail(#[from] CallError),
}

/// Creates the accounts that are missing, and returns all of them.
///
/// # Errors
/// Returns why the portal's account is missing or lacks permissions.
pub async fn prepare(
    own: &AccountWithClient<'_>,
    admin: Option<&AccountWithClient<'_>>,
) -> Result<Vec<Prepared>, AccountError> {
    let is_empty = has_no_accounts(own.client).await?;
    let mut prepared = Vec::new();
    if let Some(admin) = admin {
        prepared.push(administrator(admin, is_empty).await?);
    }
    // An empty dimail accepts any credentials, so a successful login proves nothing there.
    let is_there = (admin.is_some() || !is_empty) && signs_in(own.client).await?;
    let standing = if is_there { AccountRole::Portal } else { make(own, admin, is_empty).await? };
    if !own.client.may_create_domains().await? {
        return Err(AccountError::WithoutRight(own.name.to_owned()));
    }
    prepared.push(Prepared { name: own.name.to_owned(), created: !is_there, standing });
    Ok(prepared)
}

async fn has_no_accounts(client: &Dimail) -> Result<bool, CallError> {
    match client.users().await {
        Ok(users) => Ok(users.is_empty()),
        Err(failure) if failure.is_denied() => Ok(false),
        Err(failure) => Err(failure),
    }
}

async fn signs_in(client: &Dimail) -> Result<bool, CallError> {
    match client.sign_in().await {
        Ok(()) => Ok(true),
        Err(CallError::Installation(InstallationFault { kind: FaultKind::SignIn, .. })) => Ok(false),
        Err(failure) => Err(failure),
    }
}

async fn administrator(admin: &AccountWithClient<'_>, is_empty: bool) -> Result<Prepared, AccountError> {
    if is_empty {
        let new = NewDimailUser { name: admin.name, password: admin.password, is_admin: true, perms: &[] };
        admin.client.create_user(&new).await?;
    }
    if !signs_in(admin.client).await? {
        return Err(AccountError::AdminRefused);
    }
    Ok(Prepared { name: admin.name.to_owned(), created: is_empty, standing: AccountRole::Admin })
}

async fn make(
    own: &AccountWithClient<'_>,
    admin: Option<&AccountWithClient<'_>>,
    is_empty: bool,
) -> Result<AccountRole, AccountError> {
    let maker = match admin {
        Some(admin) => admin.client,
        None if is_empty => own.client,
        None => return Err(AccountError::Unknown),
    };
    let is_admin = !maker.knows_perms().await?;
    let new = NewDimailUser { name: own.name, password: own.password, is_admin, perms: &PERMS };
    match maker.create_user(&new).await {
        Ok(Made::New) if is_admin => Ok(AccountRole::PortalAsAdmin),
        Ok(Made::New) if admin.is_none() => Ok(AccountRole::PortalAlone),
        Ok(Made::New) => Ok(AccountRole::Portal),
        Ok(Made::AlreadyThere) => Err(AccountError::OtherPassword(own.name.to_owned())),
        Err(failure) if failure.is_denied() => Err(AccountError::MayNotMake),
        Err(failure) => Err(failure.into()),
    }
}
