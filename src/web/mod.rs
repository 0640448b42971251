//! The pages: HTTP routes, handlers, sessions, templates.
//!
//! Does not know SQL or dimail's JSON. A handler reads through `store`, calls one function of `actions`
//! to change something, and renders the result.

pub(crate) mod accounts;
pub(crate) mod aliases;
mod assets;
pub(crate) mod breaks;
mod browser;
pub(crate) mod changes;
mod compression;
pub mod connections;
pub(crate) mod domains;
pub(crate) mod emails;
mod error;
mod extract;
mod fields;
pub(crate) mod guard;
mod health;
pub(crate) mod journal;
mod layers;
pub(crate) mod legal;
mod link_over;
mod listing;
mod logo;
pub(crate) mod mailboxes;
pub(crate) mod members;
mod mistakes;
mod notice;
mod once;
pub(crate) mod operations;
mod origin;
mod page;
mod session;
mod typed;
mod watch;
mod why;

use std::sync::Arc;

pub use assets::Assets;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use axum_login::AuthManagerLayerBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::actions::App;
use crate::model::SeeDomain;
use crate::store::Allowed;
use crate::urls;
pub use crate::web::emails::outbox::{Demo, Published};
pub(crate) use crate::web::error::{Answer, PageError, drawn, invalid, refused, rendered};
use crate::web::extract::AliasPart;
pub(crate) use crate::web::extract::{Id, LinkToken, MailboxPart, Staff};
pub(crate) use crate::web::fields::{Fields, Query};
pub(crate) use crate::web::mistakes::ErrorTexts;
pub(crate) use crate::web::notice::{Notice, Undo};
pub(crate) use crate::web::page::{Page, see_other};
pub(crate) use crate::web::session::{Account, AuthSession};

/// The largest form, in bytes.
const FORM_MAX: usize = 64 * 1024;

/// The state that all handlers share.
#[derive(Clone)]
pub struct Web(Arc<Parts>);

struct Parts {
    app: App,
    assets: Assets,
    demo: Option<Demo>,
    warned: watch::Warned,
    cookieless: accounts::sign_in::Cookieless,
    requests: once::Requests,
}

impl Web {
    /// Builds the state; `demo` is present in the demonstration only.
    pub fn new(app: App, assets: Assets, demo: Option<Demo>) -> Self {
        let (warned, cookieless) = (watch::Warned::default(), accounts::sign_in::Cookieless::default());
        let requests = once::Requests::default();
        Self(Arc::new(Parts { app, assets, demo, warned, cookieless, requests }))
    }

    fn app(&self) -> &App {
        &self.0.app
    }

    fn assets(&self) -> &Assets {
        &self.0.assets
    }

    fn warned(&self) -> &watch::Warned {
        &self.0.warned
    }

    fn cookieless(&self) -> &accounts::sign_in::Cookieless {
        &self.0.cookieless
    }

    fn requests(&self) -> &once::Requests {
        &self.0.requests
    }

    fn demo(&self) -> Option<&Demo> {
        self.0.demo.as_ref()
    }
}

/// The router of all addresses.
pub fn router(web: &Web) -> Router {
    let sessions = session::layer(web);
    let accounts = AuthManagerLayerBuilder::new(session::Accounts::new(web.app().store.clone()), sessions)
        .with_data_key(session::DATA_KEY)
        .build();
    pages(web)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(csrf(web))
        .layer(from_fn_with_state(web.clone(), error::draw))
        .layer(from_fn_with_state(web.clone(), watch::watch))
        .layer(accounts)
        .layer(from_fn(browser::set))
        .layer(from_fn_with_state(web.clone(), session::keep_account))
        .layer(from_fn_with_state(web.clone(), typed::keep))
        // Applied a second time outside the session layer, which answers errors itself when the
        // database is down.
        .layer(from_fn_with_state(web.clone(), error::draw))
        .layer(from_fn(layers::hurry))
        .layer(from_fn(layers::without_slash))
        .merge(assets::routes(web))
        .merge(health::routes(web))
        .layer(from_fn(layers::secure))
        .layer(compression::layer())
        .layer(from_fn(compression::choose))
        .layer(from_fn(layers::number))
}

