//! Roles: what each role may do, the last owner, two people at the same time, the
//! recipients of emails, and the buttons of the pages.

use std::collections::BTreeSet;

use dimail_portal::i18n::Sentences;
use dimail_portal::model::field_error::FieldError;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::Language;

use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    everybody_may_what_the_table_says,
    on_a_disabled_domain_people_can_only_become_fewer,
    what_belongs_to_another_domain_does_not_exist_here,
    everybody_leaves_but_staff,
    refusals_come_in_order,
    the_last_owner_stays,
    a_role_is_chosen_on_a_page_of_its_own,
    a_closed_owner_does_not_count,
    of_two_owners_who_demote_each_other_one_succeeds,
    of_two_owners_who_remove_each_other_one_succeeds,
    of_two_owners_who_leave_together_one_stays,
    the_same_change_sent_twice_is_made_once,
    a_word_that_is_no_role_changes_nothing,
    people_are_told_of_their_role_in_their_language,
    nobody_writes_to_closed_accounts_or_to_oneself,
    a_viewer_sees_whom_to_write_to,
    the_list_shows_the_last_visit_to_this_domain,
    no_button_that_would_be_refused,
    pages_lack_no_sentence,
);

const ME: &str = "/domains/ville.fr";
const LIST: &str = "/domains/ville.fr/members";

/// More members of `ville.fr`, who are the objects of the actions.
const fn person(email: &'static str, name: &'static str) -> Person {
    Person { email, name, is_staff: false, role: None }
}
const OLGA: Person = person("olga@mairie.test", "Olga Seconde");
const ADA: Person = person("ada@mairie.test", "Ada Lambert");
const VIC: Person = person("vic@mairie.test", "Victor Noël");

/// A second owner, a second administrator, a second viewer.
async fn populate(portal: &Portal) {
    for (person, role) in [(OLGA, Role::Owner), (ADA, Role::Administrator), (VIC, Role::Viewer)] {
        portal.add_account(&person).await;
        portal.grant("ville.fr", person, role).await;
    }
    portal.forget_emails();
}

async fn member_id(portal: &Portal, domain: &str, person: Person) -> String {
    let sql = format!(
        "select members.id from members join users on users.id = user_id join domains on domains.id = domain_id \
         where domains.name = '{domain}' and users.email = '{}'",
        person.email
    );
    portal.database.text(&sql).await
}

async fn invitation_id(portal: &Portal, email: &str) -> String {
    portal.database.text(&format!("select id from invitations where email = '{email}'")).await
}

/// The roles and open invitations of a domain: `anna@mairie.test owner`.
pub(crate) async fn people(portal: &Portal, domain: &str) -> BTreeSet<String> {
    let members = format!(
        "select users.email, role from members join users on users.id = user_id \
         join domains on domains.id = domain_id where domains.name = '{domain}'"
    );
    let invitations = format!(
        "select invitations.email, role, 'invited' from invitations join domains on domains.id = domain_id \
         where domains.name = '{domain}'"
    );
    let all = [portal.database.texts(&members).await, portal.database.texts(&invitations).await].concat();
    all.into_iter().map(|line| line.replace('|', " ")).collect()
}

/// All rows that a refused request must not change.
pub(crate) async fn everything(portal: &Portal) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "select id, domain_id, user_id, role, created_at from members order by id",
        "select id, email, role, inviter_id, expires_at from invitations order by id",
        "select token_hash from invitation_links order by token_hash",
        "select id, email, name, password_hash, disabled_at from users order by id",
        "select domain_id, sequence, event from journal order by domain_id, sequence",
        "select id, state from emails order by id",
    ] {
        all.extend(portal.database.texts(sql).await);
    }
    all
}

/// The verbs in the journal of a domain, in order.
pub(crate) async fn verbs(portal: &Portal, domain: &str) -> Vec<String> {
    let sql = format!(
        "select event from journal join domains on domains.id = domain_id where name = '{domain}' \
         order by journal.sequence"
    );
    let lines = portal.database.texts(&sql).await;
    let verb = |line: &String| Some(line.split("\"verb\":\"").nth(1)?.split('"').next()?.to_owned());
    lines.iter().map(|line| verb(line).expect("a verb")).collect()
}

/// Demands that no message is missing: a missing one would be shown as its key.
#[track_caller]
pub(crate) fn is_spoken(answer: &Answer) {
    let rooms = [
        "member",
        "members",
        "invitation",
        "role",
        "domain",
        "domains",
        "error",
        "email",
        "mistake",
        "layout",
        "sign",
        "component",
        "mailboxes",
        "date",
        "month",
    ];
    let is_key = |word: &&str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let begins = word.split_once('-').is_some_and(|(room, _)| rooms.contains(&room));
        begins && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let text = [answer.words(), answer.select("title").concat()].join(" ");
    let keys: Vec<&str> = text.split_whitespace().filter(is_key).collect();
    assert!(keys.is_empty(), "{keys:?} in {text}");
}

const WHO: [&str; 6] = ["nobody", "stranger", "viewer", "administrator", "owner", "staff"];

/// A visitor for each entry of `WHO`, in its order.
async fn everybody(portal: &Portal) -> Vec<Visitor> {
    let mut all = vec![portal.visitor()];
    for person in [Dan, Chloe, Bruno, Anna, Eve] {
        all.push(portal.sign_in(person).await);
    }
    all
}

/// A request on `ville.fr` and its expected effect.
struct Act {
    /// The path below the domain's, with `{OLGA}`, `{ADA}`, `{VIC}` for members, `{inv}` and
    /// `{own}` for invitations.
    path: &'static str,
    /// The form; `None` for a GET.
    form: Option<&'static [(&'static str, &'static str)]>,
    /// The status for an administrator, on an enabled domain and on a disabled one.
    administrator: [u16; 2],
    /// The status for an owner and for staff.
    owner: [u16; 2],
    /// The changes of roles and invitations: `-` before, `+` after.
    changes: &'static [&'static str],
    /// The verb in the journal.
    verb: &'static str,
    /// The recipients of emails.
    email: &'static str,
}

