//! What people ask for about collaborators.

use rand::Rng;

use super::people::{DAN, Person};
use super::{DOMAINS, Run, pick};

impl Run {
    /// The id of an open invitation.
    async fn invitation(&self, domain: &str, email: &str) -> Option<String> {
        let sql = format!(
            "select invitations.id from invitations join domains on domains.id = domain_id \
             where name = '{domain}' and email = '{email}'"
        );
        Some(self.row(&sql).await?.remove(0))
    }
}

impl Person<'_> {
    fn guest(&mut self) -> (String, String) {
        let domain = pick(&mut self.rng, &DOMAINS).to_owned();
        (domain, format!("invite{}@ailleurs.test", self.rng.random_range(0..8)))
    }

    /// Sends a form about an invitation, and promises whether it is there afterwards.
    async fn about(&mut self, what: &str, guest: (String, String), (path, fields): (&str, &[(&str, &str)])) {
        let is_there = match self.send(what, path, fields).await {
            None => self.run.invitation(&guest.0, &guest.1).await.is_some(),
            Some(page) if page.status == 303 => what == "invite",
            Some(_) => return,
        };
        self.run.promises.borrow_mut().invitations.insert(guest, is_there);
    }

    pub(super) async fn invite(&mut self) {
        let guest = self.guest();
        let _lock = self.run.lock(&format!("invitation {guest:?}")).await;
        let path = format!("/domains/{}/new-invitation", guest.0);
        let (email, role) = (guest.1.clone(), pick(&mut self.rng, &["viewer", "administrator"]));
        self.about("invite", guest, (&path, &[("email", &email), ("role", role)])).await;
    }

    pub(super) async fn withdraw(&mut self) {
        let guest = self.guest();
        let _lock = self.run.lock(&format!("invitation {guest:?}")).await;
        let Some(id) = self.run.invitation(&guest.0, &guest.1).await else { return };
        let path = format!("/domains/{}/invitations/{id}/withdraw", guest.0);
        self.about("withdraw", guest, (&path, &[])).await;
    }

    pub(super) async fn set_role(&mut self) {
        let domain = pick(&mut self.rng, &DOMAINS);
        let _lock = self.run.lock(&format!("role {domain}")).await;
        let sql = |column: &str| {
            format!(
                "select {column} from members join domains on domains.id = domain_id \
                 join users on users.id = user_id where domains.name = '{domain}' and email = '{DAN}'"
            )
        };
        let id = self.run.world.database.text(&sql("members.id")).await;
        let role = pick(&mut self.rng, &["viewer", "administrator"]);
        let page = self.send("role", &format!("/domains/{domain}/members/{id}/role"), &[("role", role)]).await;
        let role = match page {
            None => self.run.world.database.text(&sql("role")).await,
            Some(page) if page.status == 303 => role.to_owned(),
            Some(_) => return,
        };
        self.run.promises.borrow_mut().roles.insert(domain.to_owned(), role);
    }
}
