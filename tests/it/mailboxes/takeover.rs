//! Nobody below takes over an account by what arrives at its address: whom the guard covers, to which
//! addresses it passes, and what becomes of what was asked for before.

use std::time::Duration;

use dimail_portal::actions::accounts::manage;
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::Language;

use crate::mailboxes::access::one_email;
use crate::mailboxes::common::{confirm, edit, english, open};
use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    an_open_invitation_as_owner_guards_its_address,
    an_administrator_of_another_domain_is_guarded,
    the_guard_passes_to_where_an_address_leads,
    a_secondary_address_that_waits_leads_too,
    a_tagged_account_guards_the_plain_address,
    an_alias_that_is_removed_first_opens_nothing,
    nothing_guarded_leads_to_another_domain,
    a_first_access_goes_outside_only,
    an_owner_is_kept_from_staff,
    a_creation_that_waited_is_not_sent,
    an_alias_that_waited_is_not_sent,
    a_row_of_a_guarded_address_is_refused,
    where_the_address_leads_is_told_to_who_gets_rights,
    the_role_of_the_person_at_the_address_is_said,
    five_owners_at_most_are_invited,
);

const DAY: Duration = Duration::from_hours(24);
const HERE: &str = "/domains/ville.fr/mailboxes";
const BOSS: Person = Person { email: "boss@ville.fr", name: "Brigitte Roy", ..Fay };

fn at(part: &str) -> String {
    format!("{HERE}/{part}")
}

async fn alias(by: &Visitor, part: &str, to: &str) -> Answer {
    by.post("/domains/ville.fr/new-alias", &[("local_part", part), ("destination", to)]).await
}

/// Demands that Bruno can neither make, nor change, nor reach anything at this address, whether it has a
/// mailbox or not.
async fn is_guarded(portal: &Portal, bruno: &Visitor, part: &str) {
    let calls = async || {
        let journal = portal.dimail.journal().await;
        // A reset asks first whether this dimail knows the route at all.
        journal.iter().filter(|line| !line.contains("doctor.invalid") && !line.contains("/token")).count()
    };
    let before = calls().await;
    for form in [
        bruno.new_mailbox("ville.fr", ["Jean", "Nouveau", part, "bruno@ailleurs.test"]).await,
        alias(bruno, part, "bruno@ailleurs.test").await,
    ] {
        let told = form.is(422).mistake("local_part");
        let taken = told.contains("already exists");
        assert!(told.contains("Only the owners") && told.contains("Anna Martin") || taken, "{part}: {told}");
    }
    if portal.database.count(&format!("mailboxes where local_part = '{part}'")).await > 0 {
        for act in ["reset-password", "login-link", "enable"] {
            bruno.post(&format!("{}/{act}", at(part)), &[]).await.is(403);
        }
        for act in ["disable", "delete"] {
            bruno.get(&format!("{}/{act}", at(part))).await.is(403);
            confirm(bruno, &at(part), act).await.is(403);
        }
        edit(bruno, &at(part), ["Jean", "Nouveau", "bruno@ailleurs.test"]).await.is(403);
        let page = bruno.get(&at(part)).await;
        assert_eq!(page.is(200).attributes("main form", "action"), [""; 0], "{part}: {}", page.words());
    }
    assert_eq!(calls().await, before, "{part}");
}

/// Demands that Bruno can make a mailbox at this address, and deletes it again.
async fn is_free(portal: &Portal, bruno: &Visitor, part: &str) {
    open(portal, bruno, "ville.fr", ["Jean", part, part, "jean@ailleurs.test"]).await;
    confirm(bruno, &at(part), "delete").await.leads_to(HERE);
    portal.work().await;
    portal.forget_emails();
}

