//! Draws HTML in lines that are easy to compare: an element that contains only text is one line,
//! any other element has its children below it. Spaces between elements on different lines do not
//! count.

use scraper::{ElementRef, Html, Node, Selector};

/// Elements that are part of a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "br", "circle", "code", "em", "i", "path", "rect", "small", "span", "strong", "sup",
    "svg", "time", "use", "wbr",
];

/// Elements without an end tag.
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta", "wbr"];

/// The elements that a selector finds, drawn.
pub(super) fn of(html: &str, css: &str) -> String {
    let selector = Selector::parse(css).expect("a selector");
    let mut drawn = String::new();
    for element in Html::parse_document(html).select(&selector) {
        draw(element, 0, &mut drawn);
    }
    drawn
}

/// Whether it is the number that each form carries (`it::once` tests it).
fn is_form_number(element: ElementRef<'_>) -> bool {
    element.value().name() == "input" && element.attr("name") == Some("request")
}

fn draw(element: ElementRef<'_>, depth: usize, drawn: &mut String) {
    let indent = "  ".repeat(depth);
    if is_line(element) {
        let line = in_a_line(element, element.value().name() == "pre");
        return add(drawn, &indent, &line);
    }
    add(drawn, &indent, &start(element));
    for child in element.children() {
        match (child.value(), ElementRef::wrap(child)) {
            (_, Some(child)) if is_form_number(child) => {}
            (_, Some(child)) => draw(child, depth + 1, drawn),
            (Node::Text(text), _) if !text.trim().is_empty() => {
                add(drawn, &format!("{indent}  "), escaped(&one_space(text, false)).trim());
            }
            _ => {}
        }
    }
}

fn add(drawn: &mut String, indent: &str, line: &str) {
    drawn.extend([indent, line, "\n"]);
}

/// Whether an element contains only text and elements of a line.
fn is_line(element: ElementRef<'_>) -> bool {
    let mut inside = element.descendants().skip(1).filter_map(ElementRef::wrap);
    inside.all(|inside| INLINE.contains(&inside.value().name()))
}

fn in_a_line(element: ElementRef<'_>, verbatim: bool) -> String {
    let mut inside = String::new();
    for child in element.children() {
        match (child.value(), ElementRef::wrap(child)) {
            (_, Some(child)) => inside.push_str(&in_a_line(child, verbatim)),
            (Node::Text(text), _) => inside.push_str(&escaped(&one_space(text, verbatim))),
            _ => {}
        }
    }
    let name = element.value().name();
    if VOID.contains(&name) {
        return start(element);
    }
    let inside = if INLINE.contains(&name) || verbatim { inside.as_str() } else { inside.trim() };
    format!("{}{inside}</{name}>", start(element))
}

/// The start tag of an element, with its attributes sorted by name.
fn start(element: ElementRef<'_>) -> String {
    let mut attributes: Vec<(&str, &str)> = element.value().attrs().collect();
    attributes.sort_unstable();
    let attribute = |(name, value): (&str, &str)| {
        if value.is_empty() { format!(" {name}") } else { format!(" {name}=\"{}\"", escaped(value)) }
    };
    format!("<{}{}>", element.value().name(), attributes.into_iter().map(attribute).collect::<String>())
}

/// Replaces each run of spaces and line ends by one space. Non-breaking spaces stay.
fn one_space(text: &str, verbatim: bool) -> String {
    if verbatim {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' | '\n' | '\t' | '\r' if out.ends_with(' ') => {}
            ' ' | '\n' | '\t' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// Escapes text as in HTML; a non-breaking space becomes `&nbsp;`, so that it is visible.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    text.replace('\u{a0}', "&nbsp;").replace('\u{202f}', "&nnbsp;")
}

#[test]
fn words_stay_on_their_line() {
    let html =
        "<main  id=x class='y'>\n <p>One <a href=\"/?a&amp;b\">two</a>.</p><div><p>\n Three\u{a0}! </p></div></main>";
    let drawn = "<main class=\"y\" id=\"x\">\n  <p>One <a href=\"/?a&amp;b\">two</a>.</p>\n  <div>\n    <p>Three&nbsp;!</p>\n  </div>\n";
    assert_eq!(of(html, "main"), drawn.replace("  </div>\n", ""));
}
