//! Permissions on mailboxes: what mailbox users may do themselves, which accounts an administrator
//! cannot cut off, what the history shows, and who sees a secondary address.

use dimail_portal::model::role::Role;

use crate::mailboxes::common::{ADDRESS, HOUR, JEAN, confirm, edit, english, open, pair, stored, told, with_jean};
use crate::support::{Anna, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    a_viewer_looks_after_their_own_mailbox_alone,
    an_administrator_cuts_off_nobody_above,
    an_administrator_above_looks_after_their_own,
    the_history_tells_who_did_what,
    a_secondary_address_is_seen_by_few,
    nobody_gets_the_emails_of_an_account_above,
    what_an_owner_asked_for_is_not_taken_back,
);

const HOME: &str = "/domains/mairie.test/mailboxes";

/// Creates the domain of people's accounts: Fay owns it, Bruno administers it, Chloé views it.
/// Anna, Bruno and Chloé have their mailboxes there.
/// and Chloé have their mailboxes there.
async fn home(portal: &Portal) -> Visitor {
    let fay = portal.sign_in(Fay).await;
    fay.new_domain("mairie.test", "aide@ailleurs.test").await.leads_to("/domains/mairie.test");
    portal.grant("mairie.test", Bruno, Role::Administrator).await;
    portal.grant("mairie.test", Chloe, Role::Viewer).await;
    portal.work().await;
    for [first, last, part] in [["Anna", "Martin", "anna"], ["Bruno", "Petit", "bruno"], ["Chloé", "Durand", "chloe"]]
    {
        open(portal, &fay, "mairie.test", [first, last, part, &format!("{part}@ailleurs.test")]).await;
    }
    for person in [Anna, Bruno, Chloe] {
        portal.prove(person).await;
    }
    fay
}

async fn a_viewer_looks_after_their_own_mailbox_alone(portal: &Portal) {
    let fay = home(portal).await;
    let chloe = portal.sign_in(Chloe).await;
    let (own, other) = (format!("{HOME}/chloe"), format!("{HOME}/bruno"));

    let page = chloe.get(&own).await;
    let links = page.is(200).attributes("main a.button", "href");
    assert_eq!(links, [format!("{own}/edit")], "names and secondary address, nothing else");
    assert!(page.words().contains("chloe@ailleurs.test"));
    let form = chloe.get(&format!("{own}/edit")).await;
    assert_eq!(form.is(200).value("secondary_email"), "chloe@ailleurs.test");
    let answer = edit(&chloe, &own, ["Chloé", "Petit-Durand", "neuve@ailleurs.test"]).await;
    assert_eq!(told(&chloe, &answer).await, pair("good", "enabled"));
    assert_eq!(stored(portal, "chloe").await, "Chloé|Petit-Durand|neuve@ailleurs.test");
    assert_eq!(portal.dimail.holds("chloe@mairie.test").await, "Chloé Petit-Durand yes");
    portal.work().await;
    assert_eq!(portal.recipients(), ["chloe@ailleurs.test"]);
    for act in ["disable", "delete", "enable", "retry"] {
        chloe.post(&format!("{own}/{act}"), &[("address", "chloe@mairie.test")]).await.is(403);
    }
    for act in ["disable", "delete"] {
        chloe.get(&format!("{own}/{act}")).await.is(403);
    }
    // The rules for names apply to mailbox users too.
    let taken = edit(&chloe, &own, ["Anna", "Martin", ""]).await;
    assert!(taken.is(422).mistake("last_name").contains("anna@mairie.test"));
    // Chloé may not edit other mailboxes; whether they exist makes no difference.
    for path in [&other, &format!("{HOME}/nobody")] {
        chloe.get(&format!("{path}/edit")).await.is(403);
        edit(&chloe, path, ["Bruno", "Petit", "chloe@ailleurs.test"]).await.is(403);
    }
    assert!(!chloe.get(&other).await.has("main a.button"));
    // A person without a role on the domain gets 404. So does Chloé after her mailbox was deleted.
    portal.sign_in(Dan).await.get(&format!("{own}/edit")).await.is(404);
    confirm(&fay, &own, "delete").await.is(303);
    chloe.get(&format!("{own}/edit")).await.is(404);
    edit(&chloe, &own, ["Chloé", "Durand", ""]).await.is(404);
}

