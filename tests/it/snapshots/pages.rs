//! Snapshots of the pages as the roles see them that use them: owners, viewers, staff, strangers.

use std::net::SocketAddr;
use std::time::Duration;

use dimail_portal::model::alias::DISCARD;
use dimail_portal::model::role::Role;
use dimail_portal::web::{Assets, Demo, Web, router};
use tokio::net::TcpListener;

use super::{compare, in_both_languages, outline, page, whole_page};
use crate::support::{Anna, Bruno, Chloe, Dan, Eve, Portal, Visitor};

in_both_languages!(
    signed_out,
    account,
    domains,
    domain_statuses,
    mailboxes,
    mailbox_statuses,
    waiting_mailboxes,
    selected_mailboxes,
    aliases,
    collaborators,
    invitations,
    staff,
    errors,
    demo,
);

const VILLE: &str = "/domains/ville.fr";
const MAILBOXES: &str = "/domains/ville.fr/mailboxes";
const JEAN: &str = "/domains/ville.fr/mailboxes/jean";
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);

/// Requests pages and compares each.
async fn look(by: &Visitor, pages: &[(&str, &str)]) {
    for (name, path) in pages {
        page(name, &by.get(path).await);
    }
}

/// Sends a form, follows the redirect, and compares that page.
async fn act(by: &Visitor, name: &str, path: &str, fields: &[(&str, &str)]) {
    let answer = by.post(path, fields).await;
    page(name, &if answer.status == 303 { by.follow(&answer).await } else { answer });
}

/// Creates a mailbox with this local part, and with a secondary address or without.
async fn mailbox(by: &Visitor, domain: &str, part: &str, secondary: &str) {
    let answer = by.new_mailbox(domain, ["Jean", &format!("Nom de {part}"), part, secondary]).await;
    assert!([200, 303].contains(&answer.status), "{part}: {}", answer.words());
}

async fn signed_out(portal: &Portal) {
    let visitor = portal.visitor();
    whole_page("layout_signed_out", &visitor.get("/sign-in").await);
    look(
        &visitor,
        &[
            ("sign_in", "/sign-in?next=%2Faccount"),
            ("forgot_password", "/forgot-password"),
            ("first_access", "/first-access"),
            ("reset_password_dead", "/reset-password/AAAA"),
            ("invitation_dead", "/invitations/AAAA"),
        ],
    )
    .await;
    act(&visitor, "sign_in_wrong", "/sign-in", &[("email", Anna.email), ("password", "faux")]).await;
    act(&visitor, "forgot_password_wrong", "/forgot-password", &[("email", "anna")]).await;
    act(&visitor, "forgot_password_sent", "/forgot-password", &[("email", Anna.email)]).await;
    act(&visitor, "first_access_wrong", "/first-access", &[("address", "jean")]).await;
    act(&visitor, "first_access_asked", "/first-access", &[("address", "jean@ville.fr")]).await;
    portal.work().await;
    let emails = portal.emails();
    let link = path_in(&emails.last().expect("an email").text, "/reset-password/");
    page("reset_password", &visitor.get(&link).await);
    act(&visitor, "reset_password_wrong", &link, &[("password", "court")]).await;
    act(&visitor, "reset_password_done", &link, &[("password", "une autre phrase longue")]).await;
    portal.work().await;
}

/// The path in a text that begins with this prefix.
fn path_in(text: &str, beginning: &str) -> String {
    let from = text.find(beginning).unwrap_or_else(|| panic!("no {beginning} in {text}"));
    text[from..].split_whitespace().next().unwrap_or_default().to_owned()
}

async fn account(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    whole_page("layout_signed_in", &anna.get("/account").await);
    look(&portal.sign_in(Dan).await, &[("account_without_roles", "/account")]).await;
    let wrong = [("name", ""), ("language", "de"), ("current_password", "faux"), ("new_password", "court")];
    act(&anna, "account_wrong", "/account", &wrong).await;
    let language = anna.get("/account").await.language();
    act(&anna, "account_saved", "/account", &[("name", "Anna Durand"), ("language", &language)]).await;
}

