//! What the portal remembers of removed domains: that their DNS was once right, who owned them, and
//! which domain the lines of a journal were about.

use super::args::args;
use super::{Journal, Locked, Result, SignedIn, Store, Tx};
use crate::model::{DomainId, DomainName, Timestamp, UserId};

impl Store {
    /// The journals of removed domains of this name, the last one first, for staff; none for others.
    pub async fn removed_journals(&self, person: &SignedIn, name: &DomainName) -> Result<Vec<Journal>> {
        if !person.user().is_staff {
            return Ok(Vec::new());
        }
        let sql = "select id, removed_at from removed_domains where name = $1 order by removed_at desc limit 100";
        let found: Vec<(DomainId, Timestamp)> = self.all(sql, args![name]).await?;
        let journal = |(id, removed_at)| Journal { id, name: name.clone(), removed_at: Some(removed_at) };
        Ok(found.into_iter().map(journal).collect())
    }
}

impl Tx {
    /// Records that a check found the MX record or the DKIM key of this name right.
    pub(super) async fn note_proven(&mut self, name: &DomainName) -> Result<()> {
        let sql = "insert into proven_names (name, proven_at) values ($1, $2) on conflict do nothing";
        self.exec_any(sql, args![name, self.clock.now()]).await
    }

    /// Whether only others may add this name again: it was proven, and the person was no owner when it was
    /// removed.
    pub async fn is_reserved_from(&mut self, user: UserId, name: &DomainName) -> Result<bool> {
        let sql = "select name from proven_names where name = $1 and name not in \
                   (select name from former_owners where name = $1 and user_id = $2)";
        self.exists(sql, args![name, user]).await
    }

    /// Keeps what is needed of a domain that is about to be deleted.
    pub async fn remember_removed<R>(&mut self, locked: &Locked<R>) -> Result<()> {
        let (id, name) = (locked.domain.id, &locked.domain.name);
        let sql = "insert into former_owners (name, user_id) select proven_names.name, members.user_id \
                   from proven_names cross join members where proven_names.name = $1 and members.domain_id = $2 \
                   and members.role = 'owner' on conflict do nothing";
        self.exec_any(sql, args![name, id]).await?;
        let sql = "insert into removed_domains (id, name, removed_at, sequence) \
                   select id, name, $2, sequence from domains where id = $1";
        self.exec_one(sql, args![id, self.clock.now()]).await
    }
}
