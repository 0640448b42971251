//! Checks the layers of `src/architecture.md`: a part of the code uses only parts below it, and the
//! modules inside a part do not use each other in a cycle.

use std::collections::{BTreeMap, BTreeSet};

use super::files;
use super::imports::{Module, Sources};

/// From the lowest to the highest. `cli` is above `web` and `worker`, which it starts.
const LAYERS: &[&[&str]] = &[
    &["model"],
    &["clock", "config", "i18n", "telemetry", "urls"],
    &["dimail", "mail", "store"],
    &["actions"],
    &["web", "worker"],
    &["cli"],
];

/// The fake dimail is beside the layers: it uses `model`, and `cli` starts it.
const FAKE: &str = "fake_dimail";

/// Must not be used although it is a lower layer: calls to dimail go through `actions`.
const APART: &[(&str, &str)] = &[("web", "dimail"), ("worker", "dimail")];

/// The part of the code to which a module belongs; none for the crate root.
fn part(module: &Module) -> Option<&str> {
    match module.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [part, ..] => Some(part),
        [] => None,
    }
}

fn layer(part: &str) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&part));
    found.unwrap_or_else(|| panic!("{part} has no layer: add it to src/architecture.md and here"))
}

fn may_use(by: &str, used: &str) -> bool {
    match (by, used) {
        (FAKE, used) => used == "model",
        (by, FAKE) => by == "cli",
        pair => !APART.contains(&pair) && layer(used) < layer(by),
    }
}

/// The uses that the layers forbid: the module, and the part that it uses.
fn forbidden(sources: &Sources) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    for (module, used) in sources.uses(true) {
        let Some(by) = part(&module) else { continue };
        for used in used.iter().filter_map(part).filter(|used| *used != by && !may_use(by, used)) {
            found.insert((module.join("::"), used.to_owned()));
        }
    }
    found.into_iter().collect()
}

/// The cycles inside each part: sets of modules that all reach each other. Uses between a module
/// and those inside it are not counted.
fn circles(sources: &Sources) -> Vec<Vec<String>> {
    let mut uses = sources.uses(false);
    for (module, used) in &mut uses {
        let is_inside = |one: &Module, other: &Module| one.starts_with(other) || other.starts_with(one);
        used.retain(|other| part(other) == part(module) && !is_inside(module, other));
    }
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        uses.keys().map(|module| (module, reached_from(module, &uses))).collect();
    let mut found = BTreeSet::new();
    for (module, others) in &reached {
        let together = others.iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(module)));
        let together: BTreeSet<String> = together.map(|module| module.join("::")).collect();
        if !together.is_empty() {
            found.insert(together.into_iter().collect::<Vec<_>>());
        }
    }
    found.into_iter().collect()
}

fn reached_from<'a>(start: &'a Module, uses: &'a BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<&'a Module> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![start]);
    while let Some(module) = open.pop() {
        for used in uses.get(module).into_iter().flatten() {
            if reached.insert(used) {
                open.push(used);
            }
        }
    }
    reached
}

fn of_the_project(read: impl Fn(&Sources)) {
    let all = files("src", "rs");
    let below = all.iter().map(|(path, text)| (path.strip_prefix("src/").expect("below src"), text.as_str()));
    read(&Sources::read(below.filter(|(path, _)| *path != "main.rs")));
}

#[test]
fn each_part_uses_those_below() {
    of_the_project(|sources| {
        let found = forbidden(sources);
        assert!(found.is_empty(), "which module uses which part that it must not: {found:#?}");
    });
}

#[test]
fn modules_do_not_use_each_other_in_a_circle() {
    of_the_project(|sources| {
        let found = circles(sources);
        assert!(found.is_empty(), "modules use each other in a circle: {found:#?}");
    });
}

#[test]
fn templates_use_what_pages_may() {
    for (file, text) in files("templates", "html") {
        for rest in text.split("crate::").skip(1) {
            let used = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            assert!(used == "web" || may_use("web", used), "{file} uses {used}");
        }
    }
}