const fn look(path: &'static str, administrator: [u16; 2], owner: [u16; 2]) -> Act {
    Act { path, form: None, administrator, owner, changes: &[], verb: "", email: "" }
}

#[rustfmt::skip]
const ACTS: &[Act] = &[
    look("new-invitation", [200, 409], [200, 409]),
    look("members/{VIC}/remove", [200, 200], [200, 200]),
    look("members/{OLGA}/remove", [403, 403], [200, 200]),
    Act { path: "new-invitation", form: Some(&[("email", "nina@neuf.test"), ("role", "viewer")]),
        administrator: [303, 409], owner: [303, 409],
        changes: &["+ nina@neuf.test viewer invited"], verb: "member_invited", email: "nina@neuf.test" },
    Act { path: "new-invitation", form: Some(&[("email", "Nina@Neuf.test"), ("role", "administrator")]),
        administrator: [303, 409], owner: [303, 409],
        changes: &["+ Nina@neuf.test administrator invited"], verb: "member_invited", email: "Nina@neuf.test" },
    Act { path: "new-invitation", form: Some(&[("email", "nina@neuf.test"), ("role", "owner"), ("confirm", "yes")]),
        administrator: [403, 403], owner: [303, 409],
        changes: &["+ nina@neuf.test owner invited"], verb: "member_invited", email: "nina@neuf.test" },
    Act { path: "new-invitation", form: Some(&[("email", "DAN@ailleurs.test"), ("role", "viewer")]),
        administrator: [303, 409], owner: [303, 409],
        changes: &["+ DAN@ailleurs.test viewer invited"], verb: "member_invited", email: "DAN@ailleurs.test" },
    Act { path: "new-invitation", form: Some(&[("email", "dan@ailleurs.test"), ("role", "owner"), ("confirm", "yes")]),
        administrator: [403, 403], owner: [303, 409],
        changes: &["+ dan@ailleurs.test owner invited"], verb: "member_invited", email: "dan@ailleurs.test" },
    Act { path: "invitations/{inv}/resend", form: Some(&[]), administrator: [303, 409], owner: [303, 409],
        changes: &[], verb: "invitation_resent", email: "guy@neuf.test" },
    Act { path: "invitations/{own}/resend", form: Some(&[("confirm", "yes")]), administrator: [403, 403], owner: [303, 409],
        changes: &[], verb: "invitation_resent", email: "odile@neuf.test" },
    Act { path: "invitations/{inv}/withdraw", form: Some(&[]), administrator: [303, 303], owner: [303, 303],
        changes: &["- guy@neuf.test administrator invited"], verb: "invitation_withdrawn", email: "" },
    Act { path: "invitations/{own}/withdraw", form: Some(&[]), administrator: [403, 403], owner: [303, 303],
        changes: &["- odile@neuf.test owner invited"], verb: "invitation_withdrawn", email: "" },
    Act { path: "members/{VIC}/role", form: Some(&[("role", "administrator")]),
        administrator: [303, 303], owner: [303, 303],
        changes: &["- vic@mairie.test viewer", "+ vic@mairie.test administrator"],
        verb: "role_changed", email: "vic@mairie.test" },
    Act { path: "members/{ADA}/role", form: Some(&[("role", "viewer")]),
        administrator: [303, 303], owner: [303, 303],
        changes: &["- ada@mairie.test administrator", "+ ada@mairie.test viewer"],
        verb: "role_changed", email: "ada@mairie.test" },
    Act { path: "members/{ADA}/role", form: Some(&[("role", "owner"), ("confirm", "yes")]),
        administrator: [403, 403], owner: [303, 303],
        changes: &["- ada@mairie.test administrator", "+ ada@mairie.test owner"],
        verb: "role_changed", email: "ada@mairie.test" },
    Act { path: "members/{VIC}/role", form: Some(&[("role", "owner"), ("confirm", "yes")]),
        administrator: [403, 403], owner: [303, 303],
        changes: &["- vic@mairie.test viewer", "+ vic@mairie.test owner"],
        verb: "role_changed", email: "vic@mairie.test" },
    Act { path: "members/{OLGA}/role", form: Some(&[("role", "administrator")]),
        administrator: [403, 403], owner: [303, 303],
        changes: &["- olga@mairie.test owner", "+ olga@mairie.test administrator"],
        verb: "role_changed", email: "olga@mairie.test" },
    Act { path: "members/{OLGA}/role", form: Some(&[("role", "viewer")]),
        administrator: [403, 403], owner: [303, 303],
        changes: &["- olga@mairie.test owner", "+ olga@mairie.test viewer"],
        verb: "role_changed", email: "olga@mairie.test" },
    Act { path: "members/{OLGA}/role", form: Some(&[("role", "owner"), ("confirm", "yes")]), administrator: [403, 403], owner: [303, 303],
        changes: &[], verb: "", email: "" },
    Act { path: "members/{VIC}/remove", form: Some(&[]), administrator: [303, 303], owner: [303, 303],
        changes: &["- vic@mairie.test viewer"], verb: "member_removed", email: "vic@mairie.test" },
    Act { path: "members/{ADA}/remove", form: Some(&[]), administrator: [303, 303], owner: [303, 303],
        changes: &["- ada@mairie.test administrator"], verb: "member_removed", email: "ada@mairie.test" },
    Act { path: "members/{OLGA}/remove", form: Some(&[]), administrator: [403, 403], owner: [303, 303],
        changes: &["- olga@mairie.test owner"], verb: "member_removed", email: "olga@mairie.test" },
];

