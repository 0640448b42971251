//! Checks the accessibility of a page as it is: with axe-core, in light and dark, on a desk and on a telephone, and
//! that nothing is lost with larger text, with wider spacing, or in forced colours.
//!
//! axe-core is itself a script and reads the page through the page's own interfaces: where JavaScript is off it cannot
//! run, so journeys without JavaScript leave it out. All that such pages have besides is the text of `<noscript>`, a
//! paragraph with a link, which tests/it reads.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use crate::process::left_out;
use crate::visitor::Visitor;

/// Where `.ci/run` puts axe-core; it is not part of the repository.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe-core/axe.min.js");

static SCRIPT: LazyLock<Option<String>> = LazyLock::new(|| std::fs::read_to_string(AXE).ok());

/// All rules of the levels A and AA, and the best practices.
const ALL_RULES: &str = "{}";
/// The rules that depend on colours. All other rules read what is the same in light and dark: names, roles, structure.
const COLOURS: &str = "{runOnly: ['color-contrast', 'link-in-text-block']}";

/// The pages that were checked, as the browser had them.
static CHECKED: Mutex<Option<HashSet<String>>> = Mutex::new(None);
/// The page without the numbers of its forms.
const PAGE: &str = "const page = document.documentElement.cloneNode(true);
    for (const field of page.querySelectorAll('input[type=hidden]')) field.removeAttribute('value');
    return page.outerHTML;";

/// The width of a small phone.
const TELEPHONE: u16 = 320;
/// The width of the window, in which a page is checked first.
const DESK: u16 = 0;

/// Finds what a page loses.
const LOSSES: &str = include_str!("losses.js");
/// Finds buttons and links with the same name that do different things.
const SAME_NAMES: &str = include_str!("same_names.js");

/// The size of text in browsers, and twice of it (WCAG 1.4.4).
const TEXT: u16 = 16;
/// What people may change about the spacing of text (WCAG 1.4.12), as a style sheet.
const SPACED: &str = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
     word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";

impl Visitor {
    /// Demands that everyone can use this page.
    pub async fn can_everyone_use(&self, what: &str) {
        let language = self.script("return document.documentElement.lang").await;
        assert_eq!(language, self.setup.language, "{what}: the language of the page");
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{what}: the browser complains: {complaints:#?}");
        if self.was_checked().await {
            return;
        }
        for width in [DESK, TELEPHONE] {
            self.looks_through(width).await;
            let place = if width == DESK { what.to_owned() } else { format!("{what}, {width} wide") };
            self.has_no_barriers(&place).await;
            for style in ["", SPACED] {
                self.loses_nothing(&place, style).await;
            }
        }
        self.looks_through(DESK).await;
        self.prefers_text_of(2 * TEXT).await;
        self.loses_nothing(&format!("{what}, text of 200 %"), "").await;
        self.prefers_text_of(TEXT).await;
        self.forces_colours(true).await;
        self.loses_nothing(&format!("{what}, forced colours"), "").await;
        self.forces_colours(false).await;
        let same = self.script(SAME_NAMES).await;
        assert_eq!(same, Value::Array(Vec::new()), "{what}: the same name for different things");
    }

    /// Whether another journey has had this very page checked.
    async fn was_checked(&self) -> bool {
        let page = format!("{} {}", self.setup.javascript, self.script(PAGE).await);
        let mut checked = CHECKED.lock().unwrap_or_else(PoisonError::into_inner);
        !checked.get_or_insert_default().insert(page)
    }

    async fn has_no_barriers(&self, what: &str) {
        let Some(script) = SCRIPT.as_deref() else {
            static SAID: Once = Once::new();
            return left_out(&SAID, &format!("axe-core on the pages of the journeys, because {AXE} is not there"));
        };
        if self.script("return !!window.axe").await == Value::Bool(false) {
            self.script(script).await;
        }
        for (scheme, rules, looked_at) in [("dark", COLOURS, 1), ("light", ALL_RULES, 10)] {
            self.prefers(scheme).await;
            let found = self.slow_script(&run(rules)).await;
            let found = Found::deserialize(&found).unwrap_or_else(|_| panic!("{what}: axe-core fails: {found}"));
            assert_eq!(found.scheme, scheme, "{what}: the colours that are looked at");
            assert!(found.looked_at >= looked_at, "{what}: axe-core looked at {} things only", found.looked_at);
            assert!(found.violations.is_empty(), "{what}, {scheme}:\n{}", found.lines());
        }
    }

    /// What the page loses as it is, and with wider spacing of text.
    pub async fn losses(&self) -> [(&'static str, Value); 2] {
        let script = format!("const losses = (style) => {{\n{LOSSES}\n}};\nreturn [losses(''), losses(`{SPACED}`)];");
        let mut lost = self.script(&script).await;
        let mut take = |n: usize| lost.get_mut(n).map(Value::take).unwrap_or_default();
        [("", take(0)), (", spaced", take(1))]
    }

    /// Demands that with this style no text is cut, no control is out of sight, and nothing scrolls sideways.
    async fn loses_nothing(&self, what: &str, style: &str) {
        let lost = self.script(&format!("const style = `{style}`;\n{LOSSES}")).await;
        assert_eq!(lost, Value::Array(Vec::new()), "{what}, with the style \"{style}\": what is lost");
    }
}

fn run(rules: &str) -> String {
    format!(
        "const done = arguments[arguments.length - 1];
        axe.run(document, {rules}).then(
            (found) => done({{scheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
                looked_at: found.passes.length + found.incomplete.length, violations: found.violations}}),
            (error) => done(String(error)));"
    )
}

/// What axe-core found on a page.
#[derive(Deserialize)]
struct Found {
    scheme: String,
    looked_at: usize,
    violations: Vec<Rule>,
}

/// A rule that the page breaks, and the places.
#[derive(Deserialize)]
struct Rule {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    target: Value,
    failure_summary: Option<String>,
}

impl Found {
    /// The violations, one line for each place.
    fn lines(&self) -> String {
        let mut lines = Vec::new();
        for rule in &self.violations {
            lines.push(format!("{}: {}", rule.id, rule.help));
            for node in &rule.nodes {
                lines.push(format!("  {} {}", node.target, node.failure_summary.as_deref().unwrap_or_default()));
            }
        }
        lines.join("\n")
    }
}
