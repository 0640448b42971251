//! Calls to dimail whose effect is not known (table `sent_calls`). A row is stored before the call is sent,
//! and deleted when its effect is known or it can no longer act.

use super::args::args;
use super::columns::from_row;
use super::{Result, Store, Tx};
use crate::model::id::JobId;
use crate::model::job::{Job, SentCall};
use crate::model::name::{display_key, display_name};

const SENT: &str = "select id, call, sent_at from sent_calls where job_id = $1 order by id";

from_row! { SentCall { id, call, sent_at } }

impl Store {
    /// The calls about the object of a job that may have acted or may still do so, the oldest first.
    pub async fn sent_calls(&self, job: JobId) -> Result<Vec<SentCall>> {
        self.all(SENT, args![job]).await
    }

    /// Stores a call that is about to be sent. `false`: the claim has ended, and the call must not be sent.
    pub async fn begin_call(&self, job: &Job, sent: &SentCall) -> Result<bool> {
        let sql = "insert into sent_calls (id, job_id, call, sent_at, display_key) \
                   select $3, id, $4, $5, $6 from jobs where id = $1 and claim = $2";
        let name = sent.sent_names().map(|(first, last)| display_key(&display_name(first, last)));
        self.changes(sql, args![job.id, job.claim, sent.id, &sent.call, sent.sent_at, name]).await
    }
}

impl Tx {
    /// The calls about the object of a job that may have acted or may still do so, the oldest first.
    pub async fn sent_calls(&mut self, job: JobId) -> Result<Vec<SentCall>> {
        self.all(SENT, args![job]).await
    }

    /// Deletes a call whose effect is known, or that can no longer act.
    pub async fn end_call(&mut self, sent: &SentCall) -> Result<()> {
        self.exec_any("delete from sent_calls where id = $1", args![sent.id]).await
    }

    /// Deletes all calls of a job.
    pub async fn end_calls(&mut self, job: &Job) -> Result<()> {
        self.exec_any("delete from sent_calls where job_id = $1", args![job.id]).await
    }
}
