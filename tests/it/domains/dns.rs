//! The DNS page as a guide: what is left first, today's value beside the wanted one, and a check that comes back.

use dimail_portal::model::role::Role;

use crate::support::{Anna, Bruno, Chloe, Person, Portal, on_both};

on_both!(
    what_is_left_comes_first_and_what_is_right_is_folded,
    an_spf_record_that_exists_is_completed,
    what_was_published_stays_in_the_zone,
    the_words_are_explained,
    addresses_are_created_before_mail_moves,
    a_check_comes_back_and_says_what_is_left,
    what_the_mail_service_lacks_is_not_hidden,
    the_check_leads_nowhere_else,
    all_in_place_says_since_when,
    an_owner_prepares_their_own_mailbox_first,
    what_dimail_says_breaks_no_page,
);

const HERE: &str = "/domains/neuve.fr/dns";
const CHECK: &str = "/domains/neuve.fr/check";

async fn what_is_left_comes_first_and_what_is_right_is_folded(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["no_spf", "wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;

    let page = anna.get(HERE).await;

    assert!(page.is(200).words().contains("4 enregistrements sur 6 sont en place"), "{}", page.words());
    assert_eq!(page.attributes("main progress", "value"), ["4"]);
    assert_eq!(page.attributes(".dns-left [data-record]", "data-record"), ["MX", "TXT"], "what is wrong, then missing");
    assert_eq!(page.attributes(".dns-left [data-record]", "data-state"), ["bad", "warn"]);
    assert_eq!(page.select(".dns-left .dns-today"), ["mx.ancien-hebergeur.example.", "Rien"]);
    assert_eq!(page.select("#dns-right summary").first().map(String::as_str), Some("4 corrects"));
    assert!(!page.has("#dns-right[open]") && page.select("#dns-right [data-record]").len() == 4);
    // One button for each cell, each with a name of its own.
    let names = page.select("[data-copy]");
    let mut different = names.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), names.len(), "{names:#?}");
    assert!(names.contains(&"Copier la valeur du MX".to_owned()), "{names:#?}");
    let copied = page.attributes(".dns-left [data-record=MX] [data-copy]", "data-copy");
    assert_eq!(copied, ["@", "neuve.fr.", "mx.ox.numerique.gouv.fr.", "10"]);
    // The warning comes before the value.
    let (danger, value) = (
        page.text.find("tous les e-mails du domaine arrivent dans les nouvelles boîtes"),
        page.text.find("mx.ox.numerique"),
    );
    assert!(danger.is_some() && danger < value, "{danger:?} {value:?}");
    // Viewers read the same without buttons that they may not press.
    portal.grant("neuve.fr", Chloe, Role::Viewer).await;
    let seen = portal.sign_in(Chloe).await.get(HERE).await;
    assert_eq!(seen.is(200).attributes(".dns-left [data-record]", "data-record"), ["MX", "TXT"]);
    assert!(!seen.has("main form") && !seen.has("#dns-share"));
}

async fn an_spf_record_that_exists_is_completed(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_spf"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    let merged = "v=spf1 include:_spf.ancien-hebergeur.example include:_spf.ox.numerique.gouv.fr -all";

    let page = anna.get(HERE).await;

    assert_eq!(page.is(200).select(".dns-today"), ["v=spf1 include:_spf.ancien-hebergeur.example -all"]);
    assert_eq!(page.select(".dns-left .dns-wanted code"), [merged]);
    assert!(page.words().contains("N’ajoutez pas un second SPF"), "{}", page.words());
    let zone = anna.get("/domains/neuve.fr/zone.txt").await;
    assert!(zone.is(200).text.contains(&format!("\"{merged}\"")), "{}", zone.text);
    assert_eq!(zone.text.matches("v=spf1").count(), 1);
}

