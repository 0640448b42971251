//! The door for people: routes, sessions, pages.
//!
//! Must not know: SQL, dimail's JSON, how anything is done; a handler chooses between two answers.

mod assets;
pub mod connections;
mod corrections;
mod demo;
mod dns;
mod domains;
mod error;
mod extract;
mod fields;
mod health;
mod invitations;
mod layers;
mod listing;
mod mailboxes;
mod members;
mod page;
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
        .route("/sign-out", get(sign_in::home).post(sign_in::sign_out))
        .route("/language", get(sign_in::home).post(sign_in::language))
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
        .route("/domains/{domain}/mailboxes", get(mailboxes::index))
        .route("/domains/{domain}/new-mailbox", get(mailboxes::new).post(mailboxes::add))
        .route("/domains/{domain}/mailboxes/{mailbox}", get(mailboxes::show))
        .route("/domains/{domain}/mailboxes/{mailbox}/edit", get(corrections::edit).post(corrections::save))
        .route("/domains/{domain}/mailboxes/{mailbox}/retry", get(corrections::to_mailbox).post(corrections::retry))
        .route("/domains/{domain}/mailboxes/{mailbox}/delete", get(corrections::ask_delete).post(corrections::delete));
    let router = if web.demo().is_some() {
        router
            .route("/outbox", get(demo::outbox))
            .route("/domains/{domain}/publish", get(domains::to_domain).post(demo::publish))
    } else {
        router
    };
    router.fallback(error::unknown).method_not_allowed_fallback(error::wrong_method).with_state(web.clone())
}