/// Creates two invitations whose emails were sent.
async fn invite_two(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (email, role) in [("guy@neuf.test", "administrator"), ("odile@neuf.test", "owner")] {
        anna.post(&format!("{ME}/new-invitation"), &[("email", email), ("role", role), ("confirm", "yes")])
            .await
            .leads_to(LIST);
    }
    portal.work().await;
    portal.forget_emails();
}

/// The rows that a request may change, so that they can be restored.
struct Kept(Vec<(&'static str, &'static str, Vec<String>)>);

impl Kept {
    async fn of(portal: &Portal) -> Self {
        let mut kept = Vec::new();
        for (table, columns) in [
            ("members", "id, domain_id, user_id, role, created_at"),
            ("invitations", "id, domain_id, email, email_key, email_base, role, inviter_id, created_at, expires_at"),
            ("invitation_links", "token_hash, invitation_id, created_at"),
        ] {
            kept.push((table, columns, portal.database.texts(&format!("select {columns} from {table}")).await));
        }
        Self(kept)
    }

    async fn put_back(&self, portal: &Portal) {
        for (table, ..) in self.0.iter().rev() {
            portal.database.change(&format!("delete from {table}")).await;
        }
        for (table, columns, rows) in &self.0 {
            for row in rows {
                let values: Vec<String> = row.split('|').map(|cell| format!("'{cell}'")).collect();
                // Both databases convert a quoted number if the column has a numeric type.
                let sql = format!("insert into {table} ({columns}) values ({})", values.join(", "));
                portal.database.change(&sql).await;
            }
        }
        // Otherwise the limits on invitations would count the emails of earlier requests.
        portal.database.change("delete from rate_limits").await;
    }
}

async fn filled(portal: &Portal, path: &str) -> String {
    let mut path = path.to_owned();
    for (name, person) in [("{OLGA}", OLGA), ("{ADA}", ADA), ("{VIC}", VIC)] {
        path = path.replace(name, &member_id(portal, "ville.fr", person).await);
    }
    for (name, email) in [("{inv}", "guy@neuf.test"), ("{own}", "odile@neuf.test")] {
        path = path.replace(name, &invitation_id(portal, email).await);
    }
    format!("{ME}/{path}")
}

async fn the_table_holds(portal: &Portal, everybody: &[Visitor], state: usize) {
    let kept = Kept::of(portal).await;
    for act in ACTS {
        let path = filled(portal, act.path).await;
        let viewer = 403;
        let statuses = [303, 404, viewer, act.administrator[state], act.owner[state], act.owner[state]];
        for ((visitor, who), status) in everybody.iter().zip(WHO).zip(statuses) {
            let about = format!("{who}: {} {:?}", act.path, act.form);
            let (all, before) = (everything(portal).await, people(portal, "ville.fr").await);
            let journal = verbs(portal, "ville.fr").await.len();

            let answer = match act.form {
                Some(form) => visitor.post(&path, form).await,
                None => visitor.get(&path).await,
            };

            assert_eq!(answer.status, status, "{about}: {}", answer.words());
            if who == "nobody" {
                assert_eq!(answer.location(), format!("/sign-in?next={}", path.replace('/', "%2F")), "{about}");
            }
            if who == "nobody" || status != 303 {
                assert_eq!(everything(portal).await, all, "{about}: nothing changed");
                continue;
            }
            assert_eq!(answer.location(), LIST, "{about}");
            let after = people(portal, "ville.fr").await;
            let gone = before.difference(&after).map(|line| format!("- {line}"));
            let come = after.difference(&before).map(|line| format!("+ {line}"));
            assert_eq!(gone.chain(come).collect::<Vec<_>>(), act.changes, "{about}");
            let told = verbs(portal, "ville.fr").await.split_off(journal);
            assert_eq!(told.concat(), act.verb, "{about}");
            let line = "select actor_email, as_staff from journal order by sequence desc limit 1";
            if !act.verb.is_empty() {
                let line =
                    portal
                        .database
                        .text(&line.replace(
                            "order",
                            "where domain_id = (select id from domains where name = 'ville.fr') order",
                        ))
                        .await;
                let actor = [
                    ("administrator", "bruno@mairie.test|0"),
                    ("owner", "anna@mairie.test|0"),
                    ("staff", "eve@portail.test|1"),
                ];
                assert!(actor.contains(&(who, line.as_str())), "{about}: {line}");
            }
            portal.work().await;
            assert_eq!(portal.recipients().concat(), act.email, "{about}");
            portal.forget_emails();
            is_spoken(&visitor.get(LIST).await);
            kept.put_back(portal).await;
        }
    }
}

async fn everybody_may_what_the_table_says(portal: &Portal) {
    populate(portal).await;
    invite_two(portal).await;
    let everybody = everybody(portal).await;
    for (visitor, status) in everybody.iter().zip([303, 404, 200, 200, 200, 200]) {
        visitor.get(LIST).await.is(status);
    }
    the_table_holds(portal, &everybody, 0).await;
}

async fn on_a_disabled_domain_people_can_only_become_fewer(portal: &Portal) {
    populate(portal).await;
    invite_two(portal).await;
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    portal.forget_emails();
    let everybody = everybody(portal).await;

    the_table_holds(portal, &everybody, 1).await;

    for visitor in &everybody[2..] {
        let list = visitor.get(LIST).await;
        let forms = list.is(200).attributes("main form", "action").join(" ");
        assert!(!list.has(&format!("a[href=\"{ME}/new-invitation\"]")), "{}", list.words());
        assert!(!forms.contains("resend"), "{forms}");
    }
    let list = everybody[4].get(LIST).await;
    let forms = list.attributes("main form", "action").join(" ");
    assert!(forms.contains("/withdraw") && list.has("main a[href$=\"/role\"]"), "{forms}");
    let refused = everybody[4].get(&format!("{ME}/new-invitation")).await;
    is_spoken(refused.is(409));
    assert!(refused.attributes("main a", "href").contains(&LIST.to_owned()), "a way on");
}

