//! Finds which module of the crate uses which, from the syntax of the sources: every `use` and
//! every path, also in the bodies of macros, whether it begins with `crate`, `super`, `self` or an
//! imported name. Code under `#[cfg(test)]` is left out.

use std::collections::{BTreeMap, BTreeSet};

use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree};

/// The names that lead from the crate root to a module; empty for the root.
pub(super) type Module = Vec<String>;

/// A name that a module imports.
struct Import {
    name: String,
    path: Vec<String>,
    is_glob: bool,
    is_public: bool,
}

#[derive(Default)]
struct Contents {
    items: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths as written, each with the inline modules that contain it.
    paths: Vec<(Module, Vec<String>)>,
}

/// All modules and their contents.
#[derive(Default)]
pub(super) struct Sources {
    modules: BTreeMap<Module, Contents>,
    only_for_tests: BTreeSet<Module>,
}

impl Sources {
    /// Parses files, each given by its path below `src` and its text.
    pub(super) fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sources = Self::default();
        for (path, text) in files {
            let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            let module = module_of(path);
            let mut reader = Reader { here: module.clone(), sources: &mut sources };
            reader.sources.modules.entry(module).or_default();
            reader.visit_file(&file);
        }
        let only_for_tests = sources.only_for_tests.clone();
        sources.modules.retain(|module, _| !only_for_tests.iter().any(|tests| module.starts_with(tests)));
        sources
    }

    /// Each module with the modules that it uses, without itself. An item that is re-exported with
    /// `pub use` counts as used from the module that defines it, if both are in the same part of
    /// the code. With `with_handed_on`, the re-export itself counts as a use, too.
    pub(super) fn uses(&self, with_handed_on: bool) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut uses: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (module, contents) in &self.modules {
            let targets = uses.entry(module.clone()).or_default();
            let imports = contents.imports.iter().filter(|import| with_handed_on || !import.is_public);
            let paths = contents.paths.iter().filter_map(|(here, path)| self.start(here, path));
            for path in imports.map(|import| import.path.clone()).chain(paths) {
                targets.insert(self.place(&path, 0));
            }
            targets.remove(module);
        }
        uses
    }

    /// A path of the code, from the crate root; `None` if it leads out of the crate.
    fn start(&self, here: &Module, path: &[String]) -> Option<Vec<String>> {
        let absolute = absolute(here, path);
        if absolute.is_some() {
            return absolute;
        }
        let first = path.first().filter(|_| path.len() > 1)?;
        let own: Module = here.iter().chain([first]).cloned().collect();
        let import = || self.modules.get(here)?.imports.iter().find(|import| import.name == *first);
        let start = if self.modules.contains_key(&own) { own } else { import()?.path.clone() };
        Some(start.into_iter().chain(path.iter().skip(1).cloned()).collect())
    }

    /// The module that defines the end of a path, found by following imports.
    fn place(&self, path: &[String], depth: usize) -> Module {
        let mut module = Module::new();
        for (n, name) in path.iter().enumerate() {
            let inner: Module = module.iter().chain([name]).cloned().collect();
            if self.modules.contains_key(&inner) {
                module = inner;
                continue;
            }
            let Some(contents) = self.modules.get(&module).filter(|known| !known.items.contains(name)) else { break };
            let rest = path.get(n + 1..).unwrap_or_default();
            for import in contents.imports.iter().filter(|import| depth < 8 && (import.is_glob || import.name == *name))
            {
                let mut there = import.path.clone();
                if import.is_glob {
                    there.push(name.clone());
                }
                there.extend_from_slice(rest);
                let place = self.place(&there, depth + 1);
                // A re-export from another part of the code is not followed.
                let is_within = place.first() == module.first();
                let is_found = |known: &Contents| is_within && (known.items.contains(name) || !import.is_glob);
                if self.modules.get(&place).is_some_and(is_found) {
                    return place;
                }
            }
            break;
        }
        module
    }
}

/// The module of a file: `["store", "access"]` for `store/access.rs`.
fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').filter(|name| *name != "lib").map(str::to_owned).collect()
}

/// A path that begins with `crate`, `super` or `self`, from the crate root.
fn absolute(here: &Module, path: &[String]) -> Option<Vec<String>> {
    let mut base = here.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => base.clear(),
        "self" => {}
        "super" => {
            base.pop();
        }
        _ => return None,
    }
    rest = rest.get(1..)?;
    while rest.first().is_some_and(|name| name == "super") {
        base.pop();
        rest = rest.get(1..)?;
    }
    Some(base.into_iter().chain(rest.iter().cloned()).collect())
}

