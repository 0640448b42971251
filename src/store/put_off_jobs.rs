//! Jobs that were put off because dimail did not answer at all: they are due when it answers again.

use super::args::args;
use super::{Result, Store};

impl Store {
    /// Makes those jobs due. They are few, since each was tried once or more while dimail did not answer, and
    /// then only one call at a time is tried.
    pub async fn retry_put_off_jobs(&self) -> Result<()> {
        let sql = "update jobs set due_at = $1 where lane = 'changes' and trouble is not null \
                   and trouble not like '%\"installation\"%' and trouble like '%\"away\":true%' \
                   and claim is null and due_at > $1";
        self.exec_any(sql, args![self.clock.now()]).await
    }
}
