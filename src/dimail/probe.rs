//! Inspects an installation of dimail: permissions, routes, clock. Changes nothing at dimail, except
//! for resetting a fake.

use serde_json::{Value, json};

use super::client::Dimail;
use super::error::CallError;
use super::http::{Family, Request};
use super::missing::OptionalRoute;

/// A domain that does not exist at any dimail (RFC 2606).
const NOWHERE: &str = "doctor.invalid";

/// The request for an optional route about a domain that does not exist: its path, its authentication,
/// and whether it is a POST. dimail reports a missing route before it looks at anything else.
fn asked_nowhere(route: OptionalRoute) -> (&'static str, Family, bool) {
    match route {
        OptionalRoute::Fix => ("/domains/{}/fix/", Family::Basic, false),
        OptionalRoute::Spec => ("/domains/{}/spec/", Family::Basic, false),
        OptionalRoute::ListV2 => ("/v2/domains/{}/mailboxes/", Family::Bearer, false),
        OptionalRoute::AddressLookup => ("/domains/{}/address/nobody/", Family::Bearer, false),
        OptionalRoute::Code => ("/domains/{}/mailboxes/nobody/code", Family::Bearer, true),
        OptionalRoute::ResetPassword => ("/domains/{}/mailboxes/nobody/reset_password/", Family::Bearer, true),
    }
}

impl Dimail {
    /// Whether our account may create domains. dimail checks the permission before the fields (dimail
    /// of August 2024), and without any field nothing can be created.
    pub async fn may_create_domains(&self) -> Result<bool, CallError> {
        match self.call(Request::post(Family::Basic, "/domains/".to_owned(), Some(json!({})))).await {
            Err(CallError::Refused(_)) => Ok(true),
            Err(failure) if failure.is_denied() => Ok(false),
            Err(failure) => Err(failure),
            Ok(answer) => Err(answer.unreadable("a domain without a name was taken")),
        }
    }

    /// Whether this dimail has individual permissions of accounts. No route returns it, but they came
    /// with the route of the expected records.
    pub async fn knows_perms(&self) -> Result<bool, CallError> {
        self.has_route(OptionalRoute::Spec).await
    }

    /// Whether this dimail has a route. It is requested only if that is not known from other calls.
    pub async fn has(&self, route: OptionalRoute) -> Result<bool, CallError> {
        match self.missing().is_there(route) {
            Some(known) => Ok(known),
            None => self.has_route(route).await,
        }
    }

    /// The optional routes that this dimail lacks, of those that came after the server of August 2024.
    pub async fn missing_routes(&self) -> Result<Vec<&'static str>, CallError> {
        let mut missing = Vec::new();
        for route in OptionalRoute::ALL {
            if !self.has_route(route).await? {
                missing.push(asked_nowhere(route).0);
            }
        }
        Ok(missing)
    }

    async fn has_route(&self, route: OptionalRoute) -> Result<bool, CallError> {
        let (path, family, is_post) = asked_nowhere(route);
        let path = path.replace("{}", NOWHERE);
        let request = if is_post { Request::post(family, path, Some(json!({}))) } else { Request::get(family, path) };
        let has = match self.call(request).await {
            Err(failure) if failure.is_route_missing() => false,
            Ok(_) | Err(CallError::Refused(_)) => true,
            Err(failure) if failure.is_denied() => true,
            Err(failure) => return Err(failure),
        };
        if has {
            self.missing().note_there(route);
        } else {
            self.missing().note(route);
        }
        Ok(has)
    }

    /// The time at dimail in seconds since 1970, if it returns it.
    pub async fn time(&self) -> Result<Option<i64>, CallError> {
        let answer = self.call(Request::get(Family::Basic, "/token/".to_owned())).await?;
        Ok(answer.given_at)
    }

    /// Resets a fake dimail to its initial state.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::is_route_missing`] if it is not a fake, and nothing was done.
    pub async fn reset_fake(&self) -> Result<(), CallError> {
        let answer = self.call(Request::list(Family::Basic, "/_fake/state".to_owned())).await?;
        let state: Value = answer.json()?;
        if state.get("faults").is_none() {
            return Err(answer.unreadable("it is not the state of a fake"));
        }
        self.call(Request::post(Family::Basic, "/_fake/reset".to_owned(), None)).await?.done()
    }
}