async fn an_open_invitation_as_owner_guards_its_address(portal: &Portal) {
    let (anna, bruno, fay) = (portal.sign_in(Anna).await, english(portal, Bruno).await, portal.sign_in(Fay).await);
    let invite = async |by: &Visitor, domain: &str, email: &str, role: &str| {
        let fields = [("email", email), ("role", role), ("confirm", "yes")];
        by.post(&format!("/domains/{domain}/new-invitation"), &fields).await.is(303);
    };
    is_free(portal, &bruno, "ceo").await;
    invite(&anna, "ville.fr", "CEO@ville.fr", "owner").await;
    invite(&fay, "autre.fr", "duo@ville.fr", "owner").await;
    invite(&anna, "ville.fr", "adm@ville.fr", "administrator").await;
    portal.add_domain_with(Fay, "neuve.fr", &["wrong_mx"], &[]).await;
    invite(&fay, "neuve.fr", "new@ville.fr", "owner").await;
    portal.work().await;

    for part in ["ceo", "duo"] {
        is_guarded(portal, &bruno, part).await;
    }
    // Neither a lower role nor a domain that was never enabled guards anything here.
    for part in ["adm", "new"] {
        is_free(portal, &bruno, part).await;
    }
    portal.wait(7 * DAY);
    let bruno = english(portal, Bruno).await;
    is_free(portal, &bruno, "ceo").await;
    portal.work().await;
}

async fn an_administrator_of_another_domain_is_guarded(portal: &Portal) {
    portal.add_domain_with(Fay, "neuve.fr", &["wrong_mx"], &[]).await;
    for (email, domain, role) in [
        ("zoe@ville.fr", "autre.fr", Role::Administrator),
        ("max@ville.fr", "autre.fr", Role::Viewer),
        ("tom@ville.fr", "neuve.fr", Role::Owner),
        ("eva@ville.fr", "ville.fr", Role::Administrator),
    ] {
        let person = Person { email, ..Chloe };
        portal.add_account(&person).await;
        portal.grant(domain, person, role).await;
    }
    let bruno = english(portal, Bruno).await;
    is_guarded(portal, &bruno, "zoe").await;
    for part in ["max", "tom", "eva"] {
        is_free(portal, &bruno, part).await;
    }
}

/// Makes Brigitte an owner of `autre.fr`, with her account at `boss@ville.fr`.
async fn boss(portal: &Portal) {
    portal.add_account(&BOSS).await;
    portal.grant("autre.fr", BOSS, Role::Owner).await;
}

async fn the_guard_passes_to_where_an_address_leads(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    for part in ["jean", "lea", "ida", "max"] {
        open(portal, &bruno, "ville.fr", ["Jean", part, part, "jean@ailleurs.test"]).await;
    }
    boss(portal).await;
    // boss → (secondary) Jean+x → (alias) lea → (secondary) ida; maire → boss leads to the account and
    // is as free as max.
    open(
        portal,
        &anna,
        "ville.fr",
        ["Brigitte", "Roy", "boss", "Jean+privé@ville.fr"].map(|text| match text {
            "Jean+privé@ville.fr" => "Jean+prive@Ville.fr",
            other => other,
        }),
    )
    .await;
    alias(&anna, "jean", "lea@ville.fr").await.is(303);
    edit(&anna, &at("lea"), ["Jean", "lea", "ida+2@ville.fr"]).await.is(303);
    alias(&bruno, "maire", "boss@ville.fr").await.is(303);

    for part in ["boss", "jean", "lea", "ida"] {
        is_guarded(portal, &bruno, part).await;
    }
    bruno.post("/domains/ville.fr/aliases/jean/delete", &[]).await.is(403);
    bruno.post("/domains/ville.fr/aliases/maire/delete", &[]).await.is(303);
    bruno.post(&format!("{}/login-link", at("max")), &[]).await.leads_to(&at("max"));
    // Names may still be edited.
    edit(&bruno, &at("ida"), ["Ida", "Roy", "jean@ailleurs.test"]).await.leads_to(&at("ida"));
    // A circle ends, too.
    alias(&anna, "ida", "boss@ville.fr").await.is(303);
    is_guarded(portal, &bruno, "ida").await;
    // Once the address leads there no more, the guard is gone.
    edit(&anna, &at("boss"), ["Brigitte", "Roy", "boss@ailleurs.test"]).await.leads_to(&at("boss"));
    bruno.post(&format!("{}/login-link", at("jean")), &[]).await.leads_to(&at("jean"));
    portal.work().await;
}

