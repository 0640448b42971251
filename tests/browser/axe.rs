//! Checks the accessibility of a page with axe-core, in light and dark, and that the page fits the
//! width of a phone.

use std::sync::{LazyLock, Once};

use serde::Deserialize;
use serde_json::Value;

use crate::process::left_out;
use crate::visitor::Visitor;

/// Where `.ci/run` puts axe-core; it is not part of the repository.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe-core/axe.min.js");

static SCRIPT: LazyLock<Option<String>> = LazyLock::new(|| std::fs::read_to_string(AXE).ok());

const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run().then(
        (found) => done({scheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
            looked_at: found.passes.length, violations: found.violations}),
        (error) => done(String(error)));";

/// The width of a small phone.
const TELEPHONE: u16 = 320;

impl Visitor {
    /// Demands that axe-core finds no serious problem on this page.
    pub async fn can_everyone_use(&self, what: &str) {
        let language = self.script("return document.documentElement.lang").await;
        assert_eq!(language, self.setup.language, "{what}: the language of the page");
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{what}: the browser complains: {complaints:#?}");
        self.fits_a_telephone(what).await;
        self.has_no_barriers(what).await;
    }

    /// The same in a window of this width, in which the page must fit.
    pub async fn can_everyone_use_at(&self, width: u16, what: &str) {
        self.looks_through(width).await;
        let found = self.script("return document.documentElement.scrollWidth").await;
        assert!(found.as_u64() <= Some(width.into()), "{what}: {found} wide in a window of {width}");
        self.has_no_barriers(what).await;
        self.looks_through(0).await;
    }

    async fn has_no_barriers(&self, what: &str) {
        let Some(script) = SCRIPT.as_deref() else {
            static SAID: Once = Once::new();
            return left_out(&SAID, &format!("axe-core on the pages of the journeys, because {AXE} is not there"));
        };
        for scheme in ["light", "dark"] {
            self.prefers(scheme).await;
            self.script(script).await;
            let found = self.slow_script(RUN).await;
            let found = Found::deserialize(&found).unwrap_or_else(|_| panic!("{what}: axe-core fails: {found}"));
            assert_eq!(found.scheme, scheme, "{what}: the colours that are looked at");
            assert!(found.looked_at > 10, "{what}: axe-core looked at {} things only", found.looked_at);
            let barriers = found.barriers();
            assert!(barriers.is_empty(), "{what}, {scheme}:\n{}", barriers.join("\n"));
        }
        self.prefers("light").await;
    }

    async fn fits_a_telephone(&self, what: &str) {
        self.looks_through(TELEPHONE).await;
        let width = self.script("return document.documentElement.scrollWidth").await;
        self.looks_through(0).await;
        assert!(width.as_u64() <= Some(TELEPHONE.into()), "{what}: {width} wide on a telephone of {TELEPHONE}");
    }
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
    impact: Option<String>,
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
    /// The serious and critical violations, one line for each place.
    fn barriers(&self) -> Vec<String> {
        let is_grave = |rule: &&Rule| matches!(rule.impact.as_deref(), Some("serious" | "critical"));
        let mut lines = Vec::new();
        for rule in self.violations.iter().filter(is_grave) {
            lines.push(format!("{}: {}", rule.id, rule.help));
            for node in &rule.nodes {
                lines.push(format!("  {} {}", node.target, node.failure_summary.as_deref().unwrap_or_default()));
            }
        }
        lines
    }
}
