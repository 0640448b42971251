//! The access matrix: one table with the expected answer of every route, for every role, to GET and
//! to POST. A route that is missing in the table fails the
//! test.

use std::collections::BTreeSet;

use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Person, Portal, Visitor, on_both};

on_both!(
    everybody_gets_what_the_table_says,
    looking_writes_nothing,
    a_waiting_notice_is_shown_while_nothing_can_be_written,
    every_object_is_the_same_404_to_a_stranger,
);

/// The domain of the matrix: accepted by dimail, with wrong DNS records, so that it can be removed.
/// No form of the matrix removes it before the last rows: forms are sent empty, and those that
/// succeed come last.
const DOMAIN: &str = "mat.fr";

/// A status, and for a redirect also its target.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Is(u16),
    To(&'static str),
    /// `/sign-in?next=` followed by the requested address.
    SignIn,
}

use Wanted::{Is, SignIn, To};

impl Wanted {
    fn fits(self, answer: &Answer, path: &str) -> bool {
        let got = (answer.status, answer.location());
        match self {
            Is(status) => got == (status, ""),
            To(location) => got == (303, location),
            SignIn => got == (303, format!("/sign-in?next={}", path.replace('/', "%2F")).as_str()),
        }
    }
}

/// The answers to a visitor without session, a stranger, a viewer, an administrator, an owner and
/// staff.
type Row = [Wanted; 6];

const NO_SUCH_METHOD: Row = [Is(405); 6];
const UNKNOWN_TO_STAFF: Row = [SignIn, Is(403), Is(403), Is(403), Is(403), Is(404)];
const HERE: &str = "/domains/mat.fr";
const DNS: &str = "/domains/mat.fr/dns";
const MEMBERS: &str = "/domains/mat.fr/members";
const MAILBOXES: &str = "/domains/mat.fr/mailboxes";
const ALIASES: &str = "/domains/mat.fr/aliases";
const CONTACT: &str = "/domains/mat.fr/aliases/contact";
const JEAN: &str = "/domains/mat.fr/mailboxes/jean";
const OPERATIONS: &str = "/domains/mat.fr/operations";

