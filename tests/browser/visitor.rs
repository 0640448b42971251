//! A person at the browser: looks at pages, types, clicks, and waits until elements appear.

use std::fmt::Display;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::error::WebDriverResult;
use thirtyfour::{By, Key, TypingData, WebDriver, WebElement};

use crate::browser::Setup;
use crate::demo::Demo;

/// How long an element may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person at the browser.
pub struct Visitor {
    /// The address of the portal.
    pub demo: Demo,
    /// How the browser was set up.
    pub setup: Setup,
    driver: WebDriver,
}

impl Visitor {
    /// Creates a visitor with this browser.
    pub fn new(driver: WebDriver, demo: Demo, setup: Setup) -> Self {
        Self { demo, setup, driver }
    }

    /// Retries until it works: a page may still be loading or changing.
    async fn soon<T>(&self, what: impl Display, mut attempt: impl AsyncFnMut() -> WebDriverResult<Option<T>>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let trouble = match attempt().await {
                Ok(Some(found)) => return found,
                Ok(None) => String::new(),
                Err(error) => error.to_string(),
            };
            if Instant::now() > until {
                let (place, text) = (self.address().await, self.read("body").await.unwrap_or_default());
                let text: String = text.chars().take(2_000).collect();
                panic!("{what}: not on {place} {trouble}\n{text}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn find(&self, what: &str) -> WebDriverResult<WebElement> {
        self.driver.find(by(what)).await
    }

    async fn read(&self, css: &str) -> WebDriverResult<String> {
        self.find(css).await?.text().await
    }

    async fn address(&self) -> String {
        self.driver.current_url().await.map(String::from).unwrap_or_default()
    }

    /// Opens a path of the portal, or another address.
    pub async fn open(&self, place: &str) {
        let url = if place.starts_with('/') { format!("{}{place}", self.demo.url) } else { place.to_owned() };
        self.driver.goto(&url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Presses the browser's button "back".
    pub async fn back(&self) {
        self.driver.back().await.unwrap_or_else(|error| panic!("there is no page before: {error}"));
    }

    /// Waits until the browser is at this path.
    pub async fn stands_on(&self, path: &str) {
        let url = format!("{}{path}", self.demo.url);
        self.soon(format!("standing on {path}"), async || Ok((self.address().await == url).then_some(()))).await;
    }

    /// Waits until the browser is at an address without these words.
    pub async fn leaves(&self, words: &str) {
        self.soon(format!("leaving {words}"), async || Ok((!self.address().await.contains(words)).then_some(()))).await;
    }

    /// Waits until this element is visible.
    pub async fn sees(&self, css: &str) {
        self.soon(format!("seeing {css}"), async || Ok(self.find(css).await?.is_displayed().await?.then_some(())))
            .await;
    }

    /// Waits until this element is visible; without JavaScript by the link with which a page is asked for again.
    pub async fn sees_by_asking(&self, css: &str) {
        let look = async || {
            if !self.setup.javascript && !self.is_shown(css).await && self.is_shown("#reload a").await {
                self.find("#reload a").await?.click().await?;
            }
            Ok(self.is_shown(css).await.then_some(()))
        };
        self.soon(format!("seeing {css}"), look).await;
    }

    /// Reloads the page until this element is visible.
    pub async fn sees_in_time(&self, css: &str) {
        let look = async || {
            if self.count(css).await == 0 {
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.driver.refresh().await?;
                return Ok(None);
            }
            Ok(Some(()))
        };
        self.soon(format!("seeing {css} in time"), look).await;
    }

    /// The number of matching elements.
    pub async fn count(&self, css: &str) -> usize {
        self.driver.find_all(by(css)).await.map(|found| found.len()).unwrap_or_default()
    }

    /// Whether this element exists and is visible.
    pub async fn is_shown(&self, css: &str) -> bool {
        match self.find(css).await {
            Ok(found) => found.is_displayed().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// The text of an element.
    pub async fn text(&self, css: &str) -> String {
        self.soon(format!("reading {css}"), async || self.read(css).await.map(Some)).await
    }

    /// The value of an attribute of an element.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        let look = async || self.find(css).await?.attr(name).await;
        self.soon(format!("reading {name} of {css}"), look).await
    }

    /// The value of a field.
    pub async fn typed(&self, field: &str) -> String {
        let look = async || self.find(&format!("[name=\"{field}\"]")).await?.value().await;
        self.soon(format!("reading the field {field}"), look).await
    }

    /// Clicks a button or a link.
    pub async fn press(&self, css: &str) {
        self.soon(format!("pressing {css}"), async || self.find(css).await?.click().await.map(Some)).await;
    }

    /// Types into a field, replacing its content.
    pub async fn types(&self, field: &str, text: &str) {
        let act = async || {
            let input = self.find(&format!("main [name=\"{field}\"]")).await?;
            input.clear().await?;
            input.send_keys(text).await.map(Some)
        };
        self.soon(format!("typing into {field}"), act).await;
    }

    /// Submits the form of the page.
    pub async fn sends(&self) {
        self.press("main form.form button:not([type=button])").await;
    }

    /// Presses a key in the element that has the focus.
    pub async fn key(&self, key: Key) {
        let pressed = self.driver.action_chain().send_keys(TypingData::from(key)).perform().await;
        pressed.unwrap_or_else(|error| panic!("a key is not pressed: {error}"));
    }

    /// Types text into the element that has the focus.
    pub async fn keys(&self, text: &str) {
        let typed = self.driver.action_chain().send_keys(text).perform().await;
        typed.unwrap_or_else(|error| panic!("nothing is typed: {error}"));
    }

    /// Whether the element with the focus matches.
    pub async fn is_at(&self, css: &str) -> bool {
        let found = async {
            let active = self.driver.active_element().await?;
            Ok::<bool, thirtyfour::error::WebDriverError>(self.find(css).await?.element_id() == active.element_id())
        };
        found.await.unwrap_or(false)
    }

    /// Waits until this element has the focus.
    pub async fn comes_to(&self, css: &str) {
        self.soon(format!("the focus on {css}"), async || Ok(self.is_at(css).await.then_some(()))).await;
    }

    /// The title of the page.
    pub async fn title(&self) -> String {
        self.driver.title().await.unwrap_or_default()
    }

    /// What the live region said since the page was told to keep it.
    pub async fn heard(&self) -> Vec<String> {
        let heard = self.script("return window.heard").await;
        heard.as_array().into_iter().flatten().filter_map(|words| words.as_str().map(str::to_owned)).collect()
    }

    /// Waits until the live region says these words now.
    pub async fn says(&self, words: &str) {
        let look = async || {
            let said = self.script("return document.getElementById('said').textContent").await;
            Ok(said.as_str().is_some_and(|said| said.contains(words)).then_some(()))
        };
        self.soon(format!("{words} being said"), look).await;
    }

    /// Waits until the live region has said these words.
    pub async fn hears(&self, words: &str) {
        let look = async || Ok(self.heard().await.iter().any(|said| said.contains(words)).then_some(()));
        self.soon(format!("hearing {words}"), look).await;
    }

    /// Runs a script as the driver, not as the page, so that the content policy does not block it.
    pub async fn script(&self, script: &str) -> Value {
        let ran = self.driver.execute(script, Vec::new()).await;
        ran.unwrap_or_else(|error| panic!("a script fails: {error}")).json().clone()
    }

    /// The same for a script that passes its result to its last argument.
    pub async fn slow_script(&self, script: &str) -> Value {
        let ran = self.driver.execute_async(script, Vec::new()).await;
        ran.unwrap_or_else(|error| panic!("a script fails: {error}")).json().clone()
    }

    /// Chooses light or dark.
    pub async fn prefers(&self, scheme: &str) {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.tell("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Turns the colours that the browser forces on pages on or off.
    pub async fn forces_colours(&self, forced: bool) {
        let value = if forced { "active" } else { "none" };
        self.tell("Emulation.setEmulatedMedia", json!({"features": [{"name": "forced-colors", "value": value}]})).await;
    }

    /// Sets the size of text that people have chosen in their browser, in pixels.
    pub async fn prefers_text_of(&self, size: u16) {
        self.tell("Page.setFontSizes", json!({"fontSizes": {"standard": size, "fixed": size}})).await;
    }

    /// Sets the width of the window; 0 is the default.
    pub async fn looks_through(&self, width: u16) {
        let size = json!({"width": width, "height": 0, "deviceScaleFactor": 0, "mobile": width > 0});
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn tell(&self, command: &str, what: Value) {
        let told = self.driver.cdp().send_raw(command, what).await;
        told.unwrap_or_else(|error| panic!("Chromium refuses {command}: {error}"));
    }

    /// The browser's errors since the last call: blocked by the content policy, or script errors.
    /// The statuses of pages (404, 422) are left out.
    pub async fn complaints(&self) -> Vec<String> {
        let said = self.driver.browser_log().await.unwrap_or_else(|error| panic!("no log: {error}"));
        let is_status = |text: &str| text.contains("the server responded with a status of 4");
        said.into_iter().map(|entry| entry.message).filter(|text| !is_status(text)).collect()
    }
}

/// How elements are found: a CSS selector, or an `XPath` that can match text.
fn by(what: &str) -> By {
    if what.starts_with("//") { By::XPath(what) } else { By::Css(what) }
}