async fn domains(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    look(&dan, &[("domains_none", "/domains"), ("domain_new", "/domains/new")]).await;
    let anna = portal.sign_in(Anna).await;
    act(&anna, "domain_new_wrong", "/domains/new", &[("name", "pas un nom"), ("support_email", "x")]).await;
    act(&anna, "domain_new_known", "/domains/new", &[("name", "autre.fr"), ("support_email", Anna.email)]).await;
    portal.add_domain_with(Anna, "agglo.fr", &["wrong_mx"], &[]).await;
    portal.add_domain_with(Anna, "orléans.fr", &[], &[]).await;
    mailbox(&anna, "ville.fr", "jean", "jean@ailleurs.test").await;
    portal.work().await;
    look(
        &anna,
        &[
            ("domains", "/domains"),
            ("domains_found", "/domains?q=orl&status=enabled&sort=-name"),
            ("domains_not_found", "/domains?q=xyz"),
            ("domain_edit", "/domains/ville.fr/edit"),
            ("domain_remove", "/domains/agglo.fr/remove"),
            ("domain_international", "/domains/xn--orlans-dva.fr"),
            ("domain_as_owner", VILLE),
            ("dns", "/domains/ville.fr/dns"),
            ("mailboxes_none", "/domains/agglo.fr/mailboxes"),
            ("aliases_none", "/domains/ville.fr/aliases"),
        ],
    )
    .await;
    act(&anna, "domain_edit_wrong", "/domains/ville.fr/edit", &[("support_email", "x@ville.fr")]).await;
    look(&portal.sign_in(Bruno).await, &[("domain_as_administrator", VILLE)]).await;
    look(&portal.sign_in(Chloe).await, &[("domain_as_viewer", VILLE)]).await;
    act(&anna, "domain_removed", "/domains/agglo.fr/remove", &[]).await;
}

async fn domain_statuses(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    // An installation fault is retried at a fixed interval.
    portal.dimail.fault("POST", "/domains/*", "redirect_307", 1).await;
    portal.dimail.finds("lente.fr", &["wrong_mx"], &[], false).await;
    act(&anna, "domain_creating", "/domains/new", &[("name", "lente.fr"), ("support_email", "aide@mairie.test")]).await;
    portal.work().await;
    look(&anna, &[("domain_not_created_yet", "/domains/lente.fr")]).await;
    portal.work_after(HOUR).await;
    let codes = ["wrong_mx", "no_cname_imap", "wrong_cname_smtp", "wrong_spf", "no_dkim", "odd_new"];
    portal.wait(SECOND);
    portal.add_domain_with(Anna, "agir.fr", &codes, &[]).await;
    let pages = [("domain_action_required", "/domains/agir.fr"), ("dns_action_required", "/domains/agir.fr/dns")];
    look(&anna, &pages).await;
    mailbox(&anna, "agir.fr", "jean", "jean@ailleurs.test").await;
    look(&anna, &[("domain_action_required_waiting", "/domains/agir.fr")]).await;
    portal.wait(SECOND);
    portal.add_domain_with(Anna, "absente.fr", &["must_exist"], &[]).await;
    look(&anna, &[("dns_domain_missing", "/domains/absente.fr/dns")]).await;
    portal.wait(SECOND);
    portal.add_domain_with(Anna, "faute.fr", &[], &["no_cert"]).await;
    look(&anna, &[("domain_failed", "/domains/faute.fr"), ("dns_failed", "/domains/faute.fr/dns")]).await;
    portal.dimail.fault("POST", "/domains/*", "refuse_409", 1).await;
    portal.wait(SECOND);
    portal.add_domain(Anna, "refus.fr").await;
    portal.work().await;
    look(&anna, &[("domain_refused", "/domains/refus.fr")]).await;
    portal.dimail.finds("ville.fr", &["no_spf"], &[], false).await;
    anna.post("/domains/ville.fr/check", &[]).await.leads_to(VILLE);
    portal.work().await;
    look(&anna, &[("domain_doubted", VILLE)]).await;
    portal.disable("ville.fr", "fusion de communes").await;
    portal.work().await;
    let pages = [("domain_disabled", VILLE), ("mailbox_new_disabled", "/domains/ville.fr/new-mailbox")];
    look(&anna, &pages).await;
    look(&anna, &[("domains_in_each_status", "/domains?sort=status")]).await;
}