async fn a_secondary_address_that_waits_leads_too(portal: &Portal) {
    boss(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    open(portal, &bruno, "ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
    open(portal, &anna, "ville.fr", ["Brigitte", "Roy", "boss", "boss@ailleurs.test"]).await;
    portal.dimail.fault("PATCH", &at("boss"), "redirect_307", 1).await;
    edit(&anna, &at("boss"), ["Brigitte", "Le Roy", "jean@ville.fr"]).await.leads_to(&at("boss"));
    is_guarded(portal, &bruno, "jean").await;
    portal.work_after(DAY).await;
    is_guarded(portal, &english(portal, Bruno).await, "jean").await;
}

async fn a_tagged_account_guards_the_plain_address(portal: &Portal) {
    let tagged = Person { email: "Chef+portail@ville.fr", ..Fay };
    portal.add_account(&tagged).await;
    portal.grant("autre.fr", tagged, Role::Owner).await;
    let bruno = english(portal, Bruno).await;
    is_guarded(portal, &bruno, "chef").await;
    is_free(portal, &bruno, "chef-portail").await;
}

async fn an_alias_that_is_removed_first_opens_nothing(portal: &Portal) {
    boss(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    alias(&anna, "boss", "boss@ailleurs.test").await.is(303);
    bruno.post("/domains/ville.fr/aliases/boss/delete", &[]).await.is(403);
    let to = [("destination", "boss@ailleurs.test")];
    bruno.post("/domains/ville.fr/aliases/boss/remove", &to).await.is(403);
    anna.post("/domains/ville.fr/aliases/boss/delete", &[]).await.is(303);
    is_guarded(portal, &bruno, "boss").await;
    portal.work().await;
}

async fn nothing_guarded_leads_to_another_domain(portal: &Portal) {
    boss(portal).await;
    portal.add_domain_with(Fay, "neuve.fr", &["wrong_mx"], &[]).await;
    let (anna, eve) = (english(portal, Anna).await, english(portal, Eve).await);
    for by in [&anna, &eve] {
        let form = by.new_mailbox("ville.fr", ["Brigitte", "Roy", "boss", "boss@autre.fr"]).await;
        assert!(form.is(422).mistake("secondary_email").contains("another domain of this portal"), "{}", form.words());
        let form = alias(by, "boss", "x@Autre.fr").await;
        assert!(form.is(422).mistake("destination").contains("another domain of this portal"), "{}", form.words());
    }
    // A domain that was never enabled, and addresses outside, are not known to be read by others.
    open(portal, &anna, "ville.fr", ["Brigitte", "Roy", "boss", "boss@neuve.fr"]).await;
    alias(&anna, "boss", "boss@ailleurs.test").await.is(303);
    let form = edit(&anna, &at("boss"), ["Brigitte", "Roy", "boss@autre.fr"]).await;
    assert!(form.is(422).mistake("secondary_email").contains("another domain of this portal"), "{}", form.words());
    let to = [("destination", "x@autre.fr")];
    anna.post("/domains/ville.fr/aliases/boss/add", &to).await.is(422);
    // What is not guarded may lead there; but then nothing guarded leads to it, by however many steps.
    open(portal, &anna, "ville.fr", ["Jean", "Dupont", "jean", "jean@autre.fr"]).await;
    alias(&anna, "lea", "Jean+x@ville.fr").await.is(303);
    for through in ["jean@ville.fr", "Jean+x@Ville.fr", "lea@ville.fr"] {
        let form = edit(&anna, &at("boss"), ["Brigitte", "Roy", through]).await;
        assert!(form.is(422).mistake("secondary_email").contains("another domain of this portal"), "{}", form.words());
        let form = alias(&eve, "boss", through).await;
        assert!(form.is(422).mistake("destination").contains("another domain of this portal"), "{}", form.words());
    }
    // An address within the domain that leads outside of the portal is free.
    open(portal, &anna, "ville.fr", ["Ida", "Blum", "ida", "ida@ailleurs.test"]).await;
    alias(&anna, "boss", "ida@ville.fr").await.is(303);
    // What stands already when the address becomes guarded is not refused.
    let owner = Person { email: "jean@ville.fr", ..Fay };
    portal.add_account(&owner).await;
    portal.grant("autre.fr", owner, Role::Owner).await;
    edit(&anna, &at("jean"), ["Jean", "Durand", "jean@autre.fr"]).await.leads_to(&at("jean"));
    edit(&anna, &at("jean"), ["Jean", "Durand", "neuf@autre.fr"]).await.is(422);
    portal.work().await;
}

async fn a_first_access_goes_outside_only(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (part, secondary) in [("boss", "jean@ville.fr"), ("chef", "chef@ailleurs.test"), ("dg", "dg@autre.fr")] {
        open(portal, &anna, "ville.fr", ["Un", part, part, secondary]).await;
    }
    let ask = async |part: &str| {
        portal.visitor().post("/first-access", &[("address", &format!("{part}@ville.fr"))]).await.is(200);
        portal.work().await;
        let recipients = portal.recipients();
        portal.forget_emails();
        recipients
    };
    assert_eq!(ask("boss").await, ["jean@ville.fr"]);
    for part in ["boss", "chef", "dg"] {
        let email: &'static str = String::leak(format!("{part}@ville.fr"));
        let person = Person { email, ..Fay };
        portal.add_account(&person).await;
        portal.grant("autre.fr", person, Role::Owner).await;
    }
    assert_eq!(ask("boss").await, [""; 0]);
    assert_eq!(ask("dg").await, [""; 0]);
    assert_eq!(ask("chef").await, ["chef@ailleurs.test"]);
}

async fn an_owner_is_kept_from_staff(portal: &Portal) {
    let anna = english(portal, Anna).await;
    for part in ["sami", "bob"] {
        open(portal, &anna, "ville.fr", ["Sami", part, part, "sami@ailleurs.test"]).await;
    }
    portal.add_account(&Person { email: "sami@ville.fr", ..Eve }).await;
    alias(&portal.sign_in(Eve).await, "sami", "bob@ville.fr").await.is(303);

    for part in ["sami", "bob"] {
        for act in ["reset-password", "login-link"] {
            let refused = anna.post(&format!("{}/{act}", at(part)), &[]).await;
            assert!(refused.is(403).words().contains("Only the portal’s staff decides"), "{}", refused.words());
        }
        for act in ["disable", "delete"] {
            confirm(&anna, &at(part), act).await.is(403);
        }
        edit(&anna, &at(part), ["Sami", part, "anna@ailleurs.test"]).await.is(403);
        assert!(alias(&anna, part, "anna@ailleurs.test").await.is(422).mistake("local_part").contains("staff"));
        let page = anna.get(&at(part)).await;
        assert_eq!(page.is(200).attributes("main form", "action"), [""; 0], "{}", page.words());
        edit(&anna, &at(part), ["Samy", part, "sami@ailleurs.test"]).await.leads_to(&at(part));
    }
    anna.post("/domains/ville.fr/aliases/sami/delete", &[]).await.is(403);
    // Staff may.
    let eve = portal.sign_in(Eve).await;
    eve.post(&format!("{}/reset-password", at("bob")), &[]).await.leads_to(&at("bob"));
    eve.post("/domains/ville.fr/aliases/sami/delete", &[]).await.is(303);
    portal.work().await;
    anna.post(&format!("{}/login-link", at("bob")), &[]).await.leads_to(&at("bob"));
    portal.work().await;
}

async fn a_creation_that_waited_is_not_sent(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    bruno.new_mailbox("neuve.fr", ["Vera", "Blum", "vera", "bruno@ailleurs.test"]).await.is(303);
    anna.new_mailbox("neuve.fr", ["Omar", "Haddad", "omar", "omar@ailleurs.test"]).await.is(303);
    for email in ["vera@neuve.fr", "omar@neuve.fr"] {
        let person = Person { email, ..Fay };
        portal.add_account(&person).await;
        portal.grant("autre.fr", person, Role::Owner).await;
    }
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(DAY).await;

    // What an owner asked for is sent; what an administrator asked for waits for an owner.
    assert_eq!(portal.mailbox_status("omar@neuve.fr").await, "enabled");
    assert_eq!(portal.mailbox_status("vera@neuve.fr").await, "failed");
    assert_eq!(portal.dimail.mailboxes("neuve.fr").await.len(), 1);
    let emails = portal.emails();
    let told: Vec<_> = emails.iter().filter(|email| email.text.contains("vera@neuve.fr")).collect();
    assert_eq!(told.iter().map(|email| email.to.as_str()).collect::<Vec<_>>(), [Anna.email], "{emails:?}");
    portal.forget_emails();
    let path = "/domains/neuve.fr/mailboxes/vera";
    let bruno = english(portal, Bruno).await;
    assert!(bruno.get(path).await.is(200).words().contains("so it is protected"));
    bruno.post(&format!("{path}/retry"), &[]).await.is(403);
    edit(&bruno, path, ["Vera", "Blum", "autre@ailleurs.test"]).await.is(403);
    portal.sign_in(Anna).await.post(&format!("{path}/retry"), &[]).await.leads_to(path);
    portal.work().await;
    assert_eq!(portal.mailbox_status("vera@neuve.fr").await, "enabled");
    one_email(portal, "bruno@ailleurs.test");
}

async fn an_alias_that_waited_is_not_sent(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "refuse_500", 1).await;
    alias(&bruno, "boss", "bruno@ailleurs.test").await.is(303);
    boss(portal).await;
    portal.work_after(DAY).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, [""; 0]);
    assert_eq!(portal.database.text("select status from aliases").await, "failed");
    assert!(one_email(portal, Anna.email).contains("boss@ville.fr"));
    alias(&anna, "boss", "bruno@ailleurs.test").await.leads_to("/sign-in?next=%2Fdomains%2Fville.fr%2Fnew-alias");
    let anna = portal.sign_in(Anna).await;
    alias(&anna, "boss", "bruno@ailleurs.test").await.is(303);
    portal.work().await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["boss bruno@ailleurs.test"]);
}

