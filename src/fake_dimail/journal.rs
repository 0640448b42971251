//! The journal of requests to the fake, in order, for tests.

use std::collections::VecDeque;

use serde::Serialize;

use crate::fake_dimail::call::Call;
use crate::fake_dimail::credentials::claimed;

/// The oldest entries are dropped beyond this number, so that a fake can run for weeks.
const LONGEST: usize = 100_000;

/// All requests since the start or the last reset.
#[derive(Default)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    /// Never reset, so that an answer that comes after a reset does not update an unrelated entry.
    last_number: u64,
}

/// One request.
#[derive(Serialize)]
struct Entry {
    #[serde(skip)]
    number: u64,
    at: String,
    method: String,
    path: String,
    /// 0 until the request is answered.
    status: u16,
    auth: &'static str,
    user: Option<String>,
}

impl Journal {
    /// Records a request on its arrival and returns its number.
    pub fn arrived(&mut self, call: &Call) -> u64 {
        let (auth, user) = claimed(call);
        self.last_number += 1;
        self.entries.push_back(Entry {
            number: self.last_number,
            at: call.at.to_string(),
            method: call.method.to_string(),
            path: call.path.clone(),
            status: 0,
            auth,
            user,
        });
        if self.entries.len() > LONGEST {
            self.entries.pop_front();
        }
        self.last_number
    }

    pub fn answered(&mut self, number: u64, status: u16) {
        let mut newest_first = self.entries.iter_mut().rev();
        if let Some(entry) = newest_first.find(|entry| entry.number == number) {
            entry.status = status;
        }
    }

    pub fn clear(&mut self) {
        self.entries.clear();
    }

    pub fn entries(&self) -> impl Serialize + '_ {
        &self.entries
    }
}