async fn what_belongs_to_another_domain_does_not_exist_here(portal: &Portal) {
    populate(portal).await;
    let fay = portal.sign_in(Fay).await;
    fay.post("/domains/autre.fr/new-invitation", &[("email", "loin@neuf.test"), ("role", "viewer")]).await;
    portal.work().await;
    let (member, invitation) =
        (member_id(portal, "autre.fr", Fay).await, invitation_id(portal, "loin@neuf.test").await);
    let everybody = everybody(portal).await;
    let before = everything(portal).await;
    let nil = "00000000-0000-0000-0000-000000000000";
    for id in [member.as_str(), invitation.as_str(), nil, "1", "x", "%00", "%2e%2e", "'", &member.to_uppercase()] {
        for (path, form) in [
            (format!("members/{id}/role"), [("role", "viewer")].as_slice()),
            (format!("members/{id}/role"), &[("role", "king")]),
            (format!("members/{id}/remove"), &[]),
            (format!("invitations/{id}/resend"), &[]),
            (format!("invitations/{id}/withdraw"), &[]),
        ] {
            let path = format!("{ME}/{path}");
            for ((visitor, who), status) in everybody.iter().zip(WHO).zip([303, 404, 403, 404, 404, 404]) {
                let answer = visitor.post(&path, form).await;
                assert_eq!(answer.status, status, "{who} {path}: {}", answer.words());
            }
        }
        for (visitor, status) in everybody.iter().zip([303, 404, 403, 404, 404, 404]) {
            visitor.get(&format!("{ME}/members/{id}/remove")).await.is(status);
        }
    }
    assert_eq!(everything(portal).await, before);
}

async fn everybody_leaves_but_staff(portal: &Portal) {
    populate(portal).await;
    let everybody = everybody(portal).await;
    let path = format!("{ME}/leave");
    let sign_in = "/sign-in?next=%2Fdomains%2Fville.fr%2Fleave";
    for is_closed in [false, true] {
        if is_closed {
            portal.disable("ville.fr", "travaux").await;
        }
        let kept = Kept::of(portal).await;
        for (visitor, who) in everybody.iter().zip(WHO) {
            let (before, lines) = (everything(portal).await, verbs(portal, "ville.fr").await.len());
            portal.work().await;
            portal.forget_emails();
            let asked = visitor.get(&path).await;
            let answer = visitor.post(&path, &[]).await;
            match who {
                "nobody" => {
                    asked.leads_to(sign_in);
                    answer.leads_to(sign_in);
                }
                "stranger" => assert_eq!((asked.status, answer.status), (404, 404)),
                "staff" => assert_eq!(answer.is(409).status, 409),
                _ => {
                    is_spoken(asked.is(200));
                    answer.leads_to("/domains");
                    is_spoken(&visitor.get("/domains").await);
                    visitor.get(ME).await.is(404);
                    visitor.post(&path, &[]).await.is(404);
                    assert_eq!(verbs(portal, "ville.fr").await.split_off(lines), ["member_left"]);
                    portal.work().await;
                    assert_eq!(portal.emails(), [], "no email about one's own action");
                    kept.put_back(portal).await;
                    continue;
                }
            }
            let emails = |all: &[String]| {
                all.iter()
                    .filter(|line| !line.ends_with("waiting") && !line.ends_with("sent"))
                    .cloned()
                    .collect::<Vec<_>>()
            };
            assert_eq!(emails(&everything(portal).await), emails(&before), "{who}");
        }
    }
}

async fn refusals_come_in_order(portal: &Portal) {
    populate(portal).await;
    invite_two(portal).await;
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    let everybody = everybody(portal).await;
    let before = everything(portal).await;
    let wrong: &[(&str, &str)] = &[("email", "x"), ("role", "king")];
    // The role is checked first, then the status of the domain, then the fields.
    for (form, statuses) in [
        (wrong, [303, 404, 403, 409, 409, 409]),
        (&[("email", "x"), ("role", "owner")], [303, 404, 403, 403, 409, 409]),
        (&[], [303, 404, 403, 409, 409, 409]),
    ] {
        for ((visitor, who), status) in everybody.iter().zip(WHO).zip(statuses) {
            let answer = visitor.post(&format!("{ME}/new-invitation"), form).await;
            assert_eq!(answer.status, status, "{who} {form:?}: {}", answer.words());
        }
    }
    // Anna becomes the last owner. That a person may not change an owner is reported before that.
    let olga = member_id(portal, "ville.fr", OLGA).await;
    assert_eq!(everything(portal).await, before);
    everybody[4].post(&format!("{LIST}/{olga}/remove"), &[]).await.leads_to(LIST);
    let anna = member_id(portal, "ville.fr", Anna).await;
    for (form, statuses) in
        [([("role", "viewer")], [303, 404, 403, 403, 409, 409]), ([("role", "king")], [303, 404, 403, 403, 422, 422])]
    {
        for ((visitor, who), status) in everybody.iter().zip(WHO).zip(statuses) {
            let answer = visitor.post(&format!("{LIST}/{anna}/role"), &form).await;
            assert_eq!(answer.status, status, "{who} {form:?}: {}", answer.words());
        }
    }
    portal.work().await;
}

