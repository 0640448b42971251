//! Making a person owner: the page that asks to confirm it, what it shows of their address to whom, and
//! who is told.

use dimail_portal::model::role::Role;

use crate::members::roles::{everything, is_spoken, people};
use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    an_owner_is_made_after_a_page_of_its_own,
    the_page_shows_where_the_address_leads,
    what_changed_since_the_page_is_asked_again,
    to_others_it_says_the_same_of_every_address,
    a_new_owner_is_told,
    what_is_refused_is_not_asked,
);

const LIST: &str = "/domains/ville.fr/members";
const NEW: &str = "/domains/ville.fr/new-invitation";
/// A viewer of `ville.fr` with an address there.
const MAIRE: Person = Person { email: "maire@ville.fr", name: "Maud Maire", is_staff: false, role: None };

/// Demands the page that asks; returns its fields with the confirmation, as its button sends them.
#[track_caller]
fn asked(answer: &Answer) -> Vec<(String, String)> {
    is_spoken(answer.is(200));
    let names = answer.attributes("main form input[type=hidden]", "name");
    let values = answer.attributes("main form input[type=hidden]", "value");
    assert!(names.contains(&"confirm".to_owned()), "{}", answer.words());
    names.into_iter().zip(values).collect()
}

/// Presses the button of the page.
async fn press(visitor: &Visitor, answer: &Answer) -> Answer {
    let fields = asked(answer);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(&answer.attributes("main form", "action").concat(), &fields).await
}

async fn member(portal: &Portal, person: Person) -> String {
    let sql = "select members.id from members join users on users.id = user_id where users.email =";
    portal.database.text(&format!("{sql} '{}' order by members.id limit 1", person.email)).await
}

async fn an_owner_is_made_after_a_page_of_its_own(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let before = everything(portal).await;
    let fields = [("email", "Nina@neuf.test"), ("role", "owner")];

    let invited = anna.post(NEW, &fields).await;
    let id = member(portal, Bruno).await;
    let role = anna.post(&format!("{LIST}/{id}/role"), &[("role", "owner")]).await;

    for (page, who) in [(&invited, "Nina@neuf.test"), (&role, Bruno.email)] {
        asked(page);
        assert!(page.select("h1").concat().contains(who), "{}", page.words());
    }
    assert_eq!(everything(portal).await, before, "nothing is changed before");
    press(&anna, &invited).await.leads_to(LIST);
    press(&anna, &role).await.leads_to(LIST);
    let now = people(portal, "ville.fr").await;
    assert!(now.contains("Nina@neuf.test owner invited") && now.contains("bruno@mairie.test owner"), "{now:?}");
    // Sending the invitation of an owner again asks too; lower roles are not asked for.
    portal.work().await;
    portal.forget_emails();
    let id = portal.database.text("select id from invitations").await;
    let again = anna.post(&format!("/domains/ville.fr/invitations/{id}/resend"), &[]).await;
    asked(&again);
    portal.work().await;
    assert_eq!(portal.emails(), []);
    press(&anna, &again).await.leads_to(LIST);
    anna.post(NEW, &[("email", "omar@neuf.test"), ("role", "administrator")]).await.leads_to(LIST);
    portal.work().await;
    assert_eq!(portal.recipients(), ["Nina@neuf.test", "omar@neuf.test"]);
}

/// Maud's address is an alias to Jean's mailbox, whose secondary address is elsewhere.
async fn leading(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    let alias = [("local_part", "maire"), ("destination", "jean@ville.fr")];
    anna.post("/domains/ville.fr/new-alias", &alias).await.is(303);
    portal.add_account(&MAIRE).await;
    portal.grant("ville.fr", MAIRE, Role::Viewer).await;
    portal.work().await;
    portal.forget_emails();
}

async fn the_page_shows_where_the_address_leads(portal: &Portal) {
    leading(portal).await;
    let id = member(portal, MAIRE).await;
    for owner in [Anna, Eve] {
        let owner = portal.sign_in(owner).await;
        let page = owner.post(&format!("{LIST}/{id}/role"), &[("role", "owner")]).await;
        let leads = page.select("#leads li");
        assert_eq!(leads.len(), 2, "{leads:?}");
        assert!(leads[0].contains("jean@ville.fr") && leads[0].contains("jean@ailleurs.test"), "{leads:?}");
        assert!(leads[1].contains("maire@ville.fr") && leads[1].contains("jean@ville.fr"), "{leads:?}");
        let page = owner.post(NEW, &[("email", "maire+portail@ville.fr"), ("role", "owner")]).await;
        assert_eq!(page.select("#leads li").len(), 2, "{}", page.words());
        let page = owner.post(NEW, &[("email", "personne@ville.fr"), ("role", "owner")]).await;
        assert!(page.select("#leads").concat().contains("Aucun alias"), "{}", page.words());
    }
    // A creation that waits is named too.
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("neuve.fr", ["Zoé", "Martin", "zoe", ""]).await.is(303);
    let page = anna.post(NEW, &[("email", "zoe@neuve.fr"), ("role", "owner")]).await;
    assert!(page.select("#leads").concat().contains("attend d’être créée à zoe@neuve.fr"), "{}", page.words());
}

