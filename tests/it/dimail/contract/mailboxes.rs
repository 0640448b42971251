//! Mailboxes (section 3.9). `un` and `deux` share a context; `fonction` has no Open-XChange.

use serde_json::{Value, json};

use crate::dimail::contract::site::{Got, Site};
use crate::dimail::contract::{Book, crash, invalid, missing, refusal, want};

fn path(site: &Site, domain: &str, rest: &str) -> String {
    format!("/domains/{}/mailboxes/{rest}", site.domain(domain))
}

fn email(site: &Site, part: &str, domain: &str) -> String {
    format!("{part}@{}", site.domain(domain))
}

pub(crate) async fn creation(site: &mut Site, book: &mut Book) {
    let (un, deux, fonction) = (site.domain("un"), site.domain("deux"), site.domain("fonction"));
    let made = site.add_mailbox(&un, "jean", "Jean", "Dupont").await;
    let address = email(site, "jean", "un");
    let shape = want(201).holds(move |body| {
        let password = body["password"].as_str().unwrap_or_default();
        body["email"] == address.as_str() && password.len() >= 12
    });
    book.state("3.9 a mailbox is made, with its password", &made, &shape);
    let again = site.add_mailbox(&un, "jean", "Jean", "Autre").await;
    let duplicate = if site.is_production() { want(409).or(500) } else { crash() };
    book.state("3.9 the same address again: 409, in 2024 500", &again, &duplicate);
    if site.is_production() {
        let taken = site.add_mailbox(&un, "jean2", "Jean", "Dupont").await;
        book.state("3.9 a display name that is taken: 500", &taken, &crash());
        let taken = site.add_mailbox(&deux, "jean3", "JEAN", "dupont").await;
        book.state("3.9 taken in any case, by the other domain of the context too", &taken, &crash());
    }
    let neighbour = site.add_mailbox(&deux, "voisine", "Line", "Voisine").await;
    book.state("3.9 a mailbox in the other domain of the context", &neighbour, &want(201));
    let functional = site.add_mailbox(&fonction, "contact", "", "").await;
    book.state("3.9 a functional mailbox, with empty names", &functional, &want(201));
    let half = site.post(&path(site, "un", "zoe"), &site.bearer(), json!({"givenName": "Zoé"})).await;
    book.state("3.9 all three names are required", &half, &invalid("displayName"));
    let nobody = site.post(&path(site, "un", ""), &site.bearer(), json!({})).await;
    book.state("3.9 without local part: 405", &nobody, &want(405));
    let upper = site.add_mailbox(&un, "GRAND", "Grand", "Nom").await;
    let kept = if site.is_production() { email(site, "grand", "un") } else { email(site, "GRAND", "un") };
    let kept = want(201).holds(move |body| body["email"] == kept.as_str());
    book.state("5 production writes addresses in lower case, 2024 as typed", &upper, &kept);
    let lower = site.get(&path(site, "un", "grand"), &site.bearer()).await;
    let found = if site.is_production() { want(200) } else { refusal(404, "Mailbox not found") };
    book.state("9.10 in 2024 no lower-case route finds what was made with capitals", &lower, &found);
}

/// The administrator of the context that `un` and `deux` share.
pub(crate) async fn administrator(site: &mut Site, book: &mut Book) {
    let (un, deux) = (site.domain("un"), site.domain("deux"));
    let by_address = site.add_mailbox(&un, "oxadmin", "Une", "Personne").await;
    book.state("9.6 the address of the context's administrator is taken", &by_address, &want(500).or(409));
    let by_login = site.add_mailbox(&un, "admin_user", "Une", "Personne").await;
    book.state("9.6 so is its login", &by_login, &want(500).or(409));
    let by_name = site.add_mailbox(&deux, "personne", "Context", "Admin").await;
    book.state("9.6 and its display name, in the whole context", &by_name, &crash());
    let own = site.call("DELETE", &path(site, "un", "oxadmin"), &site.bearer()).await;
    book.state("9.6 it is no mailbox", &own, &refusal(404, "Mailbox not found"));
}

