//! Every path of the portal, for pages, redirects and emails.
//!
//! The names in paths are parsed (`a-z 0-9 . _ -`), so nothing needs encoding.

use crate::model::{BulkId, Domain, DomainName, DomainStatus, InvitationId, LocalPart, MemberId};

/// Leads to where a person's work begins.
pub const HOME: &str = "/";
/// The list of domains.
pub const DOMAINS: &str = "/domains";
/// The form to add a domain.
pub const NEW_DOMAIN: &str = "/domains/new";
/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// The form for those who forgot their password.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// The declaration of accessibility.
pub const ACCESSIBILITY: &str = "/accessibility";
/// What is kept about people.
pub const PRIVACY: &str = "/privacy";
/// The page of the person's own account.
pub const ACCOUNT: &str = "/account";

/// The page of a link to choose a new password.
pub fn reset_password(token: &str) -> String {
    format!("/reset-password/{token}")
}

/// The page of a link that signs a mailbox user in to the webmail.
pub fn login_link(token: &str) -> String {
    format!("/login-link/{token}")
}

/// The page of a link that confirms an address.
pub fn confirm(token: &str) -> String {
    format!("/confirm/{token}")
}

/// The page of a link that shows what is left to do in a domain's DNS.
pub fn dns_link(token: &str) -> String {
    format!("/dns/{token}")
}

/// The DNS page of a domain.
pub fn dns(domain: &DomainName) -> String {
    below_domain(domain, "dns")
}

/// The button that asks for a link to confirm the address of one's account.
pub const CONFIRM_ACCOUNT: &str = "/account/confirm-address";

/// The form with which mailbox users without an account request a login link.
pub const FIRST_ACCESS: &str = "/first-access";

/// The page of a domain.
pub fn domain(name: &DomainName) -> String {
    format!("/domains/{name}")
}

/// The same address with this name in the place of the domain's.
pub fn with_domain(address: &str, name: &DomainName) -> String {
    let Some((before, rest)) = address.split_once("/domains/") else { return domain(name) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    format!("{before}/domains/{name}{}", rest.get(end..).unwrap_or_default())
}

/// Where work on a domain begins: its addresses, or what is left to do before it is active.
pub fn entry(domain: &Domain) -> String {
    match domain.status {
        DomainStatus::Enabled => mailboxes(&domain.name),
        DomainStatus::ActionRequired => dns(&domain.name),
        DomainStatus::Pending | DomainStatus::Failed | DomainStatus::Disabled => self::domain(&domain.name),
    }
}

/// A page below a domain's, such as `dns`.
pub fn below_domain(name: &DomainName, rest: &str) -> String {
    format!("/domains/{name}/{rest}")
}

/// A page of staff about a domain, such as `remove`.
pub fn staff_domain(name: &DomainName, rest: &str) -> String {
    format!("/staff/domains/{name}/{rest}")
}

/// The list of a domain's mailboxes.
pub fn mailboxes(domain: &DomainName) -> String {
    below_domain(domain, "mailboxes")
}

/// The list of a domain's aliases.
pub fn aliases(domain: &DomainName) -> String {
    below_domain(domain, "aliases")
}

/// The form of a new alias.
pub fn new_alias(domain: &DomainName) -> String {
    below_domain(domain, "new-alias")
}

/// The page of an alias.
pub fn alias(domain: &DomainName, local_part: &LocalPart) -> String {
    format!("/domains/{domain}/aliases/{local_part}")
}

/// A page below an alias', such as `delete`.
pub fn below_alias(domain: &DomainName, local_part: &LocalPart, rest: &str) -> String {
    format!("/domains/{domain}/aliases/{local_part}/{rest}")
}

/// The collaborators of a domain.
pub fn members(domain: &DomainName) -> String {
    below_domain(domain, "members")
}

/// The page on which the role of a collaborator is changed.
pub fn member_role(domain: &DomainName, id: MemberId) -> String {
    format!("/domains/{domain}/members/{id}/role")
}

/// What is to be dealt with on a domain.
pub fn operations(domain: &DomainName) -> String {
    below_domain(domain, "operations")
}

/// An action on a change of a domain, such as `retry`.
pub fn below_operation(domain: &DomainName, sequence: i64, rest: &str) -> String {
    format!("/domains/{domain}/operations/{sequence}/{rest}")
}

/// The journal of a domain.
pub fn journal(domain: &DomainName) -> String {
    below_domain(domain, "journal")
}

/// The lines of the journal about an address.
pub fn journal_about(domain: &DomainName, address: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("/domains/{domain}/journal?q={encoded}")
}

/// The form that corrects the address of an invitation.
pub fn correct_invitation(domain: &DomainName, id: InvitationId) -> String {
    format!("/domains/{domain}/new-invitation?replaces={id}")
}

/// What is to be dealt with on all domains.
pub const STAFF_OPERATIONS: &str = "/staff/operations";

/// The page of an operation on several mailboxes.
pub fn bulk(domain: &DomainName, id: BulkId) -> String {
    format!("/domains/{domain}/selected-mailboxes?operation={id}")
}

/// The page of an invitation's link.
pub fn invitation(token: &str) -> String {
    format!("/invitations/{token}")
}

/// The form of a new mailbox.
pub fn new_mailbox(domain: &DomainName) -> String {
    below_domain(domain, "new-mailbox")
}

/// The page of a mailbox.
pub fn mailbox(domain: &DomainName, local_part: &LocalPart) -> String {
    format!("/domains/{domain}/mailboxes/{local_part}")
}

/// A page below a mailbox's, such as `edit`.
pub fn below_mailbox(domain: &DomainName, local_part: &LocalPart, rest: &str) -> String {
    format!("/domains/{domain}/mailboxes/{local_part}/{rest}")
}

/// The list of the objects of a domain to which `path` belongs: its mailboxes, aliases or members; the
/// page of the domain for the other pages below it; the page itself elsewhere.
pub fn list_of(path: &str) -> String {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["domains", domain, "mailboxes" | "new-mailbox" | "selected-mailboxes", ..] => {
            format!("/domains/{domain}/mailboxes")
        }
        ["domains", domain, "aliases" | "new-alias", ..] => format!("/domains/{domain}/aliases"),
        ["domains", domain, "dns", ..] => format!("/domains/{domain}/dns"),
        ["domains", domain, "operations", ..] => format!("/domains/{domain}/operations"),
        ["domains", domain, "members" | "invitations" | "new-invitation" | "leave", ..] => {
            format!("/domains/{domain}/members")
        }
        ["domains", domain, ..] | ["staff", "domains", domain, ..] => format!("/domains/{domain}"),
        _ => path.to_owned(),
    }
}

