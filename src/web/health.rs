//! Health checks and metrics, for load balancers and monitoring. They have no session, no language and
//! no page.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::time::timeout;

use super::Web;
use super::fields::Query;
use crate::actions::App;
use crate::actions::health::{self, PartState as How};
use crate::model::{DomainStatus, Timestamp};
use crate::store::Backlog;
use crate::telemetry::{self, Gauge};

/// The routes of health checks and metrics; their requests are logged at debug level.
pub(crate) const ROUTES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// How long counting for the metrics may take.
const COUNTED_WITHIN: Duration = Duration::from_secs(5);

/// The router of health checks and metrics.
pub(crate) fn routes(web: &Web) -> Router {
    telemetry::metrics();
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(web.clone())
}

/// Liveness: the process answers, and its worker is not stuck.
async fn alive(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.app().signs.is_worker_stuck() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the worker is stuck\n");
    }
    (StatusCode::OK, "ok\n")
}

/// Readiness: one line for each part. `exclude` leaves a part out of the overall result: while dimail
/// is down the portal still stores changes, so a load balancer should not take it out of service.
async fn ready(State(web): State<Web>, Query(query): Query) -> Response {
    let health = health::health(web.app()).await;
    let excluded = query.text("exclude");
    let parts = [("database", health.database), ("worker", health.worker), ("dimail", health.dimail)];
    let mut lines = String::new();
    let mut is_ready = !web.app().signs.is_leaving();
    if !is_ready {
        lines.push_str("portal: stopping\n");
    }
    for (name, how) in parts {
        let is_excluded = excluded.split(',').any(|other| other.trim() == name);
        is_ready = is_ready && (how == How::Well || is_excluded);
        let word = match how {
            How::Well => "ok",
            How::Silent => "no answer",
            How::Unwritable => "cannot be written",
            How::Refuses => "refuses the portal",
        };
        let aside = if is_excluded && how != How::Well { " (excluded)" } else { "" };
        lines.extend([name, ": ", word, aside, "\n"]);
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CACHE_CONTROL, "no-store")], lines).into_response()
}

/// The metrics in Prometheus' text format.
async fn metrics(State(web): State<Web>) -> Response {
    let app = web.app();
    if let Some(since) = app.signs.since_worker_looked() {
        Gauge::WORKER.set(since.as_secs_f64());
    }
    Gauge::DIMAIL_DOWN.set(f64::from(u8::from(app.dimail.limiter().is_down())));
    let connections = app.store.connections();
    Gauge::CONNECTIONS.set_for("state", "open", connections.open.into());
    Gauge::CONNECTIONS.set_for("state", "idle", connections.idle.into());
    count(app).await;
    let text = telemetry::metrics().render();
    let kind = (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([kind, (CACHE_CONTROL, "no-store")], text).into_response()
}

/// Sets the metrics of the backlog.
async fn count(app: &App) {
    let Ok(counted) = timeout(COUNTED_WITHIN, health::backlog(app)).await else {
        return tracing::error!("counting the backlog timed out");
    };
    match counted {
        Ok(backlog) => export(&backlog, app.clock.now()),
        Err(fault) => tracing::error!(%fault, "counting the backlog failed"),
    }
}

fn export(backlog: &Backlog, now: Timestamp) {
    for (state, count) in [
        ("waiting", backlog.jobs_waiting),
        ("unclear", backlog.jobs_unclear),
        ("installation_fault", backlog.jobs_at_fault),
        ("checks_due", backlog.checks_due),
    ] {
        Gauge::JOBS.set_for("state", state, number(count));
    }
    Gauge::OLDEST_CHANGE.set(backlog.oldest_change.map_or(0.0, |at| now.since(at).as_secs_f64()));
    for (state, count) in [
        ("waiting", backlog.emails_waiting),
        ("put_off", backlog.emails_put_off),
        ("refused", backlog.emails_refused),
        ("held", backlog.emails_held),
        ("given_up", backlog.emails_given_up),
    ] {
        Gauge::EMAILS.set_for("state", state, number(count));
    }
    Gauge::MAILBOXES_GIVEN_UP.set(number(backlog.mailboxes_given_up));
    for status in DomainStatus::ALL {
        let found = backlog.domains.iter().find(|(other, _)| *other == status);
        Gauge::DOMAINS.set_for("status", status.into(), number(found.map_or(0, |(_, total)| *total)));
    }
    Gauge::MAILBOXES.set(number(backlog.mailboxes));
    Gauge::SESSIONS.set(number(backlog.sessions));
}

/// A count as a metric value; exact for every count that occurs.
fn number(count: i64) -> f64 {
    i32::try_from(count).unwrap_or(i32::MAX).into()
}