pub(crate) async fn apostrophes(site: &mut Site, book: &mut Book) {
    let un = site.domain("un");
    let curly = site.add_mailbox(&un, "lea", "Léa", "D\u{2019}Arc").await;
    book.state("9.3 a typographic apostrophe is an email like others", &curly, &want(201));
    let lea = site.get(&path(site, "un", "lea"), &site.bearer()).await;
    book.hold("9.3 it is kept", lea.json["displayName"] == "Léa D\u{2019}Arc");
    if site.is_production() {
        return book.leave_out("9.3 straight apostrophes: what production makes of them is not known");
    }
    for which in ["once", "twice"] {
        let straight = site.add_mailbox(&un, "anne", "Anne", "D'Arc").await;
        book.state(&format!("9.3 a straight one: 500, tried {which}"), &straight, &crash());
    }
    let nothing = site.get(&path(site, "un", "anne"), &site.bearer()).await;
    book.state("9.3 nothing of it is done", &nothing, &refusal(404, "Mailbox not found"));
    let (own, change) = (path(site, "un", "lea"), json!({"surName": "D'Arc"}));
    let changed = site.send("PATCH", &own, &site.bearer(), change).await;
    book.state("9.3 in a change too: 500", &changed, &crash());
    let after = site.get(&own, &site.bearer()).await;
    book.state("9.3 nor of that", &after, &want(200).holds(move |body| *body == lea.json));
}

/// What dimail has after a creation that failed between Open-XChange and the mailbox. Every account
/// can cause that with a local part that is too long.
pub(crate) async fn halves(site: &mut Site, book: &mut Book) {
    if site.is_production() {
        return book.leave_out("9.7 half-made mailboxes: there is no known way to have one");
    }
    let (un, long) = (site.domain("un"), "m".repeat(129));
    let (own, unknown) = (path(site, "un", &long), refusal(404, "Mailbox not found"));
    let made = site.add_mailbox(&un, &long, "Demi", "Faite").await;
    book.state("5 a local part of 129 characters: 500", &made, &crash());
    let half = site.get(&own, &site.bearer()).await;
    book.state("9.7 its Open-XChange user is there", &half, &want(200).holds(|body| body["status"] == "broken"));
    let changed = site.send("PATCH", &own, &site.bearer(), json!({})).await;
    book.state("9.7 a change of what is half made: 404", &changed, &unknown);
    let gone = site.call("DELETE", &own, &site.bearer()).await;
    book.state("9.7 its deletion: 404", &gone, &unknown);
    let again = site.add_mailbox(&un, &long, "Autre", "Personne").await;
    book.state("9.7 its creation: 500", &again, &crash());
    let named = site.add_mailbox(&un, "demi", "Demi", "Faite").await;
    book.state("9.7 it blocks its display name", &named, &crash());
}

pub(crate) async fn lists(site: &Site, book: &mut Book) {
    let v1 = site.get(&path(site, "un", ""), &site.bearer()).await;
    book.state("3.9 the first list", &v1, &want(200).holds(Value::is_array));
    let jean = v1.entry("email", &email(site, "jean", "un"));
    book.hold(
        "3.9 in it a mailbox has type, status and names (9.4: the duplicate has not touched them)",
        jean["type"] == "mailbox" && jean["status"] == "ok" && jean["displayName"] == "Jean Dupont",
    );
    let admin = v1.entry("email", &email(site, "oxadmin", "un"));
    book.hold("3.9 in it the technical user, broken", admin["status"] == "broken");
    let foreign = v1.entry("email", &email(site, "voisine", "deux"));
    book.hold("3.9 in it the other domain's addresses, broken", foreign["status"] == "broken");
    let functional = site.get(&path(site, "fonction", ""), &site.bearer()).await;
    let contact = functional.entry("email", &email(site, "contact", "fonction"));
    book.hold("3.9 a functional mailbox has no names", contact["givenName"].is_null() && contact["status"] == "ok");
    let v2 = site.get(&format!("/v2{}", path(site, "un", "")), &site.bearer()).await;
    if !site.is_production() {
        return book.state("3.9 there is no second list", &v2, &missing());
    }
    book.state("3.9 the second list", &v2, &want(200).holds(Value::is_array));
    let jean = v2.entry("email", &email(site, "jean", "un"));
    let ox = json!({"given_name": "Jean", "sur_name": "Dupont", "display_name": "Jean Dupont"});
    book.hold(
        "3.9 in it a mailbox has its activity, its feature and its names",
        is_active(&jean, "yes") && jean["features"] == json!(["ox"]) && jean["extras"]["ox"] == ox,
    );
    book.hold(
        "3.9 in it the other domain's addresses",
        v2.entry("email", &email(site, "voisine", "deux")) != Value::Null,
    );
    let functional = site.get(&format!("/v2{}", path(site, "fonction", "")), &site.bearer()).await;
    let contact = functional.entry("email", &email(site, "contact", "fonction"));
    book.hold(
        "3.9 in it a functional mailbox has neither feature nor names",
        contact["features"] == json!([]) && contact["extras"]["ox"].is_null(),
    );
}

