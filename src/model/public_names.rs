//! Names that belong to no single organisation: public suffixes, such as `gouv.fr`, and the names of
//! public mail providers.

use super::address::DomainName;
use super::field_error::FieldError;

/// The names of public mail providers, one a line, in ASCII and lower case.
const MAIL_PROVIDERS: &str = include_str!("mail_providers.txt");

/// Checks that a domain can belong to the person who adds it.
///
/// # Errors
/// The field error, if it is a public suffix or a public mail provider.
pub fn check_not_public(name: &DomainName) -> Result<(), FieldError> {
    let name = name.as_str();
    let is_suffix = psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == name.as_bytes());
    if is_suffix {
        return Err(FieldError::PublicSuffix);
    }
    if MAIL_PROVIDERS.lines().any(|provider| provider == name) {
        return Err(FieldError::MailProvider);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MAIL_PROVIDERS, check_not_public};
    use crate::model::address::DomainName;
    use crate::model::field_error::FieldError;

    #[test]
    fn suffixes_and_providers_belong_to_nobody() {
        let check = |typed: &str| check_not_public(&DomainName::parse(typed).expect("a domain"));
        for suffix in ["gouv.fr", "asso.fr", "co.uk", "GOUV.FR", "github.io", "公司.cn"] {
            assert_eq!(check(suffix), Err(FieldError::PublicSuffix), "{suffix}");
        }
        for provider in ["gmail.com", "Orange.fr", "laposte.net", "free.fr"] {
            assert_eq!(check(provider), Err(FieldError::MailProvider), "{provider}");
        }
        for own in ["ville.fr", "mairie.gouv.fr", "ville.test", "ma-commune.asso.fr", "orléans.fr", "gmail.ville.fr"] {
            assert_eq!(check(own), Ok(()), "{own}");
        }
    }

    #[test]
    fn each_provider_is_written_as_domains_are_stored() {
        for provider in MAIL_PROVIDERS.lines() {
            let parsed = DomainName::parse(provider).expect("a domain");
            assert_eq!(parsed.as_str(), provider);
        }
    }
}
