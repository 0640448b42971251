//! Separation of domains: members of one domain can neither read nor change anything of another
//! one, whatever they send. Malformed names are refused without a call to dimail.

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Chloe, Dan, Fay, Portal, Visitor, on_both};

on_both!(
    a_neighbour_sees_and_changes_nothing,
    odd_names_in_addresses_are_not_found,
    odd_names_in_forms_never_reach_dimail,
    fields_of_another_domain_change_nothing,
    a_viewer_changes_nothing,
    typed_text_stays_text,
    odd_requests_get_a_page,
    a_final_slash_leads_to_the_address_without_it,
);

/// All paths below a domain, and the form fields that are sent to each.
const BELOW: [&str; 16] = [
    "",
    "/edit",
    "/check",
    "/remove",
    "/dns",
    "/dns/share",
    "/zone.txt",
    "/mailboxes",
    "/new-mailbox",
    "/mailboxes/jean",
    "/mailboxes/jean/edit",
    "/mailboxes/jean/retry",
    "/mailboxes/jean/delete",
    "/mailboxes/nobody",
    "/publish",
    "/journal",
];

const FIELDS: [(&str, &str); 9] = [
    ("name", "ville.fr"),
    ("domain", "ville.fr"),
    ("domain_id", "1"),
    ("support_email", "evil@ailleurs.test"),
    ("first_name", "Evil"),
    ("last_name", "Neighbour"),
    ("local_part", "evil"),
    ("secondary_email", "evil@ailleurs.test"),
    ("mailbox", "jean@ville.fr"),
];

/// All rows that a person without a role could have changed.
async fn rows(portal: &Portal) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "select id, name, support_email, status, sequence, mailboxes from domains order by id",
        "select id, domain_id, local_part, status, secondary_email from mailboxes order by id",
        "select domain_id, user_id, role from members order by id",
        "select id, domain_id, kind, object, attempts from jobs order by id",
        "select id, recipient, state from emails order by id",
        "select domain_id, event from journal order by domain_id, sequence",
    ] {
        all.extend(portal.database.texts(sql).await);
    }
    all
}

/// A mailbox of Anna's, with data that others must not see.
async fn with_jean(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "cachette@ailleurs.test"])
        .await
        .leads_to("/domains/ville.fr/mailboxes/jean");
    portal.work().await;
}

async fn a_neighbour_sees_and_changes_nothing(portal: &Portal) {
    with_jean(portal).await;
    let (before, mark) = (rows(portal).await, portal.dimail.mark().await);
    for who in [Fay, Dan] {
        let neighbour = portal.sign_in(who).await;
        let nowhere = neighbour.get("/domains/nowhere.fr").await.is(404).text.clone();
        for below in BELOW {
            let path = format!("/domains/ville.fr{below}");
            let seen = neighbour.get(&path).await;
            assert_eq!((seen.status, &seen.text), (404, &nowhere), "GET {path}");
            let sent = neighbour.post(&path, &FIELDS).await;
            let twin = neighbour.post(&format!("/domains/nowhere.fr{below}"), &FIELDS).await;
            assert!(sent.status == 404 || sent.status == 405, "POST {path}: {}", sent.status);
            assert_eq!((sent.status, &sent.text), (twin.status, &twin.text), "POST {path}");
        }
        for path in ["/domains", "/domains?q=ville", "/domains?q=jean&status=enabled&sort=-mailboxes"] {
            let list = neighbour.get(path).await;
            assert!(!list.is(200).domains().contains(&"ville.fr".to_owned()), "{path}");
            assert!(!list.words().contains("ville.fr"), "{path}: {}", list.words());
        }
    }
    assert_eq!(rows(portal).await, before);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
}

/// Other ways to write the name of a domain that the person sees: its pages lead to the ASCII name.
const TYPED: [&str; 5] = ["VILLE.FR", "Ville.fr", "ville.fr.", "%EF%BD%96ille.fr", "ｖｉｌｌｅ.fr"];

/// Names that no domain and no mailbox can have, as they appear in a path.
const ODD: [&str; 28] = [
    "..",
    ".",
    "%2e",
    "%2e%2e",
    "%2E%2E%2F%2E%2E",
    "..%2fautre.fr",
    "ville.fr%2Fmailboxes%2Fjean",
    "%2Fdomains%2Fautre.fr",
    "ville.fr%0a",
    "ville.fr%0d%0aX: y",
    "%00",
    "ville.fr%00",
    "%ff",
    "ville.fr%20",
    "%20ville.fr",
    "+",
    "%",
    "%zz",
    "%25",
    "%252e%252e",
    "vill%C3%A9.fr",
    "%E2%80%AEville.fr",
    "ville.fr;autre.fr",
    "*",
    "%2A",
    "'%20or%201=1",
    "%5C..%5Cautre.fr",
    "{domain}",
];