async fn a_row_of_a_guarded_address_is_refused(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    for n in 0..23 {
        let part = format!("n{n:02}");
        open(portal, &anna, "ville.fr", ["Jean", &part, &part, "jean@ailleurs.test"]).await;
    }
    boss(portal).await;
    alias(&anna, "boss", "n21@ville.fr").await.is(303);
    alias(&anna, "n21", "n03@ville.fr").await.is(303);
    let parts: Vec<String> = (0..23).map(|n| format!("n{n:02}")).collect();
    // Its box is not offered; the owner has all.
    let ticks = "tr[data-address] input[name=mailbox]";
    let offered = bruno.get(HERE).await.attributes(ticks, "value");
    let free: Vec<String> = parts.iter().filter(|part| !["n03", "n21"].contains(&part.as_str())).cloned().collect();
    assert_eq!(offered, free);
    assert_eq!(anna.get(HERE).await.attributes(ticks, "value"), parts);
    let mut fields = vec![("action", "disable"), ("confirm", "yes")];
    fields.extend(parts.iter().map(|part| ("mailbox", part.as_str())));
    let answer = bruno.post("/domains/ville.fr/selected-mailboxes", &fields).await;
    portal.work().await;
    let page = bruno.follow(&answer).await;
    let refused: Vec<String> = page.attributes("tr[data-address]", "data-address");
    let results = page.select("tr[data-address] td");
    let refused: Vec<&str> = refused
        .iter()
        .zip(&results)
        .filter(|(_, result)| result.contains("owners only"))
        .map(|(address, _)| address.as_str())
        .collect();
    assert_eq!(refused, ["n03@ville.fr", "n21@ville.fr"], "{}", page.words());
    assert_eq!(portal.database.count("mailboxes where status = 'disabled'").await, 21);
}