struct Reader<'a> {
    here: Module,
    sources: &'a mut Sources,
}

impl Reader<'_> {
    fn contents(&mut self) -> &mut Contents {
        self.sources.modules.entry(self.here.clone()).or_default()
    }

    fn note(&mut self, path: Vec<String>) {
        let here = self.here.clone();
        self.contents().paths.push((here, path));
    }

    fn import(&mut self, tree: &UseTree, before: &[String], is_public: bool) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        let (name, path, is_glob) = match tree {
            UseTree::Path(inner) => return self.import(&inner.tree, &with(&inner.ident), is_public),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|inner| self.import(inner, before, is_public));
            }
            UseTree::Glob(_) => (String::new(), before.to_vec(), true),
            UseTree::Rename(inner) => (inner.rename.to_string(), with(&inner.ident), false),
            UseTree::Name(inner) if inner.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_vec(), false)
            }
            UseTree::Name(inner) => (inner.ident.to_string(), with(&inner.ident), false),
        };
        let path = match path.last() {
            Some(last) if last == "self" && path.len() > 1 => path.get(..path.len() - 1).unwrap_or_default().to_vec(),
            _ => path,
        };
        // A path that is neither in the crate nor in a declared child leads to another crate.
        let children = self.here.iter().cloned().chain(path.first().cloned()).collect::<Module>();
        let path = match absolute(&self.here, &path) {
            Some(path) => path,
            None if self.is_declared(&children) => self.here.iter().cloned().chain(path).collect(),
            None => return,
        };
        self.contents().imports.push(Import { name, path, is_glob, is_public });
    }

    /// Whether the module here declares a child of this name.
    fn is_declared(&mut self, child: &Module) -> bool {
        let name = child.last().cloned().unwrap_or_default();
        self.contents().items.contains(&format!("mod {name}"))
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|what| what == "test")
    };
    attributes.iter().any(is_test)
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Fn(item) => item.sig.ident.to_string(),
        // Modules have a namespace of their own here: a module is found by its file.
        Item::Mod(item) => format!("mod {}", item.ident),
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Const(item) => item.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.contents().items.extend(file.items.iter().filter_map(name_of));
        visit::visit_file(self, file);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes_of(item)) {
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item {
            let module: Module = self.here.iter().cloned().chain([module.ident.to_string()]).collect();
            self.sources.only_for_tests.insert(module);
        }
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        if !is_for_tests(&method.attrs) {
            visit::visit_impl_item_fn(self, method);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let Some((_, items)) = &module.content else { return };
        self.here.push(module.ident.to_string());
        self.contents().items.extend(items.iter().filter_map(name_of));
        visit::visit_item_mod(self, module);
        self.here.pop();
    }

    fn visit_item_use(&mut self, used: &'ast ItemUse) {
        let is_public = !matches!(used.vis, syn::Visibility::Inherited);
        self.import(&used.tree, &[], is_public);
    }

    /// A visibility such as `pub(in crate::store)` is not a use.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.note(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let mut found = Vec::new();
        let all = |input: ParseStream<'_>| {
            input.step(|cursor| {
                paths(*cursor, &mut found);
                let mut rest = *cursor;
                while let Some((_, next)) = rest.token_tree() {
                    rest = next;
                }
                Ok(((), rest))
            })
        };
        call.parse_body_with(all).expect("any tokens");
        for path in found {
            self.note(path);
        }
        visit::visit_macro(self, call);
    }
}

/// The paths in a token stream: names joined by `::`.
fn paths(mut cursor: Cursor<'_>, found: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    while !cursor.eof() {
        if let Some((name, next)) = cursor.ident() {
            if colons != 2 {
                found.push(std::mem::take(&mut path));
            }
            path.push(name.to_string());
            (colons, cursor) = (0, next);
        } else if let Some((mark, next)) = cursor.punct() {
            colons = if mark.as_char() == ':' { colons + 1 } else { 0 };
            if colons == 0 {
                found.push(std::mem::take(&mut path));
            }
            cursor = next;
        } else if let Some((inside, _, _, next)) = cursor.any_group() {
            found.push(std::mem::take(&mut path));
            paths(inside, found);
            (colons, cursor) = (0, next);
        } else if let Some((_, next)) = cursor.token_tree() {
            found.push(std::mem::take(&mut path));
            (colons, cursor) = (0, next);
        }
    }
    found.push(path);
    found.retain(|path| !path.is_empty());
}