/// Demands that no request ends Anna's role as the only owner.
async fn anna_stays(portal: &Portal) {
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    let id = member_id(portal, "ville.fr", Anna).await;
    let before = everything(portal).await;
    for visitor in [&anna, &eve] {
        for role in ["administrator", "viewer"] {
            let answer = visitor.post(&format!("{LIST}/{id}/role"), &[("role", role)]).await;
            is_spoken(answer.is(409));
            assert!(
                answer.words().contains(&Sentences::new(Language::Fr).t("member-last-owner")),
                "{}",
                answer.words()
            );
        }
        visitor.post(&format!("{LIST}/{id}/remove"), &[]).await.is(409);
        // A form that changes nothing is accepted.
        visitor.post(&format!("{LIST}/{id}/role"), &[("role", "owner")]).await.leads_to(LIST);
    }
    anna.post(&format!("{ME}/leave"), &[]).await.is(409);
    assert_eq!(everything(portal).await, before);
    let list = anna.get(LIST).await;
    assert!(list.words().contains("Personne d’autre n’est propriétaire"), "{}", list.words());
    assert!(!list.has(&format!("a[href=\"{ME}/leave\"]")));
    let forms = list.attributes("main form", "action").join(" ");
    assert!(!forms.contains(&id), "{forms}");
    assert!(!list.has(&format!("a[href*=\"{id}\"]")));
    // The confirmation pages have no button either.
    for visitor in [&anna, &eve] {
        visitor.get(&format!("{LIST}/{id}/role")).await.is(409);
        let asked = visitor.get(&format!("{LIST}/{id}/remove")).await;
        assert!(!asked.has("main form[action$=\"/remove\"]"), "{} {}", asked.status, asked.words());
        let asked = visitor.get(&format!("{ME}/leave")).await;
        assert!(!asked.has("main form[action$=\"/leave\"]"), "{} {}", asked.status, asked.words());
    }
}

async fn the_last_owner_stays(portal: &Portal) {
    anna_stays(portal).await;
}

async fn a_closed_owner_does_not_count(portal: &Portal) {
    populate(portal).await;
    portal.database.change("update users set disabled_at = 1 where email = 'olga@mairie.test'").await;
    anna_stays(portal).await;
    let list = portal.sign_in(Anna).await.get(LIST).await;
    assert!(list.select("[data-member=\"olga@mairie.test\"]").concat().contains("(compte fermé)"), "{}", list.words());
    // The closed owner can be removed, because an active one is left.
    let olga = member_id(portal, "ville.fr", OLGA).await;
    portal.sign_in(Anna).await.post(&format!("{LIST}/{olga}/remove"), &[]).await.leads_to(LIST);
    portal.work().await;
    assert_eq!(portal.emails(), []);
}

/// The sorted statuses of two simultaneous requests.
async fn at_once(first: impl Future<Output = Answer>, second: impl Future<Output = Answer>) -> [u16; 2] {
    let (first, second) = tokio::join!(first, second);
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    statuses
}

const OWNERS: &str = "members join domains on domains.id = domain_id where name = 'ville.fr' and role = 'owner'";

/// Demands that the page of a role offers these roles, with this one selected, and the list one link to it.
async fn offers(visitor: &Visitor, id: &str, roles: &[&str], present: &str) -> Answer {
    let list = visitor.get(LIST).await;
    assert_eq!(list.select(&format!("[data-member] a[href=\"{LIST}/{id}/role\"]")).len(), 1, "{}", list.words());
    assert!(!list.has("[data-member] form"), "nothing changes with one press");
    let page = visitor.get(&format!("{LIST}/{id}/role")).await;
    is_spoken(page.is(200));
    assert_eq!(page.attributes("input[type=radio][name=role]", "value"), roles);
    assert_eq!(page.attributes("input[type=radio][name=role][checked]", "value"), [present]);
    assert_eq!(page.attributes("main form", "action"), [format!("{LIST}/{id}/role")]);
    page
}