async fn odd_names_in_addresses_are_not_found(portal: &Portal) {
    with_jean(portal).await;
    let anna = portal.sign_in(Anna).await;
    let (before, mark) = (rows(portal).await, portal.dimail.mark().await);
    let nowhere = anna.get("/domains/nowhere.fr").await.is(404).text.clone();
    let long = "a".repeat(3000);
    for odd in ODD.into_iter().chain(TYPED).chain([long.as_str()]) {
        for path in [
            format!("/domains/{odd}"),
            format!("/domains/{odd}/mailboxes"),
            format!("/domains/{odd}/mailboxes/jean"),
            format!("/domains/{odd}/dns"),
            format!("/domains/{odd}/edit"),
            format!("/domains/ville.fr/mailboxes/{odd}"),
        ] {
            let path = path.replace(' ', "%20");
            let seen = anna.send("GET", &path, &[], Vec::new()).await;
            // A request that is not valid HTTP gets 400 without a page.
            if seen.status == 400 {
                continue;
            }
            if TYPED.contains(&odd) && path.starts_with(&format!("/domains/{odd}")) {
                assert_eq!(seen.is(302).location(), path.replace(odd, "ville.fr"));
                continue;
            }
            assert_eq!((seen.status, &seen.text), (404, &nowhere), "GET {path}");
        }
        for path in [format!("/domains/{odd}/new-mailbox"), format!("/domains/{odd}/check")] {
            let path = path.replace(' ', "%20");
            let sent = anna.post(&path, &FIELDS).await;
            assert!(sent.status == 404 || sent.status == 400, "POST {path}: {}", sent.status);
        }
    }
    assert_eq!(rows(portal).await, before);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
}

async fn odd_names_in_forms_never_reach_dimail(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let (before, mark) = (rows(portal).await, portal.dimail.mark().await);
    for odd in [
        "..",
        ".",
        "a/b",
        "../autre.fr",
        "a%2fb",
        "%2e%2e",
        "a\nb",
        "a\r\nb",
        "a\0b",
        "a?b",
        "a#b",
        "a\\b",
        "a b",
        "a;b",
        "é",
        "\u{202e}a",
        "oxadmin",
        "all",
        "a@b",
        "a..b",
        ".a",
        "a.",
        "-",
        "*",
    ] {
        let name = format!("{odd}/.fr");
        for name in [odd, &name] {
            let form = anna.new_domain(name, SUPPORT).await;
            assert_eq!(form.is(422).mistakes(), ["name"], "{name:?}");
        }
        if odd != "-" {
            let form = anna.new_mailbox("ville.fr", ["Jean", "Dupont", odd, ""]).await;
            assert_eq!(form.is(422).mistakes(), ["local_part"], "{odd:?}");
        }
    }
    assert_eq!(rows(portal).await, before);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
}

async fn fields_of_another_domain_change_nothing(portal: &Portal) {
    with_jean(portal).await;
    let fay = portal.sign_in(Fay).await;
    // The domain is read from the path, whatever the form fields say.
    let fields = [
        ("domain", "ville.fr"),
        ("domain_id", "1"),
        ("name", "ville.fr"),
        ("first_name", "Fay"),
        ("last_name", "Roussel"),
        ("local_part", "fay"),
        ("secondary_email", ""),
    ];
    let sheet = fay.post("/domains/autre.fr/new-mailbox?domain=ville.fr", &fields).await;
    assert!(sheet.is(200).words().contains("fay@autre.fr"), "{}", sheet.words());
    let inside = "mailboxes join domains on domains.id = domain_id where name";
    assert_eq!(portal.database.count(&format!("{inside} = 'ville.fr'")).await, 1);
    assert_eq!(portal.database.count(&format!("{inside} = 'autre.fr'")).await, 1);
    // The mailbox of another domain, requested below one's own domain.
    fay.get("/domains/autre.fr/mailboxes/jean").await.is(404);
    // A cursor of another domain's list shows only one's own mailboxes.
    let list = fay.get("/domains/autre.fr/mailboxes?after=MAphbm5h&q=jean").await;
    assert_eq!(list.is(200).addresses(), Vec::<String>::new());
}

