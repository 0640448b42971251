//! Whether the portal is well: for load balancers and monitoring, without a session.

use axum::Router;
use axum::routing::get;

use super::Web;

/// The routes of health.
pub(super) fn routes(web: &Web) -> Router {
    Router::new().route("/healthz", get(alive)).with_state(web.clone())
}

/// The process answers.
async fn alive() -> &'static str {
    "ok\n"
}