async fn what_was_published_stays_in_the_zone(portal: &Portal) {
    let hour = std::time::Duration::from_hours(1);
    let (plain, merged) = (
        "v=spf1 include:_spf.ox.numerique.gouv.fr -all",
        "v=spf1 include:_spf.ancien-hebergeur.example include:_spf.ox.numerique.gouv.fr -all",
    );
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_spf", "no_dkim"], &[]).await;
    let spf = async || {
        let anna = portal.sign_in(Anna).await;
        let (page, zone) = (anna.get(HERE).await, anna.get("/domains/neuve.fr/zone.txt").await);
        assert!(zone.is(200).text.contains("IN MX    10 mx.ox.numerique.gouv.fr."), "{}", zone.text);
        let shown = page.is(200).select("#dns-right [data-record=TXT] .dns-wanted code");
        (
            shown,
            zone.text.lines().filter_map(|line| Some(line.split_once("\"v=spf1")?.1.to_owned())).collect::<Vec<_>>(),
        )
    };
    let is = |value: &str| {
        let rest = format!("{}\"", value.trim_start_matches("v=spf1"));
        (vec![value.to_owned()], vec![rest])
    };
    // The person publishes what the page says; the check says only that it is right.
    portal.dimail.finds("neuve.fr", &["no_dkim"], &[], false).await;
    for _ in 0..2 {
        portal.work_after(hour).await;
        assert_eq!(spf().await, is(merged), "also after another check");
    }
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.work_after(hour).await;
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(HERE).await;
    assert_eq!(page.is(200).select("#dns-right [data-record=MX] td code").last().map(String::as_str), Some("10"));
    assert!(page.select("#dns-right code").contains(&merged.to_owned()), "{}", page.words());
    // Once it is missing, dimail's record is to be added.
    portal.dimail.finds("neuve.fr", &["no_spf"], &[], false).await;
    for _ in 0..2 {
        portal.work_after(24 * hour).await;
    }
    portal.dimail.finds("neuve.fr", &["no_dkim"], &[], false).await;
    portal.work_after(24 * hour).await;
    assert_eq!(spf().await, is(plain));
    portal.forget_emails();
}

async fn the_words_are_explained(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let page = portal.sign_in(Anna).await.get(HERE).await;
    let terms = page.is(200).select("#dns-help dt");
    for kind in ["MX", "TXT", "CNAME", "SPF", "DKIM", "DMARC"] {
        assert!(terms.contains(&kind.to_owned()), "{kind}: {terms:?}");
    }
    let (link, table) = (page.text.find("href=\"#dns-help\""), page.text.find("<table class=\"table dns-table\""));
    assert!(link.is_some() && link < table, "the link stands above the table");
}

async fn addresses_are_created_before_mail_moves(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    portal.grant("neuve.fr", Chloe, Role::Viewer).await;
    let link = ".dns-left .banner a[href=\"/domains/neuve.fr/new-mailbox\"]";
    for (who, may) in [(Anna, true), (Bruno, true), (Chloe, false)] {
        let page = portal.sign_in(who).await.get(HERE).await;
        assert_eq!((page.is(200).has(link), page.words().contains("Créez d’abord")), (may, may), "{}", who.name);
    }
    portal.sign_in(Bruno).await.new_mailbox("neuve.fr", ["Zoé", "Martin", "zoe", ""]).await.is(303);
    assert!(!portal.sign_in(Anna).await.get(HERE).await.has(link), "there is one");
    portal.leaves_work();
}

async fn a_check_comes_back_and_says_what_is_left(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["no_spf", "wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    let form = anna.get(HERE).await;
    assert_eq!(form.attributes(".dns-check form", "action"), [CHECK]);
    let next = form.value("next");
    portal.dimail.finds("neuve.fr", &["no_spf"], &[], false).await;

    let pressed = anna.post(CHECK, &[("next", &next)]).await;

    pressed.leads_to(HERE);
    let page = anna.follow(&pressed).await;
    let (kind, text) = page.notice();
    assert_eq!(kind, "warn");
    for what in ["il reste 1 enregistrement", "(SPF)", "24 heures"] {
        assert!(text.contains(what), "{what}: {text}");
    }
    assert!(page.words().contains("5 enregistrements sur 6"), "{}", page.words());
    let too_soon = anna.post(CHECK, &[("next", &next)]).await;
    too_soon.leads_to(HERE);
    assert_eq!(anna.follow(&too_soon).await.notice().0, "warn");
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.wait(std::time::Duration::from_secs(61));
    let done = anna.post(CHECK, &[("next", &next)]).await;
    done.leads_to(HERE);
    assert_eq!(anna.follow(&done).await.notice().0, "good");
    portal.work().await;
}

async fn what_the_mail_service_lacks_is_not_hidden(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &[], &["no_cert"]).await;
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(HERE).await;
    assert_eq!(page.is(200).select("#dns-count"), ["Tous les enregistrements DNS sont en place."]);
    assert!(!page.words().contains("Tout est en place"), "{}", page.words());
    let mut said = Vec::new();
    for (next, to) in [(HERE, HERE), ("", "/domains/neuve.fr")] {
        portal.wait(std::time::Duration::from_secs(61));
        let pressed = anna.post(CHECK, &[("next", next)]).await;
        pressed.leads_to(to);
        said.push(anna.follow(&pressed).await);
    }
    let [(kind, text), (_, elsewhere)] = [said[0].notice(), said[1].notice()];
    assert!(kind == "warn" && text.contains("n’a pas fini de son côté"), "{text}");
    // The overview says the same, and leads to the records.
    assert_eq!(elsewhere, format!("{text} Voir les enregistrements DNS"));
    assert_eq!(said[1].attributes("[data-notice] a", "href"), [HERE]);
    portal.work().await;
}