async fn mailboxes(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let new = "/domains/ville.fr/new-mailbox";
    look(&anna, &[("mailbox_new", new)]).await;
    let fields = [("first_name", "Zoé"), ("last_name", ""), ("local_part", "zoé!"), ("secondary_email", "z@ville.fr")];
    act(&anna, "mailbox_new_wrong", new, &fields).await;
    let fields = [
        ("first_name", "Jean"),
        ("last_name", "Dupont"),
        ("local_part", "jean"),
        ("secondary_email", "jean@ailleurs.test"),
    ];
    act(&anna, "mailbox_created", new, &fields).await;
    portal.work().await;
    page("mailbox_to_hand_over_sheet", &anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", ""]).await);
    act(&anna, "mailbox_new_taken", new, &fields).await;
    look(
        &anna,
        &[
            ("mailboxes", MAILBOXES),
            ("mailboxes_found", "/domains/ville.fr/mailboxes?q=zoe&status=enabled&sort=-name"),
            ("mailboxes_not_found", "/domains/ville.fr/mailboxes?q=xyz"),
            ("mailbox", JEAN),
            ("mailbox_to_hand_over", "/domains/ville.fr/mailboxes/zoe"),
            ("mailbox_edit", "/domains/ville.fr/mailboxes/jean/edit"),
            ("mailbox_delete", "/domains/ville.fr/mailboxes/jean/delete"),
            ("mailbox_disable", "/domains/ville.fr/mailboxes/jean/disable"),
        ],
    )
    .await;
    let chloe = portal.sign_in(Chloe).await;
    look(&chloe, &[("mailboxes_as_viewer", MAILBOXES), ("mailbox_as_viewer", JEAN)]).await;
    for n in 0..30 {
        mailbox(&anna, "ville.fr", &format!("n{n:02}"), "jean@ailleurs.test").await;
    }
    let list = anna.get(&format!("{MAILBOXES}?sort=-address")).await;
    page("mailboxes_second_page", &anna.get(&list.page_link("next").expect("a next page")).await);
    portal.work().await;
}

async fn mailbox_statuses(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    mailbox(&anna, "ville.fr", "jean", "jean@ailleurs.test").await;
    portal.work().await;
    portal.wait(SECOND);
    act(&anna, "mailbox_login_link_asked", &format!("{JEAN}/login-link"), &[]).await;
    portal.work().await;
    act(&anna, "mailbox_edit_wrong", &format!("{JEAN}/edit"), &[("first_name", ""), ("last_name", "x")]).await;
    let names = [("first_name", "Jean"), ("last_name", "Durand"), ("secondary_email", "jean@ailleurs.test")];
    act(&anna, "mailbox_edited", &format!("{JEAN}/edit"), &names).await;
    portal.dimail.fault("PATCH", JEAN, "refuse_422", 1).await;
    let names = [("first_name", "Jean"), ("last_name", "Dubois"), ("secondary_email", "jean@neuf.test")];
    act(&anna, "mailbox_edit_refused", &format!("{JEAN}/edit"), &names).await;
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    act(&anna, "mailbox_edit_waits", &format!("{JEAN}/edit"), &names).await;
    portal.work_after(HOUR).await;
    act(&anna, "mailbox_disable_wrong", &format!("{JEAN}/disable"), &[("address", "jean")]).await;
    act(&anna, "mailbox_disabled", &format!("{JEAN}/disable"), &[("address", "jean@ville.fr")]).await;
    act(&anna, "mailbox_enabled", &format!("{JEAN}/enable"), &[]).await;
    act(&anna, "mailbox_delete_wrong", &format!("{JEAN}/delete"), &[("address", "jean")]).await;
    act(&anna, "mailbox_deleted", &format!("{JEAN}/delete"), &[("address", "jean@ville.fr")]).await;
    mailbox(&anna, "ville.fr", "zoe", "").await;
    portal.work().await;
    page("mailbox_new_password_sheet", &anna.post("/domains/ville.fr/mailboxes/zoe/reset-password", &[]).await);
    portal.work().await;
}

async fn waiting_mailboxes(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "redirect_307", 1).await;
    mailbox(&anna, "ville.fr", "jean", "jean@ailleurs.test").await;
    look(&anna, &[("mailbox_pending", JEAN), ("mailboxes_pending", MAILBOXES)]).await;
    portal.add_domain_with(Anna, "agir.fr", &["wrong_mx"], &[]).await;
    look(&anna, &[("mailbox_new_waits", "/domains/agir.fr/new-mailbox")]).await;
    mailbox(&anna, "agir.fr", "jean", "jean@ailleurs.test").await;
    mailbox(&anna, "agir.fr", "zoe", "").await;
    look(&anna, &[("mailbox_waits_for_domain", "/domains/agir.fr/mailboxes/jean")]).await;
    portal.dimail.fault("POST", "/domains/agir.fr/mailboxes/jean", "refuse_422", 1).await;
    portal.dimail.finds_nothing_wrong("agir.fr").await;
    portal.work_after(HOUR).await;
    look(
        &portal.sign_in(Anna).await,
        &[
            ("mailbox_failed", "/domains/agir.fr/mailboxes/jean"),
            ("mailbox_failed_edit", "/domains/agir.fr/mailboxes/jean/edit"),
            ("mailboxes_failed", "/domains/agir.fr/mailboxes"),
            ("domain_with_failed_mailboxes", "/domains/agir.fr"),
        ],
    )
    .await;
    portal.work().await;
}