async fn a_role_is_chosen_on_a_page_of_its_own(portal: &Portal) {
    populate(portal).await;
    let ada = portal.sign_in(ADA).await;
    for (email, role) in [("guy@neuf.test", "administrator"), ("lea@neuf.test", "viewer")] {
        ada.post(&format!("{ME}/new-invitation"), &[("email", email), ("role", role)]).await.leads_to(LIST);
    }
    portal.work().await;
    let before = everything(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let ids = [ADA, VIC, OLGA, Anna].map(|person| member_id(portal, "ville.fr", person));
    let [ada_id, vic, olga, own] = <[String; 4]>::try_from(futures::future::join_all(ids).await).expect("four");

    let page = offers(&anna, &ada_id, &["viewer", "administrator", "owner"], "administrator").await;
    let words = page.words();
    assert!(words.contains(ADA.name) && words.contains("2 invitations en attente de cette personne seraient annulées"));
    assert_eq!(words.matches("seraient annulées").count(), 1, "as viewer only: {words}");
    assert!(!words.contains("votre propre rôle") && !words.contains("Seuls les propriétaires"), "{words}");
    offers(&anna, &olga, &["viewer", "administrator", "owner"], "owner").await;
    let page = offers(&anna, &own, &["viewer", "administrator", "owner"], "owner").await;
    assert!(page.words().contains("votre propre rôle"), "{}", page.words());
    let page = offers(&bruno, &vic, &["viewer", "administrator"], "viewer").await;
    let words = page.words();
    assert!(words.contains("Seuls les propriétaires") && words.contains("Anna Martin, Olga Seconde"), "{words}");
    assert!(!words.contains("demande de confirmer"), "{words}");
    bruno.get(&format!("{LIST}/{olga}/role")).await.is(403);
    portal.sign_in(VIC).await.get(&format!("{LIST}/{vic}/role")).await.is(403);
    assert_eq!(everything(portal).await, before, "looking changes nothing");
    anna.post(&format!("{LIST}/{ada_id}/role"), &[("role", "viewer")]).await.leads_to(LIST);
    assert_eq!(portal.database.count("invitations").await, 0, "as the page said");
    portal.work().await;
    // A mistake comes back with the page, and with the role that was chosen.
    let wrong = anna.post(&format!("{LIST}/{vic}/role"), &[]).await;
    assert!(wrong.is(422).has("main form input[type=radio][name=role]") && !wrong.mistake("role").is_empty());
}

async fn of_two_owners_who_demote_each_other_one_succeeds(portal: &Portal) {
    populate(portal).await;
    let (anna, olga) = (portal.sign_in(Anna).await, portal.sign_in(OLGA).await);
    let (anna_id, olga_id) = (member_id(portal, "ville.fr", Anna).await, member_id(portal, "ville.fr", OLGA).await);
    for round in 0..8 {
        let role = [("role", if round % 2 == 0 { "administrator" } else { "viewer" })];
        let (hers, mine) = (format!("{LIST}/{olga_id}/role"), format!("{LIST}/{anna_id}/role"));
        assert_eq!(at_once(anna.post(&hers, &role), olga.post(&mine, &role)).await, [303, 403], "round {round}");
        assert_eq!(portal.database.count(OWNERS).await, 1);
        for person in [Anna, OLGA] {
            portal.grant("ville.fr", person, Role::Owner).await;
        }
    }
    portal.work().await;
}

async fn of_two_owners_who_remove_each_other_one_succeeds(portal: &Portal) {
    populate(portal).await;
    let (anna, olga) = (portal.sign_in(Anna).await, portal.sign_in(OLGA).await);
    for round in 0..4 {
        let (anna_id, olga_id) = (member_id(portal, "ville.fr", Anna).await, member_id(portal, "ville.fr", OLGA).await);
        let (hers, mine) = (format!("{LIST}/{olga_id}/remove"), format!("{LIST}/{anna_id}/remove"));
        // The second person has no role any more and gets 404.
        assert_eq!(at_once(anna.post(&hers, &[]), olga.post(&mine, &[])).await, [303, 404], "round {round}");
        assert_eq!(portal.database.count(OWNERS).await, 1);
        for person in [Anna, OLGA] {
            portal.grant("ville.fr", person, Role::Owner).await;
        }
    }
    portal.work().await;
}

async fn of_two_owners_who_leave_together_one_stays(portal: &Portal) {
    populate(portal).await;
    let (anna, olga) = (portal.sign_in(Anna).await, portal.sign_in(OLGA).await);
    let path = format!("{ME}/leave");
    for round in 0..4 {
        assert_eq!(at_once(anna.post(&path, &[]), olga.post(&path, &[])).await, [303, 409], "round {round}");
        assert_eq!(portal.database.count(OWNERS).await, 1);
        for person in [Anna, OLGA] {
            portal.grant("ville.fr", person, Role::Owner).await;
        }
    }
}

async fn the_same_change_sent_twice_is_made_once(portal: &Portal) {
    populate(portal).await;
    let anna = portal.sign_in(Anna).await;
    let vic = member_id(portal, "ville.fr", VIC).await;
    let lines = verbs(portal, "ville.fr").await.len();
    let (path, role) = (format!("{LIST}/{vic}/role"), [("role", "administrator")]);
    assert_eq!(at_once(anna.post(&path, &role), anna.post(&path, &role)).await, [303, 303]);
    let path = format!("{LIST}/{vic}/remove");
    assert_eq!(at_once(anna.post(&path, &[]), anna.post(&path, &[])).await, [303, 404]);
    assert_eq!(verbs(portal, "ville.fr").await.split_off(lines), ["role_changed", "member_removed"]);
    portal.work().await;
    assert_eq!(portal.recipients(), [VIC.email, VIC.email]);
}

async fn a_word_that_is_no_role_changes_nothing(portal: &Portal) {
    populate(portal).await;
    let vic = member_id(portal, "ville.fr", VIC).await;
    for (language, code) in [(Language::Fr, "fr"), (Language::En, "en")] {
        let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", code)).await;
        let before = everything(portal).await;
        for fields in
            [[("role", "king")].as_slice(), &[("role", "")], &[], &[("role", "Owner")], &[("role", "viewer;owner")]]
        {
            let answer = anna.post(&format!("{LIST}/{vic}/role"), fields).await;
            is_spoken(answer.is(422));
            let sentence = Sentences::new(language).field_error(&FieldError::UnknownChoice).text();
            assert!(answer.words().contains(&sentence), "{}", answer.words());
            assert_eq!(answer.mistake("role"), sentence, "the message at the field");
        }
        assert_eq!(everything(portal).await, before);
    }
}

async fn people_are_told_of_their_role_in_their_language(portal: &Portal) {
    populate(portal).await;
    let vic = portal.sign_in(VIC).await;
    vic.post("/language", &[("language", "en"), ("next", "/domains")]).await.leads_to("/domains");
    let anna = portal.sign_in(Anna).await;
    anna.post("/language", &[("language", "fr"), ("next", "/domains")]).await.leads_to("/domains");
    let act = async |verb: &str, form: &[(&str, &str)], person: Person| {
        let id = member_id(portal, "ville.fr", person).await;
        portal.forget_emails();
        anna.post(&format!("{LIST}/{id}/{verb}"), form).await.leads_to(LIST);
        portal.work().await;
        let emails = portal.emails();
        let [email] = emails.as_slice() else { panic!("{emails:?}") };
        assert_eq!(email.to, person.email);
        assert!(email.text.contains("ville.fr") && email.text.contains(Anna.name), "{}", email.text);
        email.clone()
    };
    let url = portal.app.settings.public_url();

    let email = act("role", &[("role", "administrator")], VIC).await;
    assert_eq!(email.subject, "Your role on ville.fr has changed");
    assert!(email.html.contains("lang=\"en\"") && email.text.contains("Administrator"), "{}", email.text);
    assert!(email.text.contains(&format!("{url}{ME}")), "{}", email.text);
    let email = act("role", &[("role", "viewer")], ADA).await;
    assert_eq!(email.subject, "Votre rôle sur ville.fr a changé");
    assert!(email.html.contains("lang=\"fr\"") && email.text.contains("Lecteur"), "{}", email.text);
    let email = act("remove", &[], VIC).await;
    assert_eq!(email.subject, "You no longer have access to ville.fr");
    assert!(!email.text.contains(ME), "nothing to open there: {}", email.text);
    let email = act("remove", &[], ADA).await;
    assert_eq!(email.subject, "Vous n’avez plus accès à ville.fr");

    // For people without a language of their own, the email is in the language of the person who
    // acts.
    anna.post("/language", &[("language", "en"), ("next", "/domains")]).await.leads_to("/domains");
    let email = act("role", &[("role", "administrator")], OLGA).await;
    assert_eq!(email.subject, "Your role on ville.fr has changed");
}

async fn nobody_writes_to_closed_accounts_or_to_oneself(portal: &Portal) {
    populate(portal).await;
    portal.database.change("update users set disabled_at = 1 where email = 'vic@mairie.test'").await;
    let anna = portal.sign_in(Anna).await;
    let vic = member_id(portal, "ville.fr", VIC).await;
    anna.post(&format!("{LIST}/{vic}/role"), &[("role", "administrator")]).await.leads_to(LIST);
    anna.post(&format!("{LIST}/{vic}/remove"), &[]).await.leads_to(LIST);
    // Removing oneself counts as leaving.
    let own = member_id(portal, "ville.fr", Anna).await;
    anna.post(&format!("{LIST}/{own}/remove"), &[]).await.leads_to("/domains");
    is_spoken(&anna.get("/domains").await);

    portal.work().await;

    assert_eq!(portal.emails(), []);
    assert!(!people(portal, "ville.fr").await.contains("anna@mairie.test owner"));
}

async fn a_viewer_sees_whom_to_write_to(portal: &Portal) {
    populate(portal).await;
    invite_two(portal).await;
    portal.sign_in(Bruno).await;
    let chloe = portal.sign_in(Chloe).await;
    let list = chloe.get(LIST).await;
    is_spoken(list.is(200));
    let words = list.words();
    assert!(words.contains("adressez-vous à Anna Martin, Olga Seconde"), "{words}");
    for person in [Anna, OLGA, Bruno] {
        assert!(list.has(&format!("a[href=\"mailto:{}\"]", person.email)), "{words}");
    }
    assert_eq!(list.attributes("[data-member] [data-role]", "data-role")[..2], ["owner", "owner"], "owners first");
    assert_eq!(list.select("[data-member]").len(), 6);
    assert!(!words.contains("Dernière visite") && !words.contains("jamais"), "{words}");
    assert_eq!(list.attributes("main form", "action"), Vec::<String>::new());
    assert!(!list.has("main a[href*=\"remove\"]") && !list.has("main a[href*=\"new-invitation\"]"));
    // Invitations show their role, their sender and their end.
    let invited = list.select("[data-invitation=\"odile@neuf.test\"]").concat();
    let end = Sentences::new(Language::Fr)
        .timestamp(portal.now().plus(7 * 24 * std::time::Duration::from_hours(1)), &portal.app.settings.time_zone);
    for what in ["odile@neuf.test", "Propriétaire", Anna.name, &end] {
        assert!(invited.contains(what), "{what}: {invited}");
    }
    assert!(list.has(&format!("a[href=\"{ME}/leave\"]")), "the link to leave is there");

    // Owners and administrators see the last visit of each member.
    for person in [Anna, Bruno] {
        let list = portal.sign_in(person).await.get(LIST).await;
        assert!(list.words().contains("Dernière visite"), "{}", list.words());
        assert!(list.select("[data-member=\"vic@mairie.test\"]").concat().contains("jamais"));
        assert!(!list.select("[data-member=\"chloe@mairie.test\"]").concat().contains("jamais"));
        assert!(list.select(&format!("[data-member=\"{}\"]", person.email)).concat().contains("(vous)"));
    }
}

/// Sends a form that must not be refused, with a confirmation if one is asked for, and puts back what it changed.
async fn press(portal: &Portal, visitor: &Visitor, action: &str, form: &[(&str, &str)], kept: &Kept) {
    let mut answer = visitor.post(action, form).await;
    // Making an owner is confirmed on a page of its own.
    if answer.has("main form input[name=\"confirm\"]") {
        answer = visitor.post(action, &[form, &[("confirm", "yes")]].concat()).await;
    }
    assert_eq!(answer.status, 303, "{action} {form:?}: {}", answer.words());
    portal.work().await;
    kept.put_back(portal).await;
}

/// Presses each button of the list, and follows each link that leads to one; no request may be
/// refused.
async fn presses_everything(portal: &Portal, person: Person) -> Vec<String> {
    let visitor = portal.sign_in(person).await;
    let list = visitor.get(LIST).await;
    let kept = Kept::of(portal).await;
    let mut pressed = Vec::new();
    let actions: BTreeSet<String> = list.attributes("main form", "action").into_iter().collect();
    for action in actions {
        press(portal, &visitor, &action, &[], &kept).await;
        pressed.push(action);
    }
    for link in list.attributes("main a", "href") {
        if !link.starts_with(ME) {
            continue;
        }
        let asked = visitor.get(&link).await;
        is_spoken(asked.is(200));
        for role in asked.attributes("main form input[type=\"radio\"][name=\"role\"]", "value") {
            if link.ends_with("/role") {
                press(portal, &visitor, &link, &[("role", &role)], &kept).await;
                pressed.push(format!("{link} {role:?}"));
            }
        }
        if link.ends_with("/remove") || link.ends_with("/leave") {
            visitor.post(&link, &[]).await.is(303);
            pressed.push(link);
            kept.put_back(portal).await;
        }
    }
    portal.work().await;
    pressed
}

async fn no_button_that_would_be_refused(portal: &Portal) {
    populate(portal).await;
    invite_two(portal).await;
    let olga = member_id(portal, "ville.fr", OLGA).await;
    let owners_invitation = invitation_id(portal, "odile@neuf.test").await;
    for is_closed in [false, true] {
        if is_closed {
            portal.disable("ville.fr", "travaux").await;
            portal.work().await;
        }
        let pressed = presses_everything(portal, Chloe).await;
        assert_eq!(pressed, [format!("{ME}/leave")]);
        let pressed = presses_everything(portal, Bruno).await.join("\n");
        assert!(!pressed.contains(&olga) && !pressed.contains(&owners_invitation), "{pressed}");
        assert!(!pressed.contains("\"owner\""), "{pressed}");
        assert!(pressed.contains("withdraw") && pressed.contains("/remove"), "{pressed}");
        for person in [Anna, Eve] {
            let pressed = presses_everything(portal, person).await.join("\n");
            assert!(pressed.contains(&olga) && pressed.contains(&owners_invitation), "{pressed}");
            assert!(pressed.contains("\"owner\""), "{pressed}");
        }
    }
    // The form of an invitation offers the roles that the person may give.
    portal.enable("ville.fr").await;
    portal.work().await;
    for (person, roles) in [(Bruno, 2), (Anna, 3), (Eve, 3)] {
        let form = portal.sign_in(person).await.get(&format!("{ME}/new-invitation")).await;
        assert_eq!(form.attributes("[name=\"role\"]", "value").len(), roles);
        assert_eq!(form.words().contains("Seuls les propriétaires"), roles == 2, "{}", form.words());
    }
}

async fn pages_lack_no_sentence(portal: &Portal) {
    populate(portal).await;
    invite_two(portal).await;
    let (olga, vic) = (member_id(portal, "ville.fr", OLGA).await, member_id(portal, "ville.fr", VIC).await);
    portal.wait(std::time::Duration::from_hours(8 * 24));
    for code in ["fr", "en"] {
        for person in [Anna, Bruno, Chloe, Eve] {
            let visitor = portal.sign_in_as(person, portal.visitor().with("accept-language", code)).await;
            for path in [
                LIST,
                &format!("{LIST}/{olga}/remove"),
                &format!("{LIST}/{vic}/remove"),
                &format!("{LIST}/{olga}/role"),
                &format!("{LIST}/{vic}/role"),
                &format!("{ME}/new-invitation"),
                &format!("{ME}/leave"),
            ] {
                let page = visitor.get(path).await;
                assert_eq!(page.language(), code);
                is_spoken(&page);
            }
            for (path, form) in [
                (format!("{ME}/new-invitation"), [("email", "x"), ("role", "y")].as_slice()),
                (format!("{LIST}/{vic}/role"), &[("role", "y")]),
                (format!("{LIST}/{olga}/remove"), &[]),
                (format!("{LIST}/x/remove"), &[]),
            ] {
                is_spoken(&visitor.post(&path, form).await);
                is_spoken(&visitor.get(LIST).await);
            }
            portal.grant("ville.fr", OLGA, Role::Owner).await;
            portal
                .database
                .change(&format!(
                    "update members set id = '{olga}' where user_id = (select id from users where email = '{}')",
                    OLGA.email
                ))
                .await;
        }
    }
    portal.work().await;
    portal.leaves_work();
}

/// What the list of collaborators shows as a person's last visit.
async fn last_visit(visitor: &Visitor, domain: &str, person: Person) -> String {
    let list = visitor.get(&format!("/domains/{domain}/members")).await;
    list.select(&format!("[data-member=\"{}\"] td.date", person.email)).pop().unwrap_or_default()
}

async fn the_list_shows_the_last_visit_to_this_domain(portal: &Portal) {
    let day = std::time::Duration::from_hours(24);
    portal.grant("autre.fr", Chloe, Role::Viewer).await;
    let (anna, fay) = (portal.sign_in(Anna).await, portal.sign_in(Fay).await);
    assert_eq!(last_visit(&anna, "ville.fr", Chloe).await, "jamais", "signing in is no visit");
    let chloe = portal.sign_in(Chloe).await;
    assert_eq!(last_visit(&anna, "ville.fr", Chloe).await, "jamais");
    chloe.get(ME).await.is(200);
    assert_eq!(last_visit(&anna, "ville.fr", Chloe).await, "22 novembre 2026");
    assert_eq!(last_visit(&fay, "autre.fr", Chloe).await, "jamais", "a visit elsewhere is none here");
    // A second visit of the same day writes nothing; one after midnight in Paris counts.
    let stored = "select visited_at from members join users on users.id = user_id where email = 'chloe@mairie.test' \
                  and visited_at is not null";
    let first = portal.database.text(stored).await;
    portal.wait(std::time::Duration::from_hours(11));
    chloe.get(&format!("{ME}/mailboxes")).await.is(200);
    assert_eq!(portal.database.text(stored).await, first);
    portal.wait(std::time::Duration::from_hours(4));
    let chloe = portal.sign_in(Chloe).await;
    chloe.get(&format!("{ME}/mailboxes")).await.is(200);
    let anna = portal.sign_in(Anna).await;
    assert_eq!(last_visit(&anna, "ville.fr", Chloe).await, "23 novembre 2026");
    // Viewers do not see it, and staff without a role leaves no trace.
    portal.wait(day);
    let chloe = portal.sign_in(Chloe).await;
    assert!(!chloe.get(LIST).await.words().contains("Dernière visite"));
    portal.sign_in(Eve).await.get(ME).await.is(200);
    assert_eq!(portal.database.count("members where visited_at is not null").await, 3);
    portal.work().await;
}