/// Whether `imap_active`, or `active` if it is missing, has this value.
fn is_active(entry: &Value, word: &str) -> bool {
    let told = entry.get("imap_active").filter(|value| !value.is_null()).unwrap_or(&entry["active"]);
    told == word
}

pub(crate) async fn changes(site: &Site, book: &mut Book) {
    let (jean, bearer) = (path(site, "un", "jean"), site.bearer());
    book.state(
        "3.9 one mailbox",
        &site.get(&jean, &bearer).await,
        &want(200).holds(|body| body["givenName"] == "Jean"),
    );
    let nobody = path(site, "un", "personne");
    let unknown = refusal(404, "Mailbox not found");
    book.state("3.9 one unknown mailbox: 404", &site.get(&nobody, &bearer).await, &unknown);
    let patch = |path: String, body: Value| async move { site.send("PATCH", &path, &site.bearer(), body).await };
    book.state("3.9 a change of nothing", &patch(jean.clone(), json!({})).await, &want(200));
    book.state("3.9 a change without body: 422", &site.call("PATCH", &jean, &bearer).await, &want(422));
    let renamed = patch(jean.clone(), json!({"surName": "Durand"})).await;
    let alone = want(200).holds(|body| body["surName"] == "Durand" && body["displayName"] == "Jean Dupont");
    book.state("3.9 one name changes alone; the display name is not made anew", &renamed, &alone);
    book.state("3.9 a change of an unknown mailbox: 404", &patch(nobody, json!({})).await, &unknown);
    let moved = patch(jean.clone(), json!({"user_name": "jeanne"})).await;
    book.state("3.9 another local part: not yet", &moved, &refusal(422, "Not yet implemented"));
    let moved = patch(jean.clone(), json!({"domain": site.domain("inconnu")})).await;
    book.state("3.9 to an unknown domain: 404", &moved, &refusal(404, "Target domain not found"));
    let before = site.get(&jean, &bearer).await;
    let off = patch(jean.clone(), json!({"active": "no"})).await;
    book.state("3.9 disabling", &off, &want(200));
    if !site.is_production() {
        book.hold("9.8 2024 ignores it: only its answer tells, which is as before", off.json == before.json);
        let one = site.get(&jean, &bearer).await;
        return book.state("3.9 2024 ignores it", &one, &want(200).holds(|body| body["givenName"] == "Jean"));
    }
    let address = email(site, "jean", "un");
    let listed = |got: Got| got.entry("email", &address);
    let v2 = format!("/v2{}", path(site, "un", ""));
    let entry = listed(site.get(&v2, &bearer).await);
    book.hold(
        "3.9 a disabled mailbox has lost its feature and its names",
        is_active(&entry, "no") && entry["features"] == json!([]) && entry["extras"]["ox"].is_null(),
    );
    let again = patch(jean.clone(), json!({"active": "no"})).await;
    book.state("3.9 disabling is idempotent", &again, &want(200));
    let bare = patch(jean.clone(), json!({"active": "yes"})).await;
    book.state("3.9 enabling without names: 422", &bare, &want(422));
    let names = json!({"active": "yes", "givenName": "Jean", "surName": "Dupont", "displayName": "Jean Dupont"});
    book.state("3.9 enabling with names", &patch(jean.clone(), names.clone()).await, &want(200));
    book.state("3.9 enabling is idempotent", &patch(jean, names).await, &want(200));
    let entry = listed(site.get(&v2, &bearer).await);
    book.hold("3.9 an enabled mailbox has both again", is_active(&entry, "yes") && entry["features"] == json!(["ox"]));
    let second = format!("/v2{}", path(site, "un", "jean"));
    book.state("3.9 the second change: off", &patch(second.clone(), json!({"imap_active": "no"})).await, &want(200));
    let entry = listed(site.get(&v2, &bearer).await);
    book.hold("3.9 it leaves the names", is_active(&entry, "no") && entry["features"] == json!(["ox"]));
    book.state("3.9 and on", &patch(second, json!({"imap_active": "yes"})).await, &want(200));
}