/// One line for each route: the answers to GET, and to POST with an empty form.
#[rustfmt::skip]
const TABLE: &[(&str, Row, Row)] = &[
    //                     nobody           stranger        viewer          administrator   owner           staff
    ("/",
        /* GET */         [To("/sign-in"),  To("/domains"), To("/domains"), To("/domains"), To("/domains"), To("/domains")],
        /* POST */        NO_SUCH_METHOD),
    ("/sign-in",
                          [Is(200),         To("/domains"), To("/domains"), To("/domains"), To("/domains"), To("/domains")],
                          [Is(422); 6]),
    ("/first-access",
                          [Is(200); 6],
                          [Is(422); 6]),
    ("/login-link/{token}",
                          [Is(404); 6],
                          [Is(404); 6]),
    ("/language",
                          [To("/sign-in"),  To("/domains"), To("/domains"), To("/domains"), To("/domains"), To("/domains")],
                          [To("/domains"); 6]),
    ("/accessibility",
                          [Is(200); 6],
                          NO_SUCH_METHOD),
    ("/privacy",
                          [Is(200); 6],
                          NO_SUCH_METHOD),
    ("/forgot-password",
                          [Is(200); 6],
                          [Is(422); 6]),
    ("/reset-password/{token}",
                          [Is(404); 6],
                          [Is(404); 6]),
    ("/account",
                          [SignIn,          Is(200),        Is(200),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(422),        Is(422),        Is(422),        Is(422),        Is(422)]),
    ("/account/confirm-address",
                          [SignIn,          To("/account"), To("/account"), To("/account"), To("/account"), To("/account")],
                          [SignIn,          To("/account"), To("/account"), To("/account"), To("/account"), To("/account")]),
    ("/confirm/{token}",
                          [Is(404); 6],
                          [Is(404); 6]),
    ("/domains",
                          [SignIn,          Is(200),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/new",
                          [SignIn,          Is(200),        Is(200),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(422),        Is(422),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/edit",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}/confirm-support",
                          [SignIn,          Is(404),        To(HERE),       To(HERE),       To(HERE),       To(HERE)],
                          [SignIn,          Is(404),        Is(403),        To(HERE),       To(HERE),       To(HERE)]),
    ("/domains/{domain}/check",
                          [SignIn,          Is(404),        To(HERE),       To(HERE),       To(HERE),       To(HERE)],
                          [SignIn,          Is(404),        Is(403),        To(HERE),       To(HERE),       To(HERE)]),
    ("/domains/{domain}/dns",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    // The id is none of a link.
    ("/domains/{domain}/dns/share",
                          [SignIn,          Is(404),        To(DNS),        To(DNS),        To(DNS),        To(DNS)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}/dns/share/{id}/revoke",
                          [SignIn,          Is(404),        To(DNS),        To(DNS),        To(DNS),        To(DNS)],
                          [SignIn,          Is(404),        Is(403),        Is(404),        Is(404),        Is(404)]),
    ("/dns/{token}",
                          [Is(404); 6],
                          [Is(404); 6]),
    ("/domains/{domain}/compare",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    // The id is none of a change.
    ("/domains/{domain}/operations",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/operations/{id}/retry",
                          [SignIn,          Is(404),        To(OPERATIONS), To(OPERATIONS), To(OPERATIONS), To(OPERATIONS)],
                          [SignIn,          Is(404),        Is(403),        Is(404),        Is(404),        Is(404)]),
    ("/domains/{domain}/operations/{id}/take-back",
                          [SignIn,          Is(404),        To(OPERATIONS), To(OPERATIONS), To(OPERATIONS), To(OPERATIONS)],
                          [SignIn,          Is(404),        Is(403),        Is(404),        Is(404),        Is(404)]),
    ("/domains/{domain}/journal",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/journal.csv",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/staff/operations",
                          [SignIn,          Is(403),        Is(403),        Is(403),        Is(403),        Is(200)],
                          [SignIn,          Is(403),        Is(403),        Is(403),        Is(403),        Is(405)]),
    ("/staff",
                          UNKNOWN_TO_STAFF, UNKNOWN_TO_STAFF),
    ("/staff/{*rest}",
                          UNKNOWN_TO_STAFF, UNKNOWN_TO_STAFF),
    ("/domains/{domain}/zone.txt",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/mailboxes",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/new-mailbox/address",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/new-mailbox",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}/mailboxes/{mailbox}",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/mailboxes/{mailbox}/edit",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}/mailboxes/{mailbox}/retry",
                          [SignIn,          Is(404),        To(JEAN),       To(JEAN),       To(JEAN),       To(JEAN)],
                          [SignIn,          Is(404),        Is(403),        To(JEAN),       To(JEAN),       To(JEAN)]),
    // Jean's mailbox waits for its domain, so no login link or password can be sent yet.
    ("/domains/{domain}/mailboxes/{mailbox}/login-link",
                          [SignIn,          Is(404),        To(JEAN),       To(JEAN),       To(JEAN),       To(JEAN)],
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)]),
    ("/domains/{domain}/mailboxes/{mailbox}/reset-password",
                          [SignIn,          Is(404),        To(JEAN),       To(JEAN),       To(JEAN),       To(JEAN)],
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)]),
    ("/domains/{domain}/mailboxes/{mailbox}/handed-over",
                          [SignIn,          Is(404),        To(JEAN),       To(JEAN),       To(JEAN),       To(JEAN)],
                          [SignIn,          Is(404),        Is(403),        To(JEAN),       To(JEAN),       To(JEAN)]),
    // Nobody here has the address of the mailbox.
    ("/domains/{domain}/mailboxes/{mailbox}/confirm-address",
                          [SignIn,          Is(404),        To(JEAN),       To(JEAN),       To(JEAN),       To(JEAN)],
                          [SignIn,          Is(404),        Is(403),        Is(403),        Is(403),        Is(403)]),
    ("/domains/{domain}/mailboxes/{mailbox}/delete",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    // The domain is not enabled, so Jean's mailbox is pending and cannot be disabled.
    ("/domains/{domain}/mailboxes/{mailbox}/disable",
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)],
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)]),
    ("/domains/{domain}/mailboxes/{mailbox}/enable",
                          [SignIn,          Is(404),        To(JEAN),       To(JEAN),       To(JEAN),       To(JEAN)],
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)]),
    ("/domains/{domain}/selected-mailboxes",
                          [SignIn,          Is(404),        To(MAILBOXES),  To(MAILBOXES),  To(MAILBOXES),  To(MAILBOXES)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    // The domain is not enabled, so no alias can be added. The first person who may delete the
    // alias deletes it; the others get 404.
    ("/domains/{domain}/aliases",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/new-alias",
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)],
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)]),
    ("/domains/{domain}/aliases/{alias}",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/aliases/{alias}/add",
                          [SignIn,          Is(404),        To(CONTACT),    To(CONTACT),    To(CONTACT),    To(CONTACT)],
                          [SignIn,          Is(404),        Is(403),        Is(409),        Is(409),        Is(409)]),
    ("/domains/{domain}/aliases/{alias}/remove",
                          [SignIn,          Is(404),        To(CONTACT),    To(CONTACT),    To(CONTACT),    To(CONTACT)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}/aliases/{alias}/delete",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        To(ALIASES),    Is(404),        Is(404)]),
    // The member is Anna, the only owner; there is no invitation.
    ("/domains/{domain}/members",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(200),        Is(200)],
                          NO_SUCH_METHOD),
    ("/domains/{domain}/members/{id}/role",
                          [SignIn,          Is(404),        Is(403),        Is(403),        Is(409),        Is(409)],
                          [SignIn,          Is(404),        Is(403),        Is(403),        Is(422),        Is(422)]),
    ("/domains/{domain}/members/{id}/remove",
                          [SignIn,          Is(404),        Is(403),        Is(403),        Is(409),        Is(409)],
                          [SignIn,          Is(404),        Is(403),        Is(403),        Is(409),        Is(409)]),
    ("/domains/{domain}/new-invitation",
                          [SignIn,          Is(404),        Is(403),        Is(200),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(422),        Is(422),        Is(422)]),
    ("/domains/{domain}/invitations/{id}/resend",
                          [SignIn,          Is(404),        To(MEMBERS),    To(MEMBERS),    To(MEMBERS),    To(MEMBERS)],
                          [SignIn,          Is(404),        Is(403),        Is(404),        Is(404),        Is(404)]),
    ("/domains/{domain}/invitations/{id}/withdraw",
                          [SignIn,          Is(404),        To(MEMBERS),    To(MEMBERS),    To(MEMBERS),    To(MEMBERS)],
                          [SignIn,          Is(404),        Is(403),        Is(404),        Is(404),        Is(404)]),
    ("/invitations/{token}",
                          [Is(404); 6],
                          [Is(404); 6]),
    // On another domain, because it changes roles. Staff has no role there to give up.
    ("/domains/{domain}/leave",
                          [SignIn,          Is(404),        Is(200),        Is(200),        Is(409),        Is(409)],
                          [SignIn,          Is(404),        To("/domains"), To("/domains"), Is(409),        Is(409)]),
    // Routes of the demo; a normal portal does not have them.
    ("/outbox",           [Is(404); 6],                                                                    [Is(404); 6]),
    ("/domains/{domain}/publish",
                          [Is(404); 6],                                                                    [Is(404); 6]),
    // Forms that end the session or remove the domain come last. The owner's request comes before
    // that of staff.
    ("/domains/{domain}/remove",
                          [SignIn,          Is(404),        Is(403),        Is(403),        Is(200),        Is(200)],
                          [SignIn,          Is(404),        Is(403),        Is(403),        To("/domains"), Is(404)]),
    // On a domain of its own.
    ("/staff/domains/{domain}/remove",
                          [SignIn,          Is(403),        Is(403),        Is(403),        Is(403),        Is(200)],
                          [SignIn,          Is(403),        Is(403),        Is(403),        Is(403),        To("/domains")]),
    ("/sign-out",
                          [To("/sign-in"),  To("/domains"), To("/domains"), To("/domains"), To("/domains"), To("/domains")],
                          [To("/sign-in"); 6]),
];