async fn a_viewer_changes_nothing(portal: &Portal) {
    with_jean(portal).await;
    let chloe = portal.sign_in(Chloe).await;
    let (before, mark) = (rows(portal).await, portal.dimail.mark().await);
    for below in BELOW {
        let sent = chloe.post(&format!("/domains/ville.fr{below}"), &FIELDS).await;
        assert!([403, 404, 405].contains(&sent.status), "{below}: {}", sent.status);
    }
    for path in ["", "/mailboxes", "/dns", "/mailboxes/jean"].map(|below| format!("/domains/ville.fr{below}")) {
        let path = path.as_str();
        let page = chloe.get(path).await;
        let forms = page.is(200).attributes("main form[method=post]", "action");
        assert_eq!(forms, Vec::<String>::new(), "{path}: buttons that may not be pressed");
        let links = page.attributes("main a", "href");
        assert!(!links.iter().any(|link| link.contains("/edit")
            || link.contains("new-mailbox")
            || link.contains("/remove")
            || link.contains("/delete")));
    }
    assert_eq!(rows(portal).await, before);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
}

async fn typed_text_stays_text(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let script = "<script>alert(1)</script>";
    let quote = "\"><img src=x onerror=alert(1)>'&amp;";
    let unescaped = |visitor_page: &crate::support::Answer| {
        assert!(!visitor_page.text.contains(script) && !visitor_page.text.contains("<img"), "{}", visitor_page.words());
    };
    let form = anna.new_mailbox("ville.fr", [script, quote, "a b", quote]).await;
    assert_eq!((form.is(422).value("first_name"), form.value("last_name")), (script.into(), quote.into()));
    unescaped(&form);
    assert_eq!(form.mistakes(), ["first_name", "last_name", "local_part", "secondary_email"]);
    anna.new_mailbox("ville.fr", ["\"'&amp;x", "Odd", "odd", "odd@ailleurs.test"])
        .await
        .leads_to("/domains/ville.fr/mailboxes/odd");
    // What dimail has, the portal takes over as it is.
    let names = format!("first_name = '{script}', last_name = '{}'", quote.replace('\'', "''"));
    portal.database.change(&format!("update mailboxes set {names} where local_part = 'odd'")).await;
    portal.work().await;
    let encoded: String = form_urlencoded::byte_serialize(quote.as_bytes()).collect();
    for path in [
        "/domains/ville.fr/mailboxes/odd".to_owned(),
        "/domains/ville.fr/mailboxes".to_owned(),
        format!("/domains/ville.fr/mailboxes?q={encoded}&sort={encoded}&status={encoded}&after={encoded}"),
        format!("/domains?q={encoded}"),
        format!("/nowhere/{encoded}?{encoded}"),
    ] {
        unescaped(&anna.get(&path).await);
    }
    unescaped(&portal.visitor().get(&format!("/sign-in?next={encoded}")).await);
    let emails = portal.emails();
    assert!(emails.iter().all(|email| !email.html.contains(script) && !email.html.contains("<img src=x")));
}

async fn odd_requests_get_a_page(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let odd = |method: &'static str| {
        let anna: &Visitor = &anna;
        async move { anna.send(method, "/domains/ville.fr", &[], Vec::new()).await.status }
    };
    assert_eq!([odd("PUT").await, odd("DELETE").await, odd("PATCH").await], [405, 405, 405]);
    assert_eq!(odd("HEAD").await, 200);
    // Bodies that are not valid forms.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for body in [&b"%%%=&&=&x"[..], b"\xff\xfe=\xff", b"first_name=%ff%00&last_name=\x01"] {
        let answer = anna.send("POST", "/domains/ville.fr/new-mailbox", &form, body.to_vec()).await;
        answer.is(422);
    }
    let nothing = anna.send("POST", "/domains/ville.fr/new-mailbox", &[], Vec::new()).await;
    assert_eq!(nothing.is(422).mistakes(), ["first_name", "last_name"]);
    for path in ["/domains/ville.fr/mailboxes?q=%ff%00%25&after=%00&before=//&sort=\u{7f}", "/domains?q=%00&status=%27"]
    {
        let answer = anna.get(&path.replace('\u{7f}', "%7f")).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    assert_eq!(portal.database.count("mailboxes").await, 0);
}

/// Also where nothing is to be seen, and never to another site.
async fn a_final_slash_leads_to_the_address_without_it(portal: &Portal) {
    let (anna, dan) = (portal.sign_in(Anna).await, portal.sign_in(Dan).await);
    for path in ["/domains", "/domains/ville.fr", "/domains/ville.fr/mailboxes", "/privacy", "/dns/x"] {
        anna.get(&format!("{path}/")).await.leads_to(path);
    }
    anna.get("/domains/?q=ville").await.leads_to("/domains?q=ville");
    dan.get("/domains/ville.fr/").await.leads_to("/domains/ville.fr");
    anna.post("/domains/new/", &[]).await.is(404);
    for path in ["/\\ailleurs.test/", "/domains//", "/domains//ailleurs.test/"] {
        let answer = anna.get(path).await;
        assert_eq!(answer.header("location"), "", "{path}");
    }
}