pub(crate) async fn secrets(site: &Site, book: &mut Book) {
    let post =
        |rest: &'static str, body: Value| async move { site.post(&path(site, "un", rest), &site.bearer(), body).await };
    let code = post("jean/code", json!({"expires_in": 3600, "maxuse": 3})).await;
    let password = post("jean/reset_password", json!({})).await;
    let address = |part: &str| format!("/domains/{}/address/{part}/", site.domain("un"));
    let known = site.get(&address("jean"), &site.bearer()).await;
    if !site.is_production() {
        book.state("3.9 there are no codes", &code, &missing());
        book.state("3.9 there are no new passwords", &password, &missing());
        return book.state("3.9 there are no addresses", &known, &missing());
    }
    let own = email(site, "jean", "un");
    let shape = want(200).or(201).holds(move |body| {
        let counted = body["maxuse"] == 3 && body["nbuse"] == 0 && body["expires_at"].is_number();
        body["email"] == own.as_str() && body["code"].is_string() && counted
    });
    book.state("3.9 a code, with its uses and its end", &code, &shape);
    let other = post("jean/code", json!({})).await;
    book.state("3.9 both of its fields are optional", &other, &want(200).or(201));
    book.hold("3.9 each call makes another code", code.json["code"] != other.json["code"]);
    book.state("3.9 a code for nobody: 404", &post("personne/code", json!({})).await, &want(404));
    let own = email(site, "jean", "un");
    let shape = want(200).holds(move |body| body["email"] == own.as_str() && body["password"].is_string());
    book.state("3.9 a new password", &password, &shape);
    let other = post("jean/reset_password/", json!({})).await;
    book.hold("3.9 each call makes another password", password.json["password"] != other.json["password"]);
    let told = want(200).holds(|body| body["is_mailbox"] == true && body["is_ox"] == true && body["is_alias"] == false);
    book.state("3.9 an address that is a mailbox", &known, &told);
    let neighbour = site.get(&address("voisine"), &site.bearer()).await;
    let owner = email(site, "voisine", "deux");
    let told = want(200).holds(move |body| {
        body["is_mailbox"] == false && body["is_ox"] == true && body["ox_primary_email"] == owner.as_str()
    });
    book.state("3.9 a local part that the context has for another domain", &neighbour, &told);
    book.state("3.9 an address of nobody: 404", &site.get(&address("personne"), &site.bearer()).await, &want(404));
}

pub(crate) async fn rights(site: &Site, book: &mut Book) {
    let Some((_, poor)) = site.stranger().await else {
        return book.leave_out("3.9 rights on mailboxes: there is no second account");
    };
    let denied = refusal(403, "Permission denied");
    let jean = path(site, "un", "jean");
    let list = path(site, "un", "");
    book.state("3.9 the list of somebody else's domain: 403", &site.get(&list, &poor).await, &denied);
    book.state("3.9 a mailbox of somebody else's: 403", &site.get(&jean, &poor).await, &denied);
    let unknown = site.get(&path(site, "inconnu", ""), &poor).await;
    book.state("3.9 an unknown domain looks like somebody else's", &unknown, &denied);
    let body = json!({"givenName": "A", "surName": "B", "displayName": "A B"});
    let made = site.post(&path(site, "un", "a"), &poor, body).await;
    let told = if site.is_production() { "Permission denied" } else { "Permisison denied" };
    book.state("3.9 a creation in somebody else's: 403 (2024 misspells it)", &made, &refusal(403, told));
    let unread = site.post(&path(site, "un", "a"), &poor, json!({})).await;
    book.state("1.2 the fields are looked at before the right on the domain", &unread, &invalid("givenName"));
    let gone = site.call("DELETE", &jean, &poor).await;
    book.state("3.9 a deletion in somebody else's: 403", &gone, &denied);
}

/// Runs after the aliases, because one of them points to this mailbox.
pub(crate) async fn deletion(site: &Site, book: &mut Book) {
    let (jean, bearer) = (path(site, "un", "jean"), site.bearer());
    let gone = site.call("DELETE", &jean, &bearer).await;
    book.state("3.9 a mailbox is deleted", &gone, &want(204).header("content-type", "application/json"));
    book.hold("1.2 its answer has no body", gone.text.is_empty());
    let again = site.call("DELETE", &jean, &bearer).await;
    book.state("3.9 twice: 404", &again, &refusal(404, "Mailbox not found"));
    let aliases = format!("/domains/{}/aliases/?user_name=direction", site.domain("un"));
    let kept = site.get(&aliases, &bearer).await;
    let address = email(site, "jean", "un");
    let points = want(200).holds(move |body| body[0]["destination"] == address.as_str());
    book.state("3.9 an alias that points to it stays", &kept, &points);
}