/// The routes of `src/web/mod.rs`, with its constants replaced by their values.
fn routes() -> BTreeSet<String> {
    let source = std::fs::read_to_string("src/web/mod.rs").expect("the router");
    let routes = source.split(".route(").skip(1).map(|rest| {
        let first = rest.split(',').next().expect("an argument").trim();
        match first {
            "urls::ACCESSIBILITY" => dimail_portal::urls::ACCESSIBILITY.to_owned(),
            "urls::PRIVACY" => dimail_portal::urls::PRIVACY.to_owned(),
            "urls::SIGN_IN" => dimail_portal::urls::SIGN_IN.to_owned(),
            "urls::FORGOT_PASSWORD" => dimail_portal::urls::FORGOT_PASSWORD.to_owned(),
            "urls::CONFIRM_ACCOUNT" => dimail_portal::urls::CONFIRM_ACCOUNT.to_owned(),
            "urls::ACCOUNT" => dimail_portal::urls::ACCOUNT.to_owned(),
            "urls::DOMAINS" => dimail_portal::urls::DOMAINS.to_owned(),
            "urls::FIRST_ACCESS" => dimail_portal::urls::FIRST_ACCESS.to_owned(),
            "urls::STAFF_OPERATIONS" => dimail_portal::urls::STAFF_OPERATIONS.to_owned(),
            "urls::NEW_DOMAIN" => dimail_portal::urls::NEW_DOMAIN.to_owned(),
            literal => literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(literal).to_owned(),
        }
    });
    routes.collect()
}

