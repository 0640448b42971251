//! The door for people: routes, sessions, pages.
//!
//! Must not know: SQL, dimail's JSON, how anything is done; a handler chooses between two answers.

mod account;
mod alias_form;
mod aliases;
mod assets;
mod changes;
pub mod connections;
mod demo;
mod dns;
mod domains;
mod edits;
mod error;
mod extract;
mod fields;
mod first_access;
mod guards;
mod health;
mod holders;
mod invitations;
mod layers;
mod listing;
mod mailbox;
mod mailboxes;
mod members;
mod offers;
mod origin;
mod own;
mod page;
mod passwords;
mod selected;
mod session;
mod sign_in;
mod steps;

use std::sync::Arc;

pub use assets::{Assets, AssetsError};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum_login::AuthManagerLayerBuilder;
pub use demo::{Demo, Published};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::actions::App;
use crate::urls;

/// The largest form, in bytes.
const FORM_MAX: usize = 64 * 1024;

/// What pages work with.
#[derive(Clone)]
pub struct Web(Arc<Parts>);

struct Parts {
    app: App,
    assets: Assets,
    demo: Option<Demo>,
}

impl Web {
    /// Brings the parts together; `demo` is there in the demonstration only.
    #[must_use]
    pub fn new(app: App, assets: Assets, demo: Option<Demo>) -> Self {
        Self(Arc::new(Parts { app, assets, demo }))
    }

    fn app(&self) -> &App {
        &self.0.app
    }

    fn assets(&self) -> &Assets {
        &self.0.assets
    }

    fn demo(&self) -> Option<&Demo> {
        self.0.demo.as_ref()
    }
}

/// All addresses of the portal.
pub fn router(web: &Web) -> Router {
    let sessions = session::layer(web);
    let accounts = AuthManagerLayerBuilder::new(session::Accounts::new(web.app().store.clone()), sessions).build();
    pages(web)
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(csrf(web))
        .layer(from_fn_with_state(web.clone(), error::draw))
        .layer(accounts)
        // Once more for what the layer of sessions answers itself when the database is away.
        .layer(from_fn_with_state(web.clone(), error::draw))
        .merge(assets::routes(web))
        .merge(health::routes(web))
        .layer(from_fn(layers::secure))
        .layer(from_fn(layers::number))
}

/// Requests from other sites may look, not act. The public address is trusted in so many words:
/// a proxy may hand on another `Host`.
fn csrf(web: &Web) -> CsrfLayer {
    let layer = CsrfLayer::new();
    let public_url = web.app().settings.public_url();
    layer.clone().add_trusted_origin(public_url).unwrap_or(layer)
}

fn pages(web: &Web) -> Router {
    let router = Router::new()
        .route("/", get(sign_in::home))
        .route(urls::SIGN_IN, get(sign_in::show).post(sign_in::sign_in))
        .route(urls::FIRST_ACCESS, get(first_access::show).post(first_access::ask))
        .route("/sign-out", get(sign_in::home).post(sign_in::sign_out))
        .route("/language", get(sign_in::home).post(sign_in::language))
        .route(urls::FORGOT_PASSWORD, get(passwords::forgot).post(passwords::ask))
        .route("/reset-password/{token}", get(passwords::show).post(passwords::reset))
        .route(urls::ACCOUNT, get(account::show).post(account::save))
        .route(urls::DOMAINS, get(domains::index))
        .route(urls::NEW_DOMAIN, get(domains::new).post(domains::add))
        .route("/domains/{domain}", get(domains::show))
        .route("/domains/{domain}/edit", get(domains::edit).post(domains::save))
        .route("/domains/{domain}/check", get(domains::to_domain).post(domains::check))
        .route("/domains/{domain}/remove", get(domains::ask_remove).post(domains::remove))
        .route("/domains/{domain}/dns", get(dns::show))
        .route("/domains/{domain}/zone.txt", get(dns::zone))
        .route("/domains/{domain}/leave", get(members::ask_leave).post(members::leave))
        .route("/domains/{domain}/members", get(members::index))
        .route("/domains/{domain}/members/{id}/role", get(members::to_members).post(members::set_role))
        .route("/domains/{domain}/members/{id}/remove", get(members::ask_remove).post(members::remove))
        .route("/domains/{domain}/new-invitation", get(invitations::new).post(invitations::invite))
        .route("/domains/{domain}/invitations/{id}/resend", get(members::to_members).post(invitations::resend))
        .route("/domains/{domain}/invitations/{id}/withdraw", get(members::to_members).post(invitations::withdraw))
        .route("/invitations/{token}", get(invitations::show).post(invitations::accept))
        .route("/domains/{domain}/aliases", get(aliases::index))
        .route("/domains/{domain}/new-alias", get(aliases::new).post(aliases::add))
        .route("/domains/{domain}/aliases/{alias}", get(aliases::show))
        .route("/domains/{domain}/aliases/{alias}/add", get(aliases::to_alias).post(aliases::add_destination))
        .route("/domains/{domain}/aliases/{alias}/remove", get(aliases::to_alias).post(aliases::remove))
        .route("/domains/{domain}/aliases/{alias}/delete", get(aliases::ask_delete).post(aliases::delete))
        .route("/domains/{domain}/mailboxes", get(mailboxes::index))
        .route("/domains/{domain}/new-mailbox", get(mailboxes::new).post(mailboxes::add))
        .route("/domains/{domain}/selected-mailboxes", get(selected::show).post(selected::act))
        .route("/domains/{domain}/mailboxes/{mailbox}", get(mailbox::show))
        .route("/domains/{domain}/mailboxes/{mailbox}/edit", get(edits::show).post(edits::save))
        .route("/domains/{domain}/mailboxes/{mailbox}/disable", get(changes::ask_disable).post(changes::disable))
        .route("/domains/{domain}/mailboxes/{mailbox}/enable", get(changes::to_mailbox).post(changes::enable))
        .route("/domains/{domain}/mailboxes/{mailbox}/login-link", get(changes::to_mailbox).post(holders::login_link))
        .route(
            "/domains/{domain}/mailboxes/{mailbox}/reset-password",
            get(changes::to_mailbox).post(holders::reset_password),
        )
        .route("/domains/{domain}/mailboxes/{mailbox}/retry", get(changes::to_mailbox).post(changes::retry))
        .route("/domains/{domain}/mailboxes/{mailbox}/delete", get(changes::ask_delete).post(changes::delete));
    let router = if web.demo().is_some() {
        router
            .route("/outbox", get(demo::outbox))
            .route("/domains/{domain}/publish", get(domains::to_domain).post(demo::publish))
    } else {
        router
    };
    router.fallback(error::unknown).method_not_allowed_fallback(error::wrong_method).with_state(web.clone())
}
