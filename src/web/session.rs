//! Authentication: sessions in the portal's database, and the accounts they belong to.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_login::{AuthUser, AuthnBackend};
use sha2::{Digest, Sha256};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

use super::Web;
use super::origin::Origin;
use crate::model::UserId;
use crate::store::{Credentials, Fault, SignedIn, Store, unless_slow};

/// The lifetime of the cookie, that of the longest session; the database decides when a session ends.
const COOKIE_DAYS: i64 = 7;

/// Where `axum-login` keeps its data in a session.
pub(crate) const DATA_KEY: &str = "axum-login.data";

/// The session of a request, with its account.
pub(crate) type AuthSession = axum_login::AuthSession<Accounts>;

/// Sessions as rows of the portal's database.
#[derive(Clone, Debug)]
pub(crate) struct Sessions(Store);

/// The name of the cookie. `__Host-` cookies cannot be set by a sibling domain; browsers require them to be
/// secure.
pub(crate) fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-session" } else { "session" }
}

pub(crate) fn layer(web: &Web) -> SessionManagerLayer<Sessions> {
    let is_https = web.app().settings.is_https();
    SessionManagerLayer::new(Sessions(web.app().store.clone()))
        .with_name(cookie_name(is_https))
        .with_secure(is_https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::days(COOKIE_DAYS)))
}

/// Removes a value from a stored session, but gives up after a short time: displaying a page must not
/// fail or be slow because the database cannot be written at the moment. The value then stays for the
/// next page.
pub(crate) async fn try_to_remove(web: &Web, session: &Session, key: &str) {
    let (Some(id), store) = (session.id(), Sessions(web.app().store.clone())) else { return };
    let removal = async {
        let Some(mut record) = store.load(&id).await? else { return Ok(()) };
        record.data.remove(key);
        store.save(&record).await
    };
    unless_slow("removing a value from a session", removal).await;
}

tokio::task_local! {
    /// Where this request comes from.
    static ORIGIN: Origin;
    /// The account that was read with the session of this request.
    static ACCOUNT: RefCell<Option<Credentials>>;
    /// Whether the database could not read or write the session of this request for now: the libraries
    /// between the store and the pages pass on only that there was an error.
    static DATABASE_AWAY: Cell<bool>;
}

/// Lets a request read its session and its account with one statement, and ties the origin of the request to
/// the person: no handler can forget it. If the database does not work, the answer says so, instead of the
/// general error of the session layer.
pub(crate) async fn keep_account(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(origin) = Origin::from_request_parts(&mut parts, &web).await;
    let request = Request::from_parts(parts, body);
    let answer = async {
        let response = ACCOUNT.scope(RefCell::default(), next.run(request)).await;
        let is_ours = response.status() == StatusCode::INTERNAL_SERVER_ERROR && is_database_away();
        if is_ours { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { response }
    };
    ORIGIN.scope(origin, DATABASE_AWAY.scope(Cell::new(false), answer)).await
}

/// Whether the session of this request could not be read or written because the database does not work.
pub(crate) fn is_database_away() -> bool {
    DATABASE_AWAY.try_with(Cell::get).unwrap_or(false)
}

/// The person who is signed in, from the data of the session.
fn user_of(record: &Record) -> Option<UserId> {
    record.data.get(DATA_KEY)?.get("user_id")?.as_str()?.parse().ok()
}

fn hashed(id: &Id) -> String {
    format!("{:x}", Sha256::digest(id.to_string().as_bytes()))
}

fn failed(fault: &Fault) -> Error {
    if fault.is_temporary() {
        tracing::warn!(%fault, "a session could not be read or written");
        DATABASE_AWAY.try_with(|away| away.set(true)).ok();
    }
    Error::Backend(fault.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        self.0.begin_session(&hashed(&record.id), &data, user_of(record)).await.map_err(|fault| failed(&fault))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        self.0.save_session(&hashed(&record.id), &data, user_of(record)).await.map_err(|fault| failed(&fault))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = self.0.session(&hashed(id)).await.map_err(|fault| failed(&fault))?;
        let Some(found) = found else { return Ok(None) };
        // Outside of a request there is no place to keep it.
        ACCOUNT.try_with(|account| account.replace(found.account)).ok();
        let data: HashMap<_, _> =
            serde_json::from_str(&found.data).map_err(|error| Error::Decode(error.to_string()))?;
        // The expiry is that of the cookie; the query decided that the session is still valid.
        let expiry_date = OffsetDateTime::from_unix_timestamp(self.0.clock().now().seconds())
            .map_err(|error| Error::Decode(error.to_string()))?
            + Duration::days(COOKIE_DAYS);
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete_session(&hashed(id)).await.map_err(|fault| failed(&fault))
    }
}

/// The accounts, as `axum-login` needs them.
#[derive(Clone, Debug)]
pub(crate) struct Accounts(Store);

impl Accounts {
    pub(crate) fn new(store: Store) -> Self {
        Self(store)
    }
}

/// A signed-in person, with the value that ties their sessions to their password.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) person: SignedIn,
    auth_hash: Vec<u8>,
}

impl Account {
    /// The one place where a person of a request is made: with the origin of the request.
    pub(crate) fn new(found: Credentials) -> Self {
        // A hash of the password hash, which must not be stored in every session.
        let bound_to = format!("{} {}", found.session_epoch, found.password_hash.unwrap_or_default());
        let origin = ORIGIN.try_with(|origin| origin.text().to_owned()).unwrap_or_default();
        let person = found.person.at_origin(origin);
        Self { person, auth_hash: Sha256::digest(bound_to.as_bytes()).to_vec() }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account").field(&self.person.user().email).finish()
    }
}

impl AuthUser for Account {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.person.user().id.to_string()
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.auth_hash
    }
}

impl AuthnBackend for Accounts {
    type User = Account;
    type Credentials = Credentials;
    type Error = Fault;

    /// Never sees a password: `actions::throttle` has verified it, and the credentials name the
    /// account.
    async fn authenticate(&self, found: Credentials) -> std::result::Result<Option<Account>, Fault> {
        Ok(Some(Account::new(found)))
    }

    async fn get_user(&self, id: &String) -> std::result::Result<Option<Account>, Fault> {
        let Ok(id) = id.parse::<UserId>() else { return Ok(None) };
        let read = ACCOUNT.try_with(RefCell::take).ok().flatten().filter(|found| found.person.user().id == id);
        let found = match read {
            Some(found) => Some(found),
            None => self.0.account(id).await?,
        };
        Ok(found.map(Account::new))
    }
}