async fn what_changed_since_the_page_is_asked_again(portal: &Portal) {
    leading(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let role = format!("{LIST}/{}/role", member(portal, MAIRE).await);
    let resend = async || {
        let id = portal.database.text("select id from invitations").await;
        format!("/domains/ville.fr/invitations/{id}/resend")
    };
    let invite = [("email", "futur@ville.fr"), ("role", "owner")];
    for (n, (path, fields)) in [(NEW.to_owned(), &invite[..]), (role, &invite[1..])].into_iter().enumerate() {
        let page = anna.post(&path, fields).await;
        let to = format!("autre{n}@ailleurs.test");
        let part = if n == 0 { "futur" } else { "maire" };
        let alias = [("local_part", part), ("destination", to.as_str())];
        let added = if n == 0 {
            bruno.post("/domains/ville.fr/new-alias", &alias).await
        } else {
            anna.post("/domains/ville.fr/aliases/maire/add", &alias[1..]).await
        };
        added.is(303);
        let again = press(&anna, &page).await;
        assert!(again.has(".banner") && again.select("#leads").concat().contains(&to), "{}", again.words());
        press(&anna, &again).await.leads_to(LIST);
    }
    let page = anna.post(&resend().await, &[]).await;
    anna.post("/domains/ville.fr/aliases/futur/add", &[("destination", "encore@ailleurs.test")]).await.is(303);
    let again = press(&anna, &page).await;
    assert!(again.select("#leads").concat().contains("encore@ailleurs.test"), "{}", again.words());
    press(&anna, &again).await.leads_to(LIST);
    portal.work().await;
}

async fn to_others_it_says_the_same_of_every_address(portal: &Portal) {
    leading(portal).await;
    // Fay owns autre.fr, and may not see what is in ville.fr; a role as viewer there is too low.
    portal.grant("ville.fr", Fay, Role::Viewer).await;
    let fay = portal.sign_in(Fay).await;
    let mut seen = Vec::new();
    for email in ["maire@ville.fr", "personne@ville.fr", "gus@gmail.test", Dan.email, Eve.email] {
        let page = fay.post("/domains/autre.fr/new-invitation", &[("email", email), ("role", "owner")]).await;
        asked(&page);
        assert!(!page.has("#leads"), "{}", page.words());
        seen.push(page.without_numbers().replace(email, "EMAIL"));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

async fn a_new_owner_is_told(portal: &Portal) {
    leading(portal).await;
    let anna = portal.sign_in(Anna).await;
    let maud = portal.sign_in(MAIRE).await;
    assert!(!maud.get("/account").await.has("#leads"), "a viewer need not care");
    let id = member(portal, MAIRE).await;
    anna.post(&format!("{LIST}/{id}/role"), &[("role", "owner"), ("confirm", "yes")]).await.leads_to(LIST);
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.to, MAIRE.email);
    for what in ["propriétaire", "ville.fr", Anna.name, "/account"] {
        assert!(email.text.contains(what), "{what}: {}", email.text);
    }
    let leads = maud.get("/account").await.select("#leads li");
    assert!(leads.len() == 2 && leads[0].contains("jean@ailleurs.test"), "{leads:?}");
    // Who accepts an invitation as owner is told as well; who was an owner before is not.
    portal.forget_emails();
    anna.post(NEW, &[("email", Dan.email), ("role", "owner"), ("confirm", "yes")]).await.leads_to(LIST);
    portal.work().await;
    portal.forget_emails();
    let dan = portal.sign_in(Dan).await;
    let action = dan.get("/domains").await.attributes("#invitations form", "action").concat();
    dan.post(&action, &[("accept", "yes")]).await.is(303);
    portal.work().await;
    assert_eq!(portal.recipients(), [Dan.email]);
    assert!(portal.emails()[0].subject.contains("propriétaire"), "{}", portal.emails()[0].subject);
}

async fn what_is_refused_is_not_asked(portal: &Portal) {
    let (anna, bruno, chloe) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await, portal.sign_in(Chloe).await);
    let fields = [("email", "nina@neuf.test"), ("role", "owner")];
    bruno.post(NEW, &fields).await.is(403);
    chloe.post(NEW, &fields).await.is(403);
    anna.post(NEW, &[("email", "nina"), ("role", "owner")]).await.is(422);
    anna.post(NEW, &[("email", Bruno.email), ("role", "owner")]).await.is(422);
    // Another word than the one of the button confirms nothing.
    asked(&anna.post(NEW, &[fields[0], fields[1], ("confirm", "no")]).await);
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    anna.post(NEW, &fields).await.is(409);
}