async fn an_administrator_cuts_off_nobody_above(portal: &Portal) {
    let fay = home(portal).await;
    let bruno = portal.sign_in(Bruno).await;
    // Anna owns another domain, so her account is guarded.
    let anna = format!("{HOME}/anna");
    let mark = portal.dimail.mark().await;

    for act in ["disable", "delete"] {
        bruno.get(&format!("{anna}/{act}")).await.is(403);
        confirm(&bruno, &anna, act).await.is(403);
        bruno.post(&format!("{anna}/{act}"), &[("address", "wrong")]).await.is(403);
    }
    for secondary in ["bruno@ailleurs.test", "", "nowhere"] {
        edit(&bruno, &anna, ["Anna", "Martin", secondary]).await.is(403);
        edit(&bruno, &anna, ["", "Martin", secondary]).await.is(403);
    }
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(stored(portal, "anna").await, "Anna|Martin|anna@ailleurs.test");

    // Bruno may change the names, and his form has no field for the secondary address.
    let form = bruno.get(&format!("{anna}/edit")).await;
    assert!(!form.is(200).has("main input[name=secondary_email]:not([type=hidden])"), "{}", form.words());
    assert_eq!(form.select(".lead").concat().replace('\u{a0}', " "), "anna@mairie.test : prénom et nom seulement.");
    let options = bruno.get(&anna).await.select(".choices-list p").join(" ");
    assert!(options.contains("Le prénom et le nom seulement.") && !options.contains("adresse de secours"), "{options}");
    let kept = form.value("secondary_email");
    edit(&bruno, &anna, ["Anne", "Martin", &kept]).await.leads_to(&anna);
    assert_eq!(portal.dimail.holds("anna@mairie.test").await, "Anne Martin yes");
    confirm(&fay, &anna, "disable").await.leads_to(&anna);
    // Disabling and deleting are refused in every status of mailbox and domain.
    confirm(&bruno, &anna, "disable").await.is(403);
    bruno.post(&format!("{anna}/enable"), &[]).await.is(403);
    assert_eq!(portal.dimail.holds("anna@mairie.test").await, "- no");
    fay.post(&format!("{anna}/enable"), &[]).await.leads_to(&anna);
    assert_eq!(portal.dimail.holds("anna@mairie.test").await, "Anne Martin yes");
    portal.disable("mairie.test", "travaux").await;
    portal.work().await;
    for act in ["disable", "delete"] {
        bruno.get(&format!("{anna}/{act}")).await.is(403);
        confirm(&bruno, &anna, act).await.is(403);
    }
    edit(&bruno, &anna, ["Anna", "Martin", "bruno@ailleurs.test"]).await.is(403);
    edit(&bruno, &anna, ["Anna", "Martin", &kept]).await.is(409);
    confirm(&bruno, &format!("{HOME}/chloe"), "disable").await.is(409);
    portal.enable("mairie.test").await;
    portal.work().await;
    // Staff and owners may change it.
    let eve = portal.sign_in(Eve).await;
    edit(&eve, &anna, ["Anna", "Martin", "eve@ailleurs.test"]).await.leads_to(&anna);
    confirm(&fay, &anna, "delete").await.leads_to(HOME);
    portal.work().await;
}

async fn an_administrator_above_looks_after_their_own(portal: &Portal) {
    let fay = home(portal).await;
    // Bruno owns another domain, so his mailbox is guarded, also from himself as administrator.
    portal.grant("autre.fr", Bruno, Role::Owner).await;
    let (bruno, own) = (portal.sign_in(Bruno).await, format!("{HOME}/bruno"));

    let form = bruno.get(&format!("{own}/edit")).await;
    assert!(form.is(200).has("main input[name=secondary_email]:not([type=hidden])"), "{}", form.words());
    assert!(form.select(".lead").concat().contains("prénom, nom et adresse de secours"), "{}", form.words());
    edit(&bruno, &own, ["Bruno", "Petit", "neuve@ailleurs.test"]).await.leads_to(&own);

    assert_eq!(stored(portal, "bruno").await, "Bruno|Petit|neuve@ailleurs.test");
    for act in ["disable", "delete"] {
        confirm(&bruno, &own, act).await.is(403);
    }
    // The account of a viewer or administrator who owns no domain is not guarded.
    confirm(&bruno, &format!("{HOME}/chloe"), "disable").await.is(303);
    drop(fay);
    portal.work().await;
}