/// A small crate for the tests: `model` and parts above it, with this text in one of its files.
fn with(path: &str, text: &str) -> Sources {
    let mut all = BTreeMap::from([
        ("model/mod.rs", "pub mod id; pub mod name;"),
        ("model/id.rs", "pub struct Id;"),
        ("model/name.rs", ""),
        ("store/mod.rs", "mod access; pub use access::Allowed; pub struct Store;"),
        ("store/access.rs", "pub struct Allowed;"),
        ("store/rows.rs", ""),
        ("mail.rs", ""),
        ("dimail/mod.rs", "pub struct Dimail;"),
        ("fake_dimail/mod.rs", ""),
        ("web/mod.rs", "pub struct Page;"),
        ("cli.rs", ""),
    ]);
    all.insert(path, text);
    Sources::read(all)
}

#[test]
fn no_spelling_hides_a_use() {
    for (text, used) in [
        ("use crate::{store::Store, web::Page};", &["store", "web"][..]),
        ("use crate::{self as all, store::{self, Store as S}};", &["store"]),
        ("use super::super::web;", &["web"]),
        ("fn f() { super::super::web::draw(); }", &["web"]),
        ("mod inner { use super::super::super::store::Store; }", &["store"]),
        ("mod inner { fn f() -> super::super::super::web::Page { todo!() } }", &["web"]),
        ("use self::super::super::mail;", &["mail"]),
        ("use crate as all; fn f() { all::store::Store; }", &["store"]),
        ("type T = Vec<Option<crate::store::Store>>;", &["store"]),
        ("impl From<crate::store::Store> for Name { fn f(&self) -> usize { crate::web::N } }", &["store", "web"]),
        ("fn f() { format!(\"{}\", [g(crate::web::N)]); }", &["web"]),
        ("#[derive(Debug)] struct S { page: crate::web::Page }", &["web"]),
        ("use crate::fake_dimail::Fake;", &["fake_dimail"]),
        ("pub(in crate::model) use super::id::Id; fn f() { use crate::store::Store; }", &["store"]),
        ("/// As [`crate::web::Page`].\nfn f() { \"crate::store::Store\"; } // crate::mail", &[]),
        ("#[cfg(test)] mod tests { use crate::store::Store; } #[cfg(test)] use crate::web::Page;", &[]),
        ("use super::id::Id; use std::fmt; fn f() -> fmt::Result { web::f(); Ok(()) }", &[]),
    ] {
        let found = forbidden(&with("model/name.rs", text));
        let expected: Vec<_> = used.iter().map(|used| ("model::name".to_owned(), (*used).to_owned())).collect();
        let found: Vec<_> = found.into_iter().map(|(module, used)| (module.replace("::inner", ""), used)).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn neighbours_and_the_fake_are_kept_apart() {
    let finds = |path, text| forbidden(&with(path, text)).into_iter().map(|(_, used)| used).collect::<Vec<_>>();
    assert_eq!(finds("mail.rs", "use crate::store::Store; use crate::model::id::Id;"), ["store"]);
    assert_eq!(finds("web/mod.rs", "use crate::dimail::Dimail; use crate::store::Store;"), ["dimail"]);
    assert_eq!(finds("fake_dimail/mod.rs", "use crate::dimail::Dimail; use crate::model::id::Id;"), ["dimail"]);
    assert_eq!(finds("dimail/mod.rs", "pub use crate::fake_dimail::Fake;"), ["fake_dimail"]);
    assert_eq!(finds("cli.rs", "use crate::{fake_dimail::Fake, web::Page};"), [""; 0]);
}

#[test]
fn circles_are_found() {
    let model = |id: &str, name: &str, root: &str| {
        circles(&Sources::read([("model/mod.rs", root), ("model/id.rs", id), ("model/name.rs", name)]))
    };
    let both = [["model::id".to_owned(), "model::name".to_owned()]];
    let root = "pub mod id; pub mod name; pub use name::Name;";
    assert_eq!(model("use super::name::Name;", "use crate::model::id::Id;", root), both);
    assert_eq!(model("use crate::model::Name;", "pub struct Name; fn f() { super::id::f(); }", root), both);
    assert_eq!(model("use super::{Name as N};", "use super::id::*; pub struct Name;", root), both);
    assert_eq!(
        model("use super::name::Name;", "#[cfg(test)] mod tests { use super::super::id::Id; }", root),
        [[""; 0]; 0]
    );
    // A module and its parent.
    assert_eq!(model("use super::Root;", "", "mod id; pub struct Root; use id::Id;"), [[""; 0]; 0]);
}
