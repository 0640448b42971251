//! A form that is sent twice, as by a double click, is carried out once: each form has a number of its own
//! (`request`), and the same form with the same number from the same session within a minute is one request.
//!
//! The second request passes its own extractors first, so rights are read again, and then waits for the
//! result of the first, which goes on in a task of its own: a browser closes the connection of the first when
//! it sends the second. Results, with the passwords in them, are kept in memory only, and for that minute. For
//! mailboxes, whose names are unique, the database tells other processes that the form was sent already.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tower_sessions::Session;
use tracing::Instrument;
use uuid::Uuid;

use super::Web;
use crate::actions::mailboxes::create::SAME_REQUEST;
use crate::actions::{Error, Result};
use crate::model::{Refusal, Timestamp};
use crate::store::briefly;

/// The field with the number.
pub(crate) const FIELD: &str = "request";
/// The longest number.
const NUMBER_MAX: usize = 100;

/// The number of a new form.
pub(crate) fn number() -> String {
    Uuid::new_v4().simple().to_string()
}

/// What makes two requests the same: session, address and all fields, the number among them. The fields
/// count because a form that a browser shows again (Back) keeps its number, and may be filled in anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of a form; `None` without a session or a number.
    pub(super) fn new(parts: &Parts, number: &str, body: &[u8]) -> Option<Self> {
        let session = parts.extensions.get::<Session>()?.id()?;
        if number.is_empty() || number.len() > NUMBER_MAX {
            return None;
        }
        let mut hash = Sha256::new();
        // The path has no line end, so that the three cannot run into each other.
        hash.update(format!("{session}\n{}\n", parts.uri.path()));
        hash.update(body);
        Some(Self(hash.finalize().into()))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The result of a request, by the type of its form.
type Kept = Arc<dyn Any + Send + Sync>;

/// The requests of the last minute.
#[derive(Clone, Default)]
pub(crate) struct Requests(Arc<Mutex<HashMap<Key, Entry>>>);

struct Entry {
    since: Timestamp,
    result: watch::Receiver<Option<Kept>>,
}

enum Turn {
    First(watch::Sender<Option<Kept>>),
    Again(watch::Receiver<Option<Kept>>),
}

impl Requests {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, key: Key, now: Timestamp) -> Turn {
        let mut all = self.lock();
        all.retain(|_, entry| now.since(entry.since) < SAME_REQUEST);
        if let Some(entry) = all.get(&key) {
            return Turn::Again(entry.result.clone());
        }
        let (sender, result) = watch::channel(None);
        all.insert(key, Entry { since: now, result });
        Turn::First(sender)
    }

    fn forget(&self, key: Key) {
        self.lock().remove(&key);
    }
}

/// The result of a form.
pub(crate) struct Done<T> {
    /// What the action answered.
    pub(crate) result: T,
    /// Whether it is the answer of an earlier request.
    pub(crate) again: bool,
}

/// Carries out the action of a form, unless the same request was or is being carried out: then this is its
/// result.
pub(crate) async fn once<T, A>(web: &Web, key: Option<Key>, action: A) -> Result<Done<T>>
where
    T: Clone + Send + Sync + 'static,
    A: Future<Output = Result<T>> + Send + 'static,
{
    let first = |result| Done { result, again: false };
    let Some(key) = key else { return action.await.map(first) };
    match web.requests().enter(key, web.app().clock.now()) {
        Turn::First(sender) => carried_out(web, key, sender, action).await.map(first),
        Turn::Again(mut result) => {
            let kept = result.wait_for(Option::is_some).await.ok().and_then(|kept| kept.clone());
            match kept.as_ref().and_then(|kept| kept.downcast_ref::<Result<T, Refusal>>()) {
                Some(Ok(result)) => Ok(Done { result: result.clone(), again: true }),
                Some(Err(refusal)) => Err(Error::Refused(refusal.clone())),
                // The first one failed without a result.
                None => action.await.map(first),
            }
        }
    }
}

/// Carries out the action in a task that does not end with the connection, and keeps its result.
async fn carried_out<T, A>(web: &Web, key: Key, sender: watch::Sender<Option<Kept>>, action: A) -> Result<T>
where
    T: Clone + Send + Sync + 'static,
    A: Future<Output = Result<T>> + Send + 'static,
{
    let requests = web.requests().clone();
    let work = async move {
        let result = action.await;
        let kept: Option<Result<T, Refusal>> = match &result {
            Ok(result) => Some(Ok(result.clone())),
            Err(Error::Refused(refusal)) => Some(Err(refusal.clone())),
            Err(Error::Fault(_)) => None,
        };
        match kept {
            Some(kept) => {
                sender.send_replace(Some(Arc::new(kept)));
                tokio::spawn(async move {
                    tokio::time::sleep(SAME_REQUEST).await;
                    requests.forget(key);
                });
            }
            None => requests.forget(key),
        }
        result
    };
    // A person waits for this task, whose waits for the database have the short limit of the request.
    match web.app().under_way.spawn(briefly(work).in_current_span()).await {
        Ok(result) => result,
        Err(error) => {
            web.requests().forget(key);
            match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // A task of the tracker is never cancelled.
                Err(_) => std::future::pending().await,
            }
        }
    }
}