async fn selected_mailboxes(portal: &Portal) {
    let here = "/domains/ville.fr/selected-mailboxes";
    let anna = portal.sign_in(Anna).await;
    for part in ["a", "b", "c"] {
        mailbox(&anna, "ville.fr", part, "jean@ailleurs.test").await;
    }
    mailbox(&anna, "ville.fr", "d", "").await;
    portal.work().await;
    look(&anna, &[("selected_nothing", here)]).await;
    let mut form = vec![("action", "disable"), ("mailbox", "a"), ("mailbox", "b"), ("mailbox", "nobody")];
    act(&anna, "selected_confirm", here, &form).await;
    portal.dimail.fault("PATCH", "/domains/ville.fr/mailboxes/b", "refuse_422", 1).await;
    form.push(("confirm", "yes"));
    let answer = anna.post(here, &form).await;
    portal.work().await;
    page("operation_done", &anna.follow(&answer).await);
    portal.dimail.fault("PATCH", "/domains/ville.fr/mailboxes/c", "redirect_307", 1).await;
    let form = [("action", "disable"), ("mailbox", "a"), ("mailbox", "c"), ("confirm", "yes")];
    let answer = anna.post(here, &form).await;
    portal.work().await;
    page("operation_under_way", &anna.follow(&answer).await);
    portal.work_after(HOUR).await;
    let mut form = vec![("action", "login-link"), ("mailbox", "b"), ("mailbox", "c"), ("mailbox", "d")];
    act(&anna, "selected_confirm_links", here, &form).await;
    form.push(("confirm", "yes"));
    let answer = anna.post(here, &form).await;
    portal.work().await;
    page("operation_login_links", &anna.follow(&answer).await);
    act(&anna, "selected_unknown_action", here, &[("action", "x"), ("mailbox", "a")]).await;
}

