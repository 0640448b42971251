//! Asks dimail what it has of a domain: its lists of mailboxes and of aliases.

use tokio::time::{Instant, timeout_at};

use crate::actions::App;
use crate::dimail::{Active, CallError, KnownAlias, KnownMailbox};
use crate::model::observed::{Listed, ListedActivity, Observed};
use crate::model::{DomainName, Timestamp};

/// What dimail showed, and when it was asked.
pub(crate) struct Observation {
    pub(crate) observed: Observed,
    pub(crate) began: Timestamp,
}

/// What dimail shows of a domain at this moment.
pub(crate) async fn observe(app: &App, name: &DomainName) -> Result<Observation, CallError> {
    let began = app.clock.now();
    let mailboxes = app.dimail.mailboxes(name).await?;
    let pairs = app.dimail.aliases(name).await?;
    let pairs = pairs.into_iter().map(|KnownAlias { local_part, destination }| (local_part, destination));
    Ok(Observation { observed: Observed::new(name, mailboxes.into_iter().map(listed), pairs), began })
}

/// The same; `None` if dimail gives no answer until then.
pub(super) async fn observe_until(app: &App, name: &DomainName, until: Instant) -> Option<Observation> {
    match timeout_at(until, observe(app, name)).await.ok()? {
        Ok(observation) => Some(observation),
        Err(failure) => {
            tracing::info!(domain = %name, %failure, "not compared with dimail");
            None
        }
    }
}

fn listed(known: KnownMailbox) -> Listed {
    let activity = match known.active {
        Active::Yes => ListedActivity::Active,
        Active::No => ListedActivity::Inactive,
        Active::Unsure => ListedActivity::Unclear,
        Active::NotShown => ListedActivity::NotShown { broken: known.broken },
    };
    Listed { address: known.email, names: known.names, activity, is_technical: known.technical }
}