/// CSRF protection: other sites may send GET requests only. The public address is trusted explicitly,
/// because a proxy may pass on another `Host`.
fn csrf(web: &Web) -> CsrfLayer {
    let layer = CsrfLayer::new();
    let public_url = web.app().settings.public_url();
    layer.clone().add_trusted_origin(public_url).unwrap_or(layer)
}

/// GET on an address that only accepts POST redirects to the page of its object. `Part` is the part of
/// the path that must be valid besides the domain.
async fn to_object<Part>(_: Allowed<SeeDomain>, _: Part, address: Uri) -> Response {
    page::see_other(&urls::object_of(address.path()))
}

/// An address below `/staff` that does not exist; which ones exist is told to staff only.
async fn unknown_to_staff(_: Staff) -> StatusCode {
    error::unknown().await
}

/// The same for a method that the address does not support.
async fn wrong_method_for_staff(_: Staff) -> StatusCode {
    error::wrong_method().await
}

/// The routes that only the demonstration has.
fn demo_pages(router: Router<Web>) -> Router<Web> {
    router
        .route("/outbox", get(emails::outbox::outbox))
        .route("/domains/{domain}/publish", get(to_object::<()>).post(emails::outbox::publish))
}

/// The DNS settings of a domain, and the links to them.
fn dns_pages() -> Router<Web> {
    Router::new()
        .route("/domains/{domain}/dns", get(domains::dns::show))
        .route("/domains/{domain}/dns/share", get(to_object::<()>).post(domains::share_dns::share))
        .route("/domains/{domain}/dns/share/{id}/revoke", get(to_object::<()>).post(domains::share_dns::revoke))
        .route("/dns/{token}", get(domains::share_dns::show_link).post(domains::share_dns::check_link))
        .route("/domains/{domain}/zone.txt", get(domains::dns::zone_file))
}