#[test]
fn every_route_is_in_the_table() {
    let table: BTreeSet<String> = TABLE.iter().map(|(route, ..)| (*route).to_owned()).collect();
    assert_eq!(table, routes());
}

/// The proxy logs no path with a token.
#[test]
fn the_proxys_log_leaves_out_each_link_of_an_email() {
    let nginx = std::fs::read_to_string("deploy/nginx.conf").expect("the configuration");
    let left_out = nginx.lines().find_map(|line| line.trim().strip_prefix("~^/(")?.split_once(")/.")).expect("a line");
    let left_out: BTreeSet<&str> = left_out.0.split('|').collect();
    for route in routes().iter().filter(|route| route.contains("{token}")) {
        let name = route.trim_start_matches('/').trim_end_matches("/{token}");
        assert!(left_out.contains(name), "{route} is in the log");
    }
}

/// A visitor for each column of the table, in its order.
async fn everybody(portal: &Portal) -> Vec<(&'static str, Visitor)> {
    let mut all = vec![("nobody", portal.visitor())];
    let people: [(&'static str, Person); 5] =
        [("stranger", Dan), ("viewer", Chloe), ("administrator", Bruno), ("owner", Anna), ("staff", Eve)];
    for (who, person) in people {
        all.push((who, portal.sign_in(person).await));
    }
    all
}

async fn prepare(portal: &Portal) {
    for domain in [DOMAIN, "part.fr", "equipe.fr"] {
        portal.add_domain_with(Anna, domain, &["wrong_mx"], &[]).await;
        for person in [Bruno, Chloe] {
            portal.grant(domain, person, person.role.expect("a role")).await;
        }
    }
    portal.sign_in(Anna).await.new_mailbox(DOMAIN, ["Jean", "Dupont", "jean", ""]).await;
    // Aliases need a domain that was enabled once, so this one is inserted directly.
    let alias = "insert into aliases (id, domain_id, local_part, destination, destination_key, search, wanted, known, \
                 status, created_at) select '01900000-0000-7000-8000-000000000001', id, 'contact', 'a@x.test', 'a@x.test', \
                 '', 1, 'present', 'enabled', 0 \
                 from domains where name = 'mat.fr'";
    portal.database.change(alias).await;
    portal.database.change("update domains set aliases = 1 where name = 'mat.fr'").await;
}

/// The id of Anna's membership of the domain of the matrix.
async fn annas_membership(portal: &Portal) -> String {
    let annas = "select members.id from members join domains on domains.id = domain_id \
                 where domains.name = 'mat.fr' and role = 'owner'";
    portal.database.text(annas).await
}

/// The path of a route, with the names of the matrix.
fn path(route: &str, member: &str) -> String {
    let domain = match route {
        _ if route.starts_with("/staff/") => "equipe.fr",
        _ if route.ends_with("/leave") => "part.fr",
        _ => DOMAIN,
    };
    let path = route.replace("{domain}", domain).replace("{mailbox}", "jean").replace("{id}", member);
    let path = path.replace("{*rest}", "nothing");
    path.replace("{token}", "AAAAAAAAAAAAAAAA").replace("{alias}", "contact")
}

async fn everybody_gets_what_the_table_says(portal: &Portal) {
    prepare(portal).await;
    let everybody = everybody(portal).await;
    let id = annas_membership(portal).await;
    let mut wrong = Vec::new();
    for (route, looking, sending) in TABLE {
        let path = path(route, &id);
        for (method, row) in [("GET", looking), ("POST", sending)] {
            for ((who, visitor), wanted) in everybody.iter().zip(row) {
                let answer = if method == "GET" { visitor.get(&path).await } else { visitor.post(&path, &[]).await };
                if !wanted.fits(&answer, &path) {
                    let got = (answer.status, answer.location());
                    wrong.push(format!("{method} {route} by {who}: {wanted:?}, but {got:?}"));
                }
                if answer.status >= 400 && !(answer.has("main a[href]") || answer.has("main form")) {
                    wrong.push(format!("{method} {route} by {who}: {} without a way on", answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The people of the domain that staff removed are told.
    portal.work().await;
}

/// Every page can be shown while the database refuses writes: showing a page needs no write and
/// waits for no lock of a writer.
async fn looking_writes_nothing(portal: &Portal) {
    prepare(portal).await;
    let everybody = everybody(portal).await;
    let id = annas_membership(portal).await;
    let full = full_pages(portal).await;
    let anna = portal.sign_in(Anna).await;
    portal.database.refuse_writes().await;
    for (route, looking, _) in TABLE {
        let path = path(route, &id);
        for ((who, visitor), wanted) in everybody.iter().zip(looking) {
            let answer = visitor.get(&path).await;
            assert!(wanted.fits(&answer, &path), "{route} by {who}: {wanted:?}, but {}", answer.status);
        }
    }
    for path in &full {
        assert_eq!(anna.get(path).await.status, 200, "{path}");
    }
    // The session's last use is written at most once a minute, so the write is due now; it may
    // fail.
    portal.wait(std::time::Duration::from_mins(2));
    for path in ["/domains", "/domains/ville.fr/mailboxes", "/account"] {
        assert_eq!(anna.get(path).await.status, 200, "{path}, after a while");
    }
    portal.database.accept_writes().await;
    // Checks became due during the test.
    portal.work().await;
}

async fn a_waiting_notice_is_shown_while_nothing_can_be_written(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let pressed = anna.post("/domains/ville.fr/check", &[]).await;
    portal.database.refuse_writes().await;

    let page = anna.follow(&pressed).await;
    assert_eq!(page.is(200).notice().0, "good");
    assert_eq!(anna.get("/domains").await.status, 200);

    portal.database.accept_writes().await;
    // The notice may be shown once more; the first page that can write removes it.
    anna.get("/domains").await.is(200);
    assert!(!anna.get("/domains").await.is(200).has("[data-notice]"));
}

/// Pages beyond the matrix: of an enabled domain with much history, and behind the links of emails.
async fn full_pages(portal: &Portal) -> Vec<String> {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    let fields = [("local_part", "contact"), ("destination", "jean@ville.fr")];
    anna.post("/domains/ville.fr/new-alias", &fields).await.is(303);
    let fields = [("action", "login-link"), ("mailbox", "jean"), ("confirm", "yes")];
    let operation = anna.post("/domains/ville.fr/selected-mailboxes", &fields).await;
    let fields = [("email", "gaston@ailleurs.test"), ("role", "viewer")];
    anna.post("/domains/ville.fr/new-invitation", &fields).await.is(303);
    anna.post("/forgot-password", &[("email", Anna.email)]).await.is(303);
    portal.work().await;
    let texts: Vec<String> = portal.emails().into_iter().map(|email| email.text).collect();
    let link = |kind: &str| {
        let line = texts.iter().flat_map(|text| text.lines()).find(|line| line.contains(kind)).expect("a link");
        line[line.find(kind).expect("a path")..].trim().to_owned()
    };
    let mut pages = vec![operation.location().to_owned(), link("/invitations/"), link("/reset-password/")];
    let below = [
        "",
        "/mailboxes",
        "/mailboxes?q=jean&status=enabled&sort=-status",
        "/mailboxes/jean",
        "/mailboxes/jean/edit",
        "/mailboxes/jean/disable",
        "/mailboxes/jean/delete",
        "/aliases?q=jean",
        "/aliases/contact",
        "/new-alias",
        "/members",
        "/operations",
        "/operations?status=ended",
    ];
    pages.extend(below.iter().map(|rest| format!("/domains/ville.fr{rest}")));
    pages.extend(["/domains?q=ville&status=enabled", "/metrics"].map(str::to_owned));
    pages
}

async fn every_object_is_the_same_404_to_a_stranger(portal: &Portal) {
    prepare(portal).await;
    let dan = portal.sign_in(Dan).await;
    for route in routes().iter().filter(|route| route.contains("{domain}")) {
        for sends in [false, true] {
            let ask = async |domain: &str, mailbox: &str, alias: &str| {
                let path = route.replace("{domain}", domain).replace("{mailbox}", mailbox).replace("{alias}", alias);
                if sends { dan.post(&path, &[("name", "x")]).await } else { dan.get(&path).await }
            };
            let (there, nowhere) = (ask(DOMAIN, "jean", "contact").await, ask("nowhere.fr", "nobody", "nothing").await);
            assert_eq!(there.status, nowhere.status, "{route}");
            assert_eq!(there.text, nowhere.text, "{route}");
        }
    }
}