async fn the_history_tells_who_did_what(portal: &Portal) {
    let (anna, bruno) = (english(portal, Anna).await, portal.sign_in(Bruno).await);
    with_jean(portal, &anna).await;
    edit(&bruno, JEAN, ["Jeanne", "Dupont", "cachette@ailleurs.test"]).await.leads_to(JEAN);
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    confirm(&portal.sign_in(Eve).await, JEAN, "disable").await.leads_to(JEAN);
    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    portal.work().await;
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    edit(&anna, JEAN, ["Jeanne", "Dupont", ""]).await.leads_to(JEAN);
    portal.work().await;

    let page = anna.get(JEAN).await;
    let lines = page.select(".history li");
    let expected = [
        "Anna Martin changed this: secondary address.",
        "The mail service has enabled the mailbox.",
        "Anna Martin asked to enable the mailbox.",
        "The mail service has disabled the mailbox.",
        "Anna Martin tried the request again.",
        "Ève Moreau (portal staff) asked to disable the mailbox.",
        "Change made: names.",
        "Bruno Petit requested a change: names.",
        "Bruno Petit changed this: secondary address.",
    ];
    assert!(lines.len() >= expected.len() + 2, "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.ends_with(expected), "{line}: {expected}");
    }
    let french = bruno.get(JEAN).await;
    assert_eq!(french.select(".history li").len(), lines.len());
    assert!(french.words().contains("Bruno Petit a demandé"), "{}", french.words());
    for page in [&page, &french] {
        let history = page.select(".history").concat();
        assert!(!history.contains("ailleurs.test"), "no secondary address: {history}");
    }
    // The journal has both, for those who may see secondary addresses.
    let journal = bruno.get("/domains/ville.fr/journal").await.words();
    assert!(journal.contains("cachette"), "{journal}");
    // Only people who may read the journal see the history.
    assert!(!portal.sign_in(Chloe).await.get(JEAN).await.has(".history"));
}

async fn a_secondary_address_is_seen_by_few(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let (chloe, eve) = (portal.sign_in(Chloe).await, portal.sign_in(Eve).await);
    with_jean(portal, &anna).await;
    // The secondary address is new at once, while the names wait for dimail.
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Dupont", "cachette@ailleurs.test"]).await.leads_to(JEAN);
    let search = "/domains/ville.fr/mailboxes?q=";
    for (who, sees) in [(&anna, true), (&bruno, true), (&eve, true), (&chloe, false)] {
        for path in [JEAN.to_owned(), "/domains/ville.fr/mailboxes".to_owned(), format!("{search}jean")] {
            let page = who.get(&path).await;
            assert_eq!(page.is(200).words().contains("cachette@ailleurs.test"), sees, "{path}");
            assert!(sees || !page.text.contains("ailleurs.test"), "{path}");
        }
    }
    portal.work_after(HOUR).await;
    for (who, sees) in [(&anna, true), (&bruno, true), (&eve, true), (&chloe, false)] {
        assert_eq!(who.get(JEAN).await.words().contains("cachette@ailleurs.test"), sees);
        assert_eq!(who.get(&format!("{search}cachette")).await.addresses().contains(&ADDRESS.to_owned()), sees);
    }
}

/// Creates an alias of `ville.fr` whose destination is outside.
async fn alias(by: &Visitor, part: &str) -> crate::support::Answer {
    by.post("/domains/ville.fr/new-alias", &[("local_part", part), ("destination", "x@ailleurs.test")]).await
}

