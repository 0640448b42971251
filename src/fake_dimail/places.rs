//! The paths of dimail: which route a path is, its canonical form, and its methods. Does not know what
//! the routes do.

use axum::http::Method;

use crate::fake_dimail::Release;

/// The route of a path.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    Token,
    Users,
    User(&'a str),
    Allows,
    Allow(&'a str, &'a str),
    Domains,
    Domain(&'a str),
    Check(&'a str),
    Fix(&'a str),
    Spec(&'a str),
    Mailboxes(&'a str),
    MailboxesV2(&'a str),
    Mailbox(&'a str, &'a str),
    MailboxV2(&'a str, &'a str),
    Code(&'a str, &'a str),
    ResetPassword(&'a str, &'a str),
    Identity(&'a str, &'a str, &'a str),
    Address(&'a str, &'a str),
    Aliases(&'a str),
    Alias(&'a str, &'a str, &'a str),
    /// The webmail's page of a login link; on another host in production.
    LoginPage(&'a str),
}

/// The slash at the end of a path.
#[derive(Clone, Copy)]
pub(crate) enum Slash {
    With,
    Without,
    /// Unknown, or observed in both forms: both are served.
    Either,
}

impl Slash {
    pub fn fits(self, has_slash: bool) -> bool {
        match self {
            Slash::With => has_slash,
            Slash::Without => !has_slash,
            Slash::Either => true,
        }
    }
}

/// The route of a path, if the release has it.
pub(crate) fn find<'a>(segments: &[&'a str], release: Release) -> Option<(Place<'a>, Slash)> {
    if segments.iter().any(|segment| segment.is_empty()) {
        return None;
    }
    let (place, slash) = match *segments {
        ["token"] => (Place::Token, Slash::With),
        ["users"] => (Place::Users, Slash::With),
        ["users", user] => (Place::User(user), Slash::Without),
        ["allows"] => (Place::Allows, Slash::With),
        ["allows", domain, user] => (Place::Allow(domain, user), Slash::Without),
        ["domains"] => (Place::Domains, Slash::With),
        ["domains", domain] => (Place::Domain(domain), Slash::Without),
        ["domains", domain, ref rest @ ..] => inside(domain, rest)?,
        ["v2", "domains", domain, "mailboxes"] => (Place::MailboxesV2(domain), Slash::With),
        ["v2", "domains", domain, "mailboxes", name] => (Place::MailboxV2(domain, name), Slash::Without),
        ["code", code] => (Place::LoginPage(code), Slash::Without),
        _ => return None,
    };
    let missing = release == Release::August2024 && place.came_after_2024();
    (!missing).then_some((place, slash))
}

/// The routes below a domain.
fn inside<'a>(domain: &'a str, rest: &[&'a str]) -> Option<(Place<'a>, Slash)> {
    Some(match *rest {
        ["check"] => (Place::Check(domain), Slash::Without),
        ["fix"] => (Place::Fix(domain), Slash::Either),
        ["spec"] => (Place::Spec(domain), Slash::Either),
        ["address", name] => (Place::Address(domain, name), Slash::Either),
        ["aliases"] => (Place::Aliases(domain), Slash::With),
        ["aliases", name, to] => (Place::Alias(domain, name, to), Slash::Without),
        ["mailboxes"] => (Place::Mailboxes(domain), Slash::With),
        ["mailboxes", name] => (Place::Mailbox(domain, name), Slash::Without),
        ["mailboxes", name, "code"] => (Place::Code(domain, name), Slash::Without),
        ["mailboxes", name, "reset_password"] => (Place::ResetPassword(domain, name), Slash::Either),
        ["mailboxes", name, "identities", identity] => (Place::Identity(domain, name, identity), Slash::Without),
        _ => return None,
    })
}

impl Place<'_> {
    fn came_after_2024(self) -> bool {
        matches!(
            self,
            Place::Fix(_)
                | Place::Spec(_)
                | Place::MailboxesV2(_)
                | Place::MailboxV2(..)
                | Place::Code(..)
                | Place::ResetPassword(..)
                | Place::Identity(..)
                | Place::Address(..)
                | Place::LoginPage(_)
        )
    }

    /// The methods of the route. A refusal names the first one only (dimail of August 2024).
    pub fn methods(self) -> &'static [Method] {
        match self {
            Place::Users | Place::Allows | Place::Domains | Place::Aliases(_) => &[Method::GET, Method::POST],
            Place::User(_) => &[Method::GET, Method::PATCH, Method::DELETE],
            Place::Allow(..) | Place::Alias(..) => &[Method::DELETE],
            Place::Mailbox(..) => &[Method::POST, Method::GET, Method::PATCH, Method::DELETE],
            Place::MailboxV2(..) => &[Method::PATCH],
            Place::Code(..) | Place::ResetPassword(..) | Place::Identity(..) => &[Method::POST],
            _ => &[Method::GET],
        }
    }

    /// Whether the route reads the body of a call that is not a GET.
    pub fn reads_body(self, method: &Method) -> bool {
        let bodyless = matches!(self, Place::ResetPassword(..) | Place::Identity(..));
        !bodyless && (method == Method::POST || method == Method::PATCH)
    }

    /// Whether a call may change the state of the fake; some GETs do.
    pub fn may_change(self, method: &Method) -> bool {
        let changing_get = matches!(self, Place::Token | Place::Check(_) | Place::Fix(_) | Place::LoginPage(_));
        changing_get || method != Method::GET
    }
}
