//! The form of a new mailbox tells whether its address is free, and no more than its answer would.

use crate::support::{Anna, Bruno, Portal, Visitor, on_both};

on_both!(a_form_tells_whether_its_address_is_free, a_guarded_address_is_left_to_the_form);

/// The state and the words for first name, last name and local part; empty if nothing is said.
async fn told(visitor: &Visitor, [first, last, part]: [&str; 3]) -> (String, String) {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("first_name", first), ("last_name", last), ("local_part", part)])
        .finish();
    let answer = visitor.get(&format!("/domains/orléans.fr/new-mailbox/address?{query}").replace('é', "%C3%A9")).await;
    assert_eq!(answer.is(302).location().split('?').next(), Some("/domains/xn--orlans-dva.fr/new-mailbox/address"));
    let to = answer.location().to_owned();
    let piece = visitor.get(&to).await;
    let state = piece.is(200).attributes("[data-state]", "data-state").concat();
    (state, piece.select("[data-state]").concat().trim().replace('\u{a0}', " "))
}

async fn a_form_tells_whether_its_address_is_free(portal: &Portal) {
    portal.add_domain(Anna, "orléans.fr").await;
    let anna = portal.sign_in(Anna).await;
    let form = anna.get("/domains/xn--orlans-dva.fr/new-mailbox").await;
    let asked = form.attributes("form [hx-get]", "hx-get");
    assert_eq!(asked, ["/domains/xn--orlans-dva.fr/new-mailbox/address"]);
    assert_eq!(form.select("form .suffix"), ["@orléans.fr"]);

    let free = ("free".to_owned(), "L’adresse sera zoe.martin@orléans.fr.".to_owned());
    assert_eq!(told(&anna, ["Zoé", "Martin", ""]).await, free);
    for nothing in [["", "", ""], ["Zoé", "", ""], ["", "Martin", ""], ["Zoé", "Martin", "zoé..l"], ["x", "y", "@"]]
    {
        assert_eq!(told(&anna, nothing).await, (String::new(), String::new()), "{nothing:?}");
    }
    anna.new_mailbox("xn--orlans-dva.fr", ["Zoé", "Martin", "", "zoe@ailleurs.test"]).await.is(303);
    anna.new_mailbox("xn--orlans-dva.fr", ["Zoé", "Autre", "zoe.martin2", "zoe@ailleurs.test"]).await.is(303);
    let (state, words) = told(&anna, ["Zoé", "Martin", ""]).await;
    assert_eq!(state, "taken");
    let address = "zoe.martin@orléans.fr est déjà prise. zoe.martin3@orléans.fr est libre.";
    let name = "Une autre boîte de orléans.fr porte déjà le nom « Zoé Martin » (zoe.martin@orléans.fr).";
    assert!(words.starts_with(&format!("{address} {name}")), "{words}");
    let (_, words) = told(&anna, ["", "", " ZOE.martin "]).await;
    assert_eq!(words, "zoe.martin@orléans.fr est déjà prise. zoe.martin3@orléans.fr est libre.");
    assert_eq!(told(&anna, ["Jean", "Neuf", ""]).await.0, "free");
    // A free address does not help where another mailbox has the name.
    let (state, words) = told(&anna, ["Zoé", "Martin", "accueil"]).await;
    assert_eq!(state, "free");
    assert!(words.starts_with("L’adresse sera accueil@orléans.fr. Une autre boîte"), "{words}");
    portal.work().await;
}

/// An administrator may not have the address of an owner: the form says so with its reason.
async fn a_guarded_address_is_left_to_the_form(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    portal.add_account(&crate::support::Person { email: "paul.roy@ville.fr", ..Anna }).await;
    let of_owner = "insert into members (id, domain_id, user_id, role, created_at) select \
                    '01900000-0000-7000-8000-000000000009', domains.id, users.id, 'owner', 0 from domains, users \
                    where domains.name = 'ville.fr' and users.email = 'paul.roy@ville.fr'";
    portal.database.change(of_owner).await;
    let ask = "/domains/ville.fr/new-mailbox/address?first_name=Paul&last_name=Roy";
    assert_eq!(anna.get(ask).await.is(200).attributes("[data-state]", "data-state"), ["free"]);
    assert!(!bruno.get(ask).await.is(200).has("[data-state]"));
    assert_eq!(bruno.new_mailbox("ville.fr", ["Paul", "Roy", "", ""]).await.mistakes(), ["local_part"]);
}
