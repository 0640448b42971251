//! The settings of the commands that prepare an installation.

use std::path::PathBuf;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::{WrongSetting, secret_from};

/// An administrator of dimail, for the commands that prepare an installation.
#[derive(Args, Clone, Debug)]
pub struct DimailAdmin {
    /// An administrator's account at dimail; not needed while dimail has no account at all
    #[arg(long, env = "DIMAIL_ADMIN_USERNAME", value_name = "NAME")]
    pub dimail_admin_username: Option<String>,
    /// Password of that account
    #[arg(long, env = "DIMAIL_ADMIN_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    pub dimail_admin_password: Option<SecretString>,
    /// File that holds that password
    #[arg(long, env = "DIMAIL_ADMIN_PASSWORD_FILE", value_name = "FILE")]
    pub dimail_admin_password_file: Option<PathBuf>,
}

impl DimailAdmin {
    /// The administrator's name and password, if they are set.
    ///
    /// # Errors
    /// One sentence that names the setting of which only a half is there, or whose file can't be
    /// read.
    pub fn credentials(&self) -> Result<Option<(String, SecretString)>, WrongSetting> {
        let name = self.dimail_admin_username.clone().filter(|name| !name.trim().is_empty());
        let password = match &self.dimail_admin_password_file {
            Some(file) => Some(secret_from("DIMAIL_ADMIN_PASSWORD_FILE", file)?),
            None => self.dimail_admin_password.clone().filter(|password| !password.expose_secret().is_empty()),
        };
        match (name, password) {
            (Some(name), Some(password)) => Ok(Some((name, password))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(WrongSetting("DIMAIL_ADMIN_PASSWORD is not set; see --help".to_owned())),
            (None, Some(_)) => Err(WrongSetting("DIMAIL_ADMIN_USERNAME is not set; see --help".to_owned())),
        }
    }
}
