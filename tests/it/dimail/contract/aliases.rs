//! Aliases (section 3.10 of the contract): pairs of a local part and a destination.

use serde_json::json;

use crate::dimail::contract::site::Site;
use crate::dimail::contract::{Book, invalid, refusal, want};

/// Leaves the alias `direction`, which points to the mailbox `jean`, for later statements.
pub(crate) async fn pairs(site: &mut Site, book: &mut Book) {
    let (un, bearer) = (site.domain("un"), site.bearer());
    let status = if site.is_production() { 201 } else { 200 };
    let created = || want(status);
    let jean = format!("jean@{un}");
    let made = site.add_alias(&un, "direction", &jean).await;
    let (domain, to, production) = (un.clone(), jean.clone(), site.is_production());
    let shape = created().holds(move |body| {
        let pair =
            body["username"] == "direction" && body["domain"] == domain.as_str() && body["destination"] == to.as_str();
        pair && body.get("allow_to_send").is_some() == production
    });
    book.state("3.10 an alias is made: 201, in 2024 200; asked as user_name, told as username", &made, &shape);
    let exists = refusal(409, "Alias already exists");
    let again = site.add_alias(&un, "direction", &jean).await;
    book.state("3.10 the same pair: 409", &again, &exists);
    let again = site.add_alias(&un, "DIRECTION", &jean.to_uppercase()).await;
    book.state("3.10 the same pair in another case: 409", &again, &exists);
    for (statement, name, to) in [
        ("3.10 a second destination of a name", "contact", "x@ailleurs.invalid"),
        ("3.10 a third", "contact", "y@ailleurs.invalid"),
        ("3.10 devnull@devnull discards", "contact", "devnull@devnull"),
        ("3.10 an alias may have a mailbox's name", "jean", "z@ailleurs.invalid"),
    ] {
        let made = site.add_alias(&un, name, to).await;
        book.state(statement, &made, &created());
    }
    let list = format!("/domains/{un}/aliases/");
    let half = site.post(&list, &bearer, json!({"user_name": "seul"})).await;
    book.state("3.10 a destination is required", &half, &invalid("destination"));
    looking(site, book, &list).await;
    removing(site, book, &list).await;
}

async fn looking(site: &Site, book: &mut Book, list: &str) {
    let bearer = site.bearer();
    let of = |size: usize| want(200).holds(move |body| body.as_array().is_some_and(|all| all.len() == size));
    book.state("3.10 all aliases", &site.get(list, &bearer).await, &of(5));
    let get = |query: &'static str| async move { site.get(&format!("{list}?{query}"), &site.bearer()).await };
    book.state("3.10 the destinations of a name", &get("user_name=contact").await, &of(3));
    book.state("3.10 of an unknown name: an empty list", &get("user_name=personne").await, &of(0));
    book.state("3.10 one pair", &get("user_name=contact&destination=x@ailleurs.invalid").await, &of(1));
    let unknown = get("user_name=contact&destination=w@ailleurs.invalid").await;
    book.state("3.10 an unknown pair: 404", &unknown, &refusal(404, "Alias not found"));
    let told = "It is forbidden to only provide the destination in a request";
    let alone = get("destination=x@ailleurs.invalid").await;
    book.state("3.10 a destination alone: 412", &alone, &refusal(412, told));
    if site.is_production() {
        let path = format!("/domains/{}/address/contact/", site.domain("un"));
        let known = site.get(&path, &bearer).await;
        let told = want(200).holds(|body| body["is_alias"] == true && body["is_mailbox"] == false);
        book.state("3.9 an address that is an alias", &known, &told);
    }
    if let Some((_, poor)) = site.stranger().await {
        let denied = refusal(403, "Permission denied");
        book.state("3.10 the aliases of somebody else's domain: 403", &site.get(list, &poor).await, &denied);
        let body = json!({"user_name": "a", "destination": "b@c.invalid"});
        book.state("3.10 an alias in somebody else's domain: 403", &site.post(list, &poor, body).await, &denied);
    }
}

async fn removing(site: &Site, book: &mut Book, list: &str) {
    let delete =
        |rest: &'static str| async move { site.call("DELETE", &format!("{list}{rest}"), &site.bearer()).await };
    let gone = want(204).header("content-type", "application/json");
    book.state("3.10 one destination is removed", &delete("contact/x@ailleurs.invalid").await, &gone);
    let none = refusal(404, "Not found");
    book.state("3.10 twice: 404", &delete("contact/x@ailleurs.invalid").await, &none);
    book.state("3.10 all removes the others", &delete("contact/all").await, &gone);
    book.state("3.10 all of none: 404", &delete("contact/all").await, &none);
    let left = site.get(&format!("{list}?user_name=contact"), &site.bearer()).await;
    book.state("3.10 nothing of the name is left", &left, &want(200).holds(|body| *body == json!([])));
    book.state("3.10 in any case", &delete("JEAN/Z@AILLEURS.invalid").await, &gone);
}