async fn nobody_gets_the_emails_of_an_account_above(portal: &Portal) {
    let omar = Person { email: "omar@ville.fr", ..Anna };
    let sami = Person { email: "sami@ville.fr", ..Eve };
    let ben = Person { email: "ben@ville.fr", ..Anna };
    for person in [omar, sami, ben] {
        portal.add_account(&person).await;
    }
    portal.grant("autre.fr", omar, Role::Owner).await;
    portal.grant("autre.fr", ben, Role::Owner).await;
    portal.grant("ville.fr", ben, Role::Administrator).await;
    let (anna, bruno, ben) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await, portal.sign_in(ben).await);
    let mark = portal.dimail.mark().await;

    for by in [&bruno, &ben] {
        for part in ["omar", "SAMI "] {
            let form = alias(by, part).await;
            assert!(form.is(422).mistake("local_part").contains("propriétaire"), "{}", form.words());
        }
    }
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(portal.database.count("aliases").await, 0);
    // An administrator cannot add destinations to such an alias either.
    let path = "/domains/ville.fr/aliases/omar";
    alias(&anna, "omar").await.leads_to(path);
    let form = bruno.post(&format!("{path}/add"), &[("destination", "bruno@ailleurs.test")]).await;
    assert!(form.is(403).words().contains("Anna Martin"), "{}", form.words());
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["omar x@ailleurs.test"]);
    // An administrator's own guarded address is guarded too; the address of another account is not.
    alias(&ben, "ben").await.is(422);
    portal.add_account(&Person { email: "vera@ville.fr", ..Chloe }).await;
    alias(&bruno, "vera").await.is(303);
    portal.work().await;
}

async fn what_an_owner_asked_for_is_not_taken_back(portal: &Portal) {
    let fay = home(portal).await;
    let (bruno, anna) = (portal.sign_in(Bruno).await, format!("{HOME}/anna"));
    portal.dimail.fault("PATCH", &anna, "redirect_307", 1).await;
    edit(&fay, &anna, ["Anne", "Martin", "neuve@ailleurs.test"]).await.leads_to(&anna);
    let mark = portal.dimail.mark().await;

    for former in ["anna@ailleurs.test", "", "bruno@ailleurs.test"] {
        edit(&bruno, &anna, ["Anna", "Martin", former]).await.is(403);
    }
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    // Bruno may change the names, and dimail may refuse them, while he waits and later: the secondary
    // address is kept.
    let kept = bruno.get(&format!("{anna}/edit")).await.value("secondary_email");
    portal.dimail.fault("PATCH", &anna, "refuse_422", 1).await;
    edit(&bruno, &anna, ["Anonyme", "Martin", &kept]).await.is(422);
    assert_eq!(stored(portal, "anna").await, "Anna|Martin|neuve@ailleurs.test");
    portal.dimail.fault("PATCH", &anna, "redirect_307", 1).await;
    edit(&fay, &anna, ["Anne", "Martin", "autre@ailleurs.test"]).await.leads_to(&anna);
    edit(&fay, &anna, ["Anne", "Martin", "neuve@ailleurs.test"]).await.leads_to(&anna);
    portal.dimail.fault("PATCH", &anna, "redirect_307", 1).await;
    edit(&bruno, &anna, ["Anonyme", "Martin", &kept]).await.leads_to(&anna);
    portal.dimail.fault("PATCH", &anna, "refuse_422", 1).await;
    portal.work_after(HOUR).await;
    assert_eq!(stored(portal, "anna").await, "Anne|Martin|neuve@ailleurs.test");
    let (fay, bruno) = (portal.sign_in(Fay).await, portal.sign_in(Bruno).await);
    // Withdrawing the names that wait, as saving the present ones does, keeps it, too.
    portal.dimail.fault("PATCH", &anna, "redirect_307", 1).await;
    edit(&fay, &anna, ["Anita", "Martin", "neuve@ailleurs.test"]).await.leads_to(&anna);
    edit(&bruno, &anna, ["Anne", "Martin", &kept]).await.leads_to(&anna);
    edit(&bruno, &anna, ["Annie", "Martin", &kept]).await.leads_to(&anna);

    portal.work_after(HOUR).await;
    assert_eq!(stored(portal, "anna").await, "Annie|Martin|neuve@ailleurs.test");
    assert_eq!(portal.dimail.holds("anna@mairie.test").await, "Annie Martin yes");
}