async fn the_check_leads_nowhere_else(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for next in ["", "/domains", "/domains/autre.fr/dns", "//evil.test", "https://evil.test/domains/ville.fr/dns"] {
        anna.post("/domains/ville.fr/check", &[("next", next)]).await.leads_to("/domains/ville.fr");
    }
    portal.work().await;
}

async fn all_in_place_says_since_when(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let page = anna.get("/domains/ville.fr/dns").await;
    assert!(page.is(200).words().contains("Tout est en place depuis le 22 novembre 2026"), "{}", page.words());
    assert!(!page.has(".dns-left") && page.has("#dns-right") && page.has(".dns-check form"));
    portal.disable("ville.fr", "travaux").await;
    let closed = anna.get("/domains/ville.fr/dns").await;
    assert!(closed.is(200).has("#dns-right") && !closed.has("main form"), "{}", closed.words());
    portal.work().await;
}

async fn an_owner_prepares_their_own_mailbox_first(portal: &Portal) {
    const ZOE: Person = Person { email: "zoe@neuve.fr", name: "Zoé", is_staff: false, role: None };
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.add_account(&ZOE).await;
    portal.grant("neuve.fr", ZOE, Role::Owner).await;
    let (zoe, anna) = (portal.sign_in(ZOE).await, portal.sign_in(Anna).await);
    let offer = ".dns-left .banner a[href=\"/domains/neuve.fr/new-mailbox\"]";
    assert_eq!(zoe.get(HERE).await.is(200).select(offer), ["Créer d’abord zoe@neuve.fr"]);
    assert_eq!(anna.get(HERE).await.is(200).select(offer), ["Créer une adresse"], "her address is elsewhere");
    zoe.new_mailbox("neuve.fr", ["Zoé", "Martin", "zoe", ""]).await.is(303);
    assert!(!zoe.get(HERE).await.is(200).has(offer));
    portal.dimail.finds("neuve.fr", &["no_spf"], &[], false).await;
    portal.work_after(std::time::Duration::from_hours(1)).await;
    assert!(!anna.get(HERE).await.has(".dns-left .banner"), "the MX record is right: no mail moves");
}

async fn what_dimail_says_breaks_no_page(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let hostile = "<script>alert(1)</script>\\n\\\" v=spf1 ".repeat(100);
    let records = format!(
        "[{}]",
        ["mx", "mx", "cname", "txt", "caa"]
            .map(|kind| format!("{{\"target\":\"<b>x\",\"kind\":\"{kind}\",\"value\":\"{hostile}\"}}"))
            .join(",")
    );
    let problem = format!("{{\"code\":\"wrong_mx\",\"detail\":\"{hostile}\"}}");
    let check = |name: &str| format!("{{\"name\":\"{name}\",\"internal\":false,\"problems\":[{problem},{problem}]}}");
    let report = format!("{{\"usable\":false,\"checks\":[{},{},{}]}}", check("mx"), check("spf"), check("odd\\nname"));
    let change = format!("update domains set records = '{records}', report = '{report}' where name = 'neuve.fr'");
    portal.database.change(&change).await;
    let bruno = {
        portal.grant("neuve.fr", Bruno, Role::Administrator).await;
        portal.sign_in(Bruno).await
    };
    let page = bruno.get(HERE).await;
    assert!(page.is(200).has(".dns-left") && !page.text.contains("<script>alert"));
    assert_eq!(page.select(".dns-left [data-record], #dns-right [data-record]").len(), 5);
    bruno.get("/domains/neuve.fr/zone.txt").await.is(200);
    let shared = bruno.post("/domains/neuve.fr/dns/share", &[("email", "dsi@agglo.test")]).await;
    shared.leads_to(HERE);
    portal.work().await;
    let email = portal.emails().into_iter().find(|email| email.to == "dsi@agglo.test").expect("an email");
    assert!(!email.html.contains("<script>alert") && email.html.contains("&#60;script&#62;"));
}
