//! What an email is made from: the data besides its content, and the parts of its text.

use std::time::Duration;

use jiff::tz::TimeZone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

/// The data that an email needs besides its content.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The public address of the portal, such as `https://portail.exemple.fr`.
    pub public_url: &'a str,
    /// The address of the webmail.
    pub webmail_url: &'a str,
    /// The portal's name.
    pub brand: &'a str,
    /// The colour of the button, as `#rrggbb`; the portal's blue if absent or malformed.
    pub accent: Option<&'a str>,
    /// The login link of a mailbox; without it the email names the address to contact.
    pub login_link: Option<LoginLink>,
    /// The new password of a mailbox.
    pub new_password: Option<SecretString>,
    /// The token of an invitation's link.
    pub invitation_token: Option<SecretString>,
    /// The token of a link to choose a new password.
    pub reset_token: Option<SecretString>,
    /// The time zone of dates.
    pub time_zone: &'a TimeZone,
}

/// A one-time login code from dimail.
#[derive(Clone, Debug)]
pub struct LoginLink {
    /// dimail's code.
    pub code: SecretString,
    /// How long it is valid.
    pub valid: Duration,
    /// How often it can be used.
    pub uses: u32,
}

impl Facts<'_> {
    /// The login link: `{webmail}/code/{code}`.
    pub(super) fn login_address(&self, link: &LoginLink) -> String {
        let code = utf8_percent_encode(link.code.expose_secret(), NON_ALPHANUMERIC).to_string();
        // RFC 3986, 2.3: these characters need no encoding, and codes are easier to recognise without
        // it.
        let code = code.replace("%2D", "-").replace("%2E", ".").replace("%5F", "_").replace("%7E", "~");
        format!("{}/code/{code}", self.webmail_url.trim_end_matches('/'))
    }

    /// The absolute address of a page of the portal.
    pub(super) fn portal_address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }
}

/// The parts of an email, in order. Each string is plain text.
#[derive(Default)]
pub(super) struct EmailParts {
    pub subject: String,
    pub hello: String,
    pub before: Vec<String>,
    pub particulars: Vec<(String, String)>,
    pub problems: Vec<(String, String)>,
    pub after: Vec<String>,
    pub button: String,
    pub link: String,
    pub last: Vec<String>,
}