async fn aliases(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let new = "/domains/ville.fr/new-alias";
    let contact = "/domains/ville.fr/aliases/contact";
    mailbox(&anna, "ville.fr", "jean", "jean@ailleurs.test").await;
    portal.work().await;
    look(&anna, &[("alias_new", new)]).await;
    act(&anna, "alias_new_wrong", new, &[("local_part", "a b"), ("destination", "x")]).await;
    let fields = [("local_part", "contact"), ("destination", "jean@ville.fr"), ("destination", "b@ailleurs.test")];
    act(&anna, "alias_created", new, &fields).await;
    act(&anna, "alias_add_wrong", &format!("{contact}/add"), &[("destination", "b@ailleurs.test")]).await;
    act(&anna, "alias_added", &format!("{contact}/add"), &[("destination", "nobody@ville.fr")]).await;
    act(&anna, "alias_removed", &format!("{contact}/remove"), &[("destination", "b@ailleurs.test")]).await;
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "redirect_307", 1).await;
    act(&anna, "alias_pending", &format!("{contact}/add"), &[("destination", "d@ailleurs.test")]).await;
    look(&anna, &[("aliases_pending", "/domains/ville.fr/aliases")]).await;
    portal.work_after(HOUR).await;
    let anna = portal.sign_in(Anna).await;
    act(&anna, "alias_discards", new, &[("local_part", "noreply"), ("destination", DISCARD)]).await;
    look(
        &anna,
        &[
            ("aliases", "/domains/ville.fr/aliases"),
            ("aliases_found", "/domains/ville.fr/aliases?q=cont"),
            ("aliases_not_found", "/domains/ville.fr/aliases?q=xyz"),
            ("alias_delete", "/domains/ville.fr/aliases/contact/delete"),
            ("mailbox_with_alias", JEAN),
        ],
    )
    .await;
    look(&portal.sign_in(Chloe).await, &[("alias_as_viewer", contact)]).await;
    act(&anna, "alias_deleted", &format!("{contact}/delete"), &[]).await;
}

async fn collaborators(portal: &Portal) {
    let members = "/domains/ville.fr/members";
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/new-invitation", &[("email", "nina@neuf.test"), ("role", "viewer")]).await.is(303);
    portal.work().await;
    let bruno = portal.sign_in(Bruno).await;
    look(&anna, &[("members", members), ("invitation_new", "/domains/ville.fr/new-invitation")]).await;
    let new = "/domains/ville.fr/new-invitation";
    look(&bruno, &[("members_as_administrator", members), ("invitation_new_as_administrator", new)]).await;
    look(&portal.sign_in(Chloe).await, &[("members_as_viewer", members)]).await;
    look(&bruno, &[("member_leave", "/domains/ville.fr/leave")]).await;
    act(&anna, "invitation_new_wrong", new, &[("email", "x"), ("role", "x")]).await;
    portal.grant("ville.fr", Dan, Role::Viewer).await;
    let row = format!("tr[data-member=\"{}\"] a[href$=\"/role\"]", Dan.email);
    let role = anna.get(members).await.attributes(&row, "href").remove(0);
    look(&anna, &[("member_role", &role)]).await;
    look(&bruno, &[("member_role_as_administrator", &role)]).await;
    act(&anna, "member_role_changed", &role, &[("role", "administrator")]).await;
    act(&anna, "member_make_owner", &role, &[("role", "owner")]).await;
    look(&anna, &[("member_remove", &role.replace("/role", "/remove"))]).await;
    act(&anna, "member_removed", &role.replace("/role", "/remove"), &[]).await;
    let row = "tr[data-invitation=\"nina@neuf.test\"] form";
    let withdraw = anna.get(members).await.attributes(row, "action").pop().expect("a button");
    act(&anna, "invitation_withdrawn", &withdraw, &[]).await;
    act(&bruno, "member_left", "/domains/ville.fr/leave", &[]).await;
    portal.work().await;
}