fn pages(web: &Web) -> Router {
    let router = Router::new()
        .route("/", get(accounts::sign_in::home))
        .route(urls::SIGN_IN, get(accounts::sign_in::show).post(accounts::sign_in::sign_in))
        .route(urls::FIRST_ACCESS, get(emails::first_access::show).post(emails::first_access::ask))
        .route("/login-link/{token}", get(emails::login_link::show).post(emails::login_link::press))
        .route("/sign-out", get(accounts::sign_in::to_start).post(accounts::sign_in::sign_out))
        .route("/language", get(accounts::sign_in::to_start).post(accounts::sign_in::language))
        .route(urls::FORGOT_PASSWORD, get(accounts::reset_password::forgot).post(accounts::reset_password::ask))
        .route("/reset-password/{token}", get(accounts::reset_password::show).post(accounts::reset_password::reset))
        .route(urls::ACCESSIBILITY, get(legal::accessibility::show))
        .route(urls::PRIVACY, get(legal::privacy::show))
        .route(urls::ACCOUNT, get(accounts::profile::show).post(accounts::profile::save))
        .route(urls::CONFIRM_ACCOUNT, get(accounts::confirm::to_account).post(accounts::confirm::ask_account))
        .route("/confirm/{token}", get(accounts::confirm::show).post(accounts::confirm::confirm))
        .route(urls::DOMAINS, get(domains::list::index))
        .route(urls::NEW_DOMAIN, get(domains::add::new).post(domains::add::add))
        .route("/domains/{domain}", get(domains::show::show))
        .route("/domains/{domain}/edit", get(domains::edit::edit).post(domains::edit::save))
        .route("/domains/{domain}/confirm-support", get(to_object::<()>).post(accounts::confirm::ask_support))
        .route("/domains/{domain}/check", get(to_object::<()>).post(domains::show::check))
        .route("/domains/{domain}/remove", get(domains::remove::ask_remove).post(domains::remove::remove))
        .route(
            "/staff/domains/{domain}/remove",
            get(domains::remove::ask_remove_as_staff).post(domains::remove::remove_as_staff),
        )
        .route("/domains/{domain}/compare", get(domains::compare::show).post(domains::compare::act))
        .merge(dns_pages())
        .route("/domains/{domain}/operations", get(operations::list::index))
        .route("/domains/{domain}/operations/{id}/retry", get(to_object::<()>).post(operations::act::retry))
        .route("/domains/{domain}/operations/{id}/take-back", get(to_object::<()>).post(operations::act::take_back))
        .route("/domains/{domain}/journal", get(journal::list::index))
        .route("/domains/{domain}/journal.csv", get(journal::csv::download))
        .route(urls::STAFF_OPERATIONS, get(operations::staff::index).fallback(wrong_method_for_staff))
        .route("/staff", any(unknown_to_staff))
        .route("/staff/{*rest}", any(unknown_to_staff))
        .route("/domains/{domain}/leave", get(members::remove::ask_leave).post(members::remove::leave))
        .route("/domains/{domain}/members", get(members::list::index))
        .route("/domains/{domain}/members/{id}/role", get(members::roles::ask_role).post(members::roles::set_role))
        .route("/domains/{domain}/members/{id}/remove", get(members::remove::ask_remove).post(members::remove::remove))
        .route("/domains/{domain}/new-invitation", get(members::invite::new).post(members::invite::invite))
        .route("/domains/{domain}/invitations/{id}/resend", get(to_object::<()>).post(members::invite::resend))
        .route("/domains/{domain}/invitations/{id}/withdraw", get(to_object::<()>).post(members::invite::withdraw))
        .route("/invitations/{token}", get(members::accept::show).post(members::accept::accept))
        .route("/domains/{domain}/aliases", get(aliases::list::index))
        .route("/domains/{domain}/new-alias", get(aliases::add::new).post(aliases::add::add))
        .route("/domains/{domain}/aliases/{alias}", get(aliases::show::show))
        .route(
            "/domains/{domain}/aliases/{alias}/add",
            get(to_object::<AliasPart>).post(aliases::show::add_destination),
        )
        .route("/domains/{domain}/aliases/{alias}/remove", get(to_object::<AliasPart>).post(aliases::remove::remove))
        .route(
            "/domains/{domain}/aliases/{alias}/delete",
            get(aliases::remove::ask_delete).post(aliases::remove::delete),
        )
        .route("/domains/{domain}/mailboxes", get(mailboxes::list::index))
        .route("/domains/{domain}/new-mailbox", get(mailboxes::create::new).post(mailboxes::create::add))
        .route("/domains/{domain}/new-mailbox/address", get(mailboxes::address::address))
        .route("/domains/{domain}/selected-mailboxes", get(mailboxes::bulk::show).post(mailboxes::bulk::act))
        .route("/domains/{domain}/mailboxes/{mailbox}", get(mailboxes::show::show))
        .route("/domains/{domain}/mailboxes/{mailbox}/edit", get(mailboxes::edit::show).post(mailboxes::edit::save))
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/disable",
            get(mailboxes::lifecycle::ask_disable).post(mailboxes::lifecycle::disable),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/enable",
            get(to_object::<MailboxPart>).post(mailboxes::lifecycle::enable),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/login-link",
            get(to_object::<MailboxPart>).post(mailboxes::access::login_link),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/confirm-address",
            get(to_object::<MailboxPart>).post(accounts::confirm::ask_mailbox),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/reset-password",
            get(to_object::<MailboxPart>).post(mailboxes::access::reset_password),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/handed-over",
            get(to_object::<MailboxPart>).post(mailboxes::hand_over::handed_over),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/retry",
            get(to_object::<MailboxPart>).post(mailboxes::lifecycle::retry),
        )
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/delete",
            get(mailboxes::lifecycle::ask_delete).post(mailboxes::lifecycle::delete),
        );
    let router = if web.demo().is_some() { demo_pages(router) } else { router };
    router.fallback(error::unknown).method_not_allowed_fallback(error::wrong_method).with_state(web.clone())
}