/// The page of the object to which `path` belongs: of the mailbox or alias for its actions, else as
/// [`list_of`].
pub fn object_of(path: &str) -> String {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["domains", domain, list @ ("mailboxes" | "aliases"), part, ..] => format!("/domains/{domain}/{list}/{part}"),
        _ => list_of(path),
    }
}

/// The domain to which `path` belongs.
pub fn domain_of(path: &str) -> Option<DomainName> {
    let mut segments = path.trim_matches('/').split('/').skip_while(|segment| *segment == "staff");
    segments.next().filter(|first| *first == "domains")?;
    DomainName::parse(segments.next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{domain_of, list_of, object_of};

    #[test]
    fn an_address_below_a_domain_names_it() {
        let domain = |path| domain_of(path).map(|name| name.to_string());
        assert_eq!(domain("/domains/a.fr/mailboxes/x/delete").as_deref(), Some("a.fr"));
        assert_eq!(domain("/staff/domains/a.fr/remove").as_deref(), Some("a.fr"));
        assert_eq!((domain("/domains/new"), domain("/domains"), domain("/staff/operations")), (None, None, None));
    }

    #[test]
    fn each_address_belongs_to_an_object() {
        for (path, object, list) in [
            ("/domains/a.fr/mailboxes/x/delete", "/domains/a.fr/mailboxes/x", "/domains/a.fr/mailboxes"),
            ("/domains/a.fr/aliases/x", "/domains/a.fr/aliases/x", "/domains/a.fr/aliases"),
            ("/domains/a.fr/new-mailbox", "/domains/a.fr/mailboxes", "/domains/a.fr/mailboxes"),
            ("/domains/a.fr/invitations/1/resend", "/domains/a.fr/members", "/domains/a.fr/members"),
            ("/domains/a.fr/operations/5/retry", "/domains/a.fr/operations", "/domains/a.fr/operations"),
            ("/domains/a.fr/dns/share/1/revoke", "/domains/a.fr/dns", "/domains/a.fr/dns"),
            ("/domains/a.fr/edit", "/domains/a.fr", "/domains/a.fr"),
            ("/first-access", "/first-access", "/first-access"),
        ] {
            assert_eq!((object_of(path).as_str(), list_of(path).as_str()), (object, list), "{path}");
        }
    }
}