async fn invitations(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let new = "/domains/ville.fr/new-invitation";
    act(&anna, "invitation_sent", new, &[("email", "nina@neuf.test"), ("role", "administrator")]).await;
    portal.work().await;
    let link = path_in(&portal.emails().last().expect("an email").text, "/invitations/");
    look(&anna, &[("invitation_of_another", &link)]).await;
    anna.post(new, &[("email", Dan.email), ("role", "viewer")]).await.is(303);
    look(&portal.sign_in(Dan).await, &[("domains_invited", "/domains")]).await;
    let nina = portal.visitor();
    look(&nina, &[("invitation", &link)]).await;
    act(&nina, "invitation_wrong", &link, &[("name", ""), ("password", "court")]).await;
    act(&nina, "invitation_accepted", &link, &[("name", "Nina Neuf"), ("password", "une phrase assez longue")]).await;
    let sign_in_first = async |role| {
        anna.post(new, &[("email", "oscar@neuf.test"), ("role", role)]).await.is(303);
        portal.work().await;
        path_in(&portal.emails().last().expect("an email").text, "/invitations/")
    };
    let link = sign_in_first("viewer").await;
    portal.disable("ville.fr", "").await;
    look(&portal.visitor(), &[("invitation_waits", &link)]).await;
    portal.enable("ville.fr").await;
    portal.work_after(8 * 24 * HOUR).await;
    look(&portal.visitor(), &[("invitation_over", &link)]).await;
}

async fn staff(portal: &Portal) {
    let eve = portal.sign_in(Eve).await;
    let anna = portal.sign_in(Anna).await;
    mailbox(&anna, "ville.fr", "jean", "jean@ailleurs.test").await;
    portal.work().await;
    look(
        &eve,
        &[
            ("staff_domains", "/domains"),
            ("staff_domain", VILLE),
            ("staff_members", "/domains/ville.fr/members"),
            ("staff_mailbox", JEAN),
            ("staff_account", "/account"),
        ],
    )
    .await;
    act(&eve, "staff_checked", "/domains/ville.fr/check", &[]).await;
    portal.grant("ville.fr", Bruno, Role::Owner).await;
    look(&eve, &[("staff_members_two_owners", "/domains/ville.fr/members")]).await;
    portal.work().await;
}

async fn errors(portal: &Portal) {
    let chloe = portal.sign_in(Chloe).await;
    look(
        &chloe,
        &[
            ("error_404", "/nowhere"),
            ("error_404_domain", "/domains/autre.fr"),
            ("error_403", "/domains/ville.fr/new-mailbox"),
        ],
    )
    .await;
    page("error_405", &chloe.post("/domains", &[]).await);
    page("error_413", &chloe.post("/account", &[("name", &"a".repeat(80_000))]).await);
    let sites = [("sec-fetch-site", "cross-site")];
    page("error_403_other_site", &chloe.post_with("/account", &[], &sites).await);
    let anna = portal.sign_in(Anna).await;
    page("error_409", &anna.post("/domains/ville.fr/leave", &[]).await);
    let visitor = portal.visitor();
    for _ in 0..5 {
        visitor.post("/sign-in", &[("email", Anna.email), ("password", "faux")]).await.is(422);
    }
    page("error_429", &visitor.post("/sign-in", &[("email", Anna.email), ("password", "faux")]).await);
    portal.database.refuse_writes().await;
    page("error_503", &visitor.post("/forgot-password", &[("email", Anna.email)]).await);
    portal.database.accept_writes().await;
    portal.database.change("drop table rate_limits").await;
    page("error_500", &visitor.post("/forgot-password", &[("email", Anna.email)]).await);
}

/// The pages that only the demo has.
async fn demo(portal: &Portal) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let published = Demo::new(|_| Box::pin(async { Ok(()) }));
    let web = Web::new(portal.app.clone(), Assets::find(None, None).expect("static files"), Some(published));
    let pages = router(&web).into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, pages).await });
    let anna = portal.sign_in_as(Anna, Visitor::new(address)).await;
    portal.add_domain_with(Anna, "agir.fr", &["wrong_mx"], &[]).await;
    look(&anna, &[("demo_domain", "/domains/agir.fr")]).await;
    act(&anna, "demo_published", "/domains/agir.fr/publish", &[]).await;
    portal.work_after(HOUR).await;
    mailbox(&anna, "ville.fr", "jean", "jean@ailleurs.test").await;
    portal.work().await;
    let outbox = anna.get("/outbox").await;
    // Only the newest email: the others were sent at the same time, in any order.
    let parts = ["title", "header nav", ".page-head", "li.email:first-child"];
    let parts = parts.map(|css| outline::of(&outbox.text, css)).concat();
    compare("pages", &outbox.language(), "demo_outbox", &parts);
    serving.abort();
}
