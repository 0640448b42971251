//! An answer of the portal, and functions that find parts of its page.

use scraper::{ElementRef, Html, Selector};

/// A complete answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The headers, their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) text: String,
}

impl Answer {
    /// The body without the numbers of its forms, which differ each time that a page is shown.
    pub(crate) fn without_numbers(&self) -> String {
        let mut parts = self.text.split("name=\"request\" value=\"");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('"').map_or(part, |(_, rest)| rest))
    }

    /// The first header of that name, empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.as_str())
    }

    /// All headers of that name.
    pub(crate) fn all_headers(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The target of a redirect, empty when there is none.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// Demands a redirect (303) to this address.
    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) {
        assert_eq!((self.status, self.location()), (303, path), "{}", self.words());
    }

    /// Demands this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.words());
        self
    }

    fn each<T>(&self, css: &str, read: impl Fn(ElementRef<'_>) -> T) -> Vec<T> {
        let selector = Selector::parse(css).expect("a selector");
        Html::parse_document(&self.text).select(&selector).map(read).collect()
    }

    /// The text of each matching element.
    pub(crate) fn select(&self, css: &str) -> Vec<String> {
        self.each(css, |element| one_line(&element.text().collect::<String>()))
    }

    /// The value of an attribute of each matching element.
    pub(crate) fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.each(css, |element| element.attr(name).unwrap_or_default().to_owned())
    }

    /// Whether an element matches.
    pub(crate) fn has(&self, css: &str) -> bool {
        !self.each(css, |_| ()).is_empty()
    }

    /// The text of the page's body, on one line.
    pub(crate) fn words(&self) -> String {
        let body = self.select("body").join(" ");
        if body.is_empty() { self.text.clone() } else { body }
    }

    /// The status that the page shows for its object.
    #[track_caller]
    pub(crate) fn status_of_page(&self) -> String {
        let found = self.attributes("#status[data-status]", "data-status");
        assert_eq!(found.len(), 1, "one status on the page: {}", self.words());
        found.concat()
    }

    /// The error message at a field, empty when there is none.
    pub(crate) fn mistake(&self, field: &str) -> String {
        self.select(&format!("[data-mistake=\"{field}\"]")).join(" ")
    }

    /// The names of the fields with an error.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        self.attributes("[data-mistake]", "data-mistake")
    }

    /// The value of a field.
    #[track_caller]
    pub(crate) fn value(&self, field: &str) -> String {
        let css = format!("main [name=\"{field}\"]");
        let found = self.attributes(&css, "value");
        assert_eq!(found.len(), 1, "one field {field}: {}", self.words());
        found.concat()
    }

    /// The addresses in a list of mailboxes.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.attributes("[data-address]", "data-address")
    }

    /// The names in a list of domains.
    pub(crate) fn domains(&self) -> Vec<String> {
        self.attributes("[data-domain]", "data-domain")
    }

    /// The notice on top of the page: its kind and its text.
    pub(crate) fn notice(&self) -> (String, String) {
        (self.attributes("[data-notice]", "data-notice").concat(), self.select("[data-notice] .notice-text").concat())
    }

    /// The language of the page.
    pub(crate) fn language(&self) -> String {
        self.attributes("html", "lang").concat()
    }

    /// The link of the pager to `first`, `prev`, `next` or `last`.
    pub(crate) fn page_link(&self, rel: &str) -> Option<String> {
        self.attributes(&format!("a[rel=\"{rel}\"]"), "href").pop()
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
