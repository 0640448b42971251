//! Renews a lease while its work is running.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::actions::App;
use crate::model::id::EmailId;
use crate::model::job::Job;

/// How often a lease is renewed: often enough that a slow database does not let it expire.
const RENEWAL: Duration = Duration::from_secs(10);

/// Renews a lease until dropped.
pub(crate) struct Held(JoinHandle<()>);

impl Held {
    pub(crate) fn job(app: &App, job: &Job) -> Self {
        let (app, job) = (app.clone(), job.clone());
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(RENEWAL).await;
                if let Err(fault) = app.store.renew_job(&job, &app.lease()).await {
                    tracing::warn!(%fault, job = %job.id, "could not renew the lease of a job");
                }
            }
        }))
    }

    pub(crate) fn email(app: &App, id: EmailId) -> Self {
        let app = app.clone();
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(RENEWAL).await;
                if let Err(fault) = app.store.renew_email(id, &app.lease()).await {
                    tracing::warn!(%fault, email = %id, "could not renew the lease of an email");
                }
            }
        }))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.abort();
    }
}