async fn where_the_address_leads_is_told_to_who_gets_rights(portal: &Portal) {
    let vera = Person { email: "vera@ville.fr", name: "Vera Blum", ..Chloe };
    portal.add_account(&vera).await;
    portal.grant("ville.fr", vera, Role::Viewer).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, english(portal, Bruno).await);
    alias(&bruno, "vera", "bruno@ailleurs.test").await.is(303);
    alias(&bruno, "vera", "jean@ville.fr").await.is(303);
    open(portal, &bruno, "ville.fr", ["Jean", "Dupont", "jean", "cachette@ailleurs.test"]).await;
    assert!(!english(portal, vera).await.get("/account").await.has("#leads"));
    portal.forget_emails();

    let row = format!("tr[data-member=\"{}\"] a[href$=\"/role\"]", vera.email);
    let role = anna.get("/domains/ville.fr/members").await.attributes(&row, "href").remove(0);
    anna.post(&role, &[("role", "owner"), ("confirm", "yes")]).await.is(303);
    portal.work().await;

    let text = one_email(portal, vera.email);
    assert!(text.contains("propriétaire") && text.contains("3 endroits"), "{text}");
    assert!(!text.contains("bruno@") && !text.contains("cachette"), "{text}");
    let leads = english(portal, vera).await.get("/account").await.select("#leads li");
    assert_eq!(
        leads,
        [
            "The login links of the mailbox jean@ville.fr are sent to cachette@ailleurs.test.",
            "The alias vera@ville.fr sends them to bruno@ailleurs.test.",
            "The alias vera@ville.fr sends them to jean@ville.fr.",
        ]
    );
    // A secondary address is shown to those alone who may see it on its page.
    portal.forget_emails();
    let max = Person { email: "vera+max@ville.fr", ..vera };
    portal.add_account(&max).await;
    let user = portal.app.store.user_with_email(&EmailAddress::parse(max.email).expect("an address")).await;
    let user = user.expect("an answer").expect("an account");
    portal.grant("autre.fr", max, Role::Administrator).await;
    let shown = english(portal, max).await.get("/account").await.select("#leads").concat();
    assert!(shown.contains("a secondary address.") && !shown.contains("cachette"), "{shown}");
    manage::promote(&portal.app.store, &user, Language::En).await.expect("an answer");
    portal.work().await;
    assert!(one_email(portal, max.email).contains("is now part of the portal’s staff"));
}

