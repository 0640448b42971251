//! What people ask for about several mailboxes at once, and about changes that wait.

use rand::Rng;

use super::mailboxes::PARTS;
use super::people::Person;
use super::{one_in, pick};

impl Person<'_> {
    pub(super) async fn bulk(&mut self) {
        let (domain, action) = (self.domain(), pick(&mut self.rng, &["disable", "enable", "login-link"]));
        let chosen: Vec<&'static str> = PARTS.into_iter().filter(|_| one_in(&mut self.rng, 3)).collect();
        let mut locks = Vec::new();
        for part in &chosen {
            locks.push(self.run.lock(&format!("{:?}", ((*part).to_owned(), domain.clone()))).await);
        }
        let path = format!("/domains/{domain}/selected-mailboxes");
        let mut fields = vec![("action", action), ("confirm", "yes")];
        fields.extend(chosen.iter().map(|part| ("mailbox", *part)));
        let page = self.send(&format!("bulk {action}"), &path, &fields).await;
        if action == "login-link" || page.is_some_and(|page| page.status != 303) {
            return;
        }
        for part in chosen {
            let address = (part.to_owned(), domain.clone());
            let to_be = if action == "disable" { "inactive" } else { "active" };
            if self.run.mailbox(&address).await.is_some_and(|row| row.wants == to_be) {
                self.run.read_promise(&address).await;
            }
        }
    }

    /// Tries a change now that waits or was refused, or takes it back.
    pub(super) async fn change_waiting(&mut self) {
        let domain = self.domain();
        let sql = format!(
            "select changes.sequence, object_kind, subject from changes join domains on domains.id = domain_id \
             where name = '{domain}' and open = 1 and object_kind <> 'domain' order by changes.id desc limit 4"
        );
        let open = self.run.world.database.texts(&sql).await;
        let Some(chosen) = (!open.is_empty()).then(|| open[self.rng.random_range(0..open.len())].clone()) else {
            return;
        };
        let parts: Vec<&str> = chosen.split('|').collect();
        let part = parts[2].split('@').next().unwrap_or_default();
        let address = (part.to_owned(), domain.clone());
        let is_alias = parts[1] == "alias";
        let lock = if is_alias { format!("alias {address:?}") } else { format!("{address:?}") };
        let _lock = self.run.lock(&lock).await;
        let verb = pick(&mut self.rng, &["retry", "take-back", "take-back"]);
        let path = format!("/domains/{domain}/operations/{}/{verb}", parts[0]);
        self.send(&format!("operation {verb}"), &path, &[]).await;
        if is_alias {
            self.run.read_destinations(&address).await;
        } else {
            self.run.read_promise(&address).await;
            let wants = self.run.promises.borrow().mailboxes.get(&address).and_then(|promise| promise.wants);
            self.run.note(format!("{}: {address:?} is to be {wants:?}", parts.join(" ")));
        }
    }
}