async fn the_role_of_the_person_at_the_address_is_said(portal: &Portal) {
    let vera = Person { email: "vera@ville.fr", name: "Vera Blum", ..Chloe };
    portal.add_account(&vera).await;
    portal.grant("ville.fr", vera, Role::Viewer).await;
    let bruno = english(portal, Bruno).await;
    let said = |page: &Answer, words: &str| {
        assert!(words.contains("Vera Blum has the role “Viewer” on ville.fr"), "{words}");
        let links = page.attributes("a[href$='/remove']", "href");
        assert!(links.iter().any(|href| href.contains("/domains/ville.fr/members/")), "{links:?}");
    };
    let answer = bruno.new_mailbox("ville.fr", ["Vera", "Neuve", "vera", "neuve@ailleurs.test"]).await;
    let page = bruno.follow(&answer).await;
    said(&page, &page.notice().1);
    portal.work().await;
    let page = bruno.get(&format!("{}/delete", at("vera"))).await;
    said(&page, &page.select(".consequences").concat());
    let answer = confirm(&bruno, &at("vera"), "delete").await;
    let page = bruno.follow(&answer).await;
    said(&page, &page.notice().1);
    // The sheet says it, too.
    let sheet = bruno.new_mailbox("ville.fr", ["Vera", "Neuve", "vera", ""]).await;
    said(sheet.is(200), &sheet.words());
    // For other addresses there is nothing to say.
    let sheet = bruno.new_mailbox("ville.fr", ["Jean", "Neuf", "jean", ""]).await;
    assert!(!sheet.is(200).has("a[href$='/remove']"));
    portal.work().await;
}

async fn five_owners_at_most_are_invited(portal: &Portal) {
    let anna = english(portal, Anna).await;
    let invite = async |by: &Visitor, n: usize, role: &str| {
        let fields = [("email", &*format!("n{n}@neuf.test")), ("role", role), ("confirm", "yes")];
        by.post("/domains/ville.fr/new-invitation", &fields).await
    };
    for n in 0..5 {
        invite(&anna, n, "owner").await.is(303);
    }
    assert!(invite(&anna, 5, "owner").await.is(422).mistake("role").contains("Five people"));
    invite(&anna, 5, "administrator").await.is(303);
    // An expired one is not counted; but it cannot be opened again beyond the five.
    portal.wait(7 * DAY);
    let anna = english(portal, Anna).await;
    for n in 10..15 {
        invite(&anna, n, "owner").await.is(303);
    }
    let id = portal.database.text("select id from invitations where email = 'n0@neuf.test'").await;
    let refused = anna.post(&format!("/domains/ville.fr/invitations/{id}/resend"), &[]).await;
    assert!(refused.is(409).words().contains("Five people"), "{}", refused.words());
    portal.sign_in(Dan).await.get("/domains/ville.fr").await.is(404);
    portal.work().await;
}
