//! What all pages share: the visitor's language and account, the notice, the current address.

use std::borrow::Borrow;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::Web;
use super::mistakes::ErrorTexts;
use super::notice::Notice;
use super::session::{self, AuthSession};
use crate::actions::App;
use crate::config::BRAND_NAME;
use crate::i18n::{SUPPORT_MARK, Sentences, accept_language};
use crate::model::accessibility::Evaluation;
use crate::model::{EmailView, FieldErrors, Language, Timestamp, User};
use crate::store::{LEFT_COUNTED, QueuedEmail};

const NOTICE: &str = "notice";

/// What every page needs besides its own content.
pub(crate) struct Page {
    pub(crate) s: Sentences,
    web: Web,
    account: Option<User>,
    notice: Option<Notice>,
    here: String,
    shows_work: bool,
    session: Option<Session>,
}

/// A part of a text on a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) words: &'a str,
    /// Where it leads.
    pub(crate) href: Option<&'a str>,
    /// Whether it is French on a page in another language.
    pub(crate) is_french: bool,
}

impl Page {
    pub(crate) fn t(&self, key: &str) -> String {
        self.s.t(key)
    }

    pub(crate) fn app(&self) -> &App {
        self.web.app()
    }

    pub(crate) fn lang_code(&self) -> &'static str {
        self.s.0.code()
    }

    pub(crate) fn other_lang_code(&self) -> &'static str {
        match self.s.0 {
            Language::Fr => Language::En.code(),
            Language::En => Language::Fr.code(),
        }
    }

    pub(crate) fn static_file(&self, name: &str) -> String {
        self.web.assets().address(name)
    }

    pub(crate) fn account(&self) -> Option<&User> {
        self.account.as_ref()
    }

    pub(crate) fn is_staff(&self) -> bool {
        self.account.as_ref().is_some_and(|user| user.is_staff)
    }

    pub(crate) fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    pub(crate) fn brand(&self) -> &str {
        &self.web.app().settings.brand_name
    }

    /// The address of the operator's logo, if there is one.
    pub(crate) fn logo(&self) -> Option<String> {
        self.web.assets().logo_address()
    }

    pub(crate) fn support_url(&self) -> Option<&str> {
        self.web.app().settings.support_url.as_deref()
    }

    /// A text in pieces: the portal's support, the portal's name, and all else.
    pub(crate) fn pieces<'a>(&'a self, text: &'a str) -> Vec<Piece<'a>> {
        let plain = |words| Piece { words, href: None, is_french: false };
        let brand = Piece { is_french: true, ..plain(self.brand()) };
        let split = |(n, words): (usize, &'a str)| match n % 2 {
            1 => vec![Piece { href: self.support_url(), ..plain(words) }],
            _ if self.has_french_brand() => {
                words.split(brand.words).flat_map(|words| [brand, plain(words)]).skip(1).collect()
            }
            _ => vec![plain(words)],
        };
        let pieces = text.split(SUPPORT_MARK).enumerate().flat_map(split);
        pieces.filter(|piece| !piece.words.is_empty()).collect()
    }

    /// Whether the portal has its default name, which is French, on a page in another language.
    fn has_french_brand(&self) -> bool {
        self.s.0 != Language::Fr && self.brand() == BRAND_NAME
    }

    /// The version of the portal, for staff.
    #[expect(clippy::unused_self, reason = "templates call it on the page")]
    pub(crate) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The state of accessibility, as the law wants it at the foot of every page.
    pub(crate) fn accessibility(&self) -> String {
        self.s.accessibility(Evaluation::current().state())
    }

    pub(crate) fn here(&self) -> &str {
        &self.here
    }

    pub(crate) fn accent_css(&self) -> Option<String> {
        let is_set = self.web.app().settings.accent_colour.is_some();
        is_set.then(|| self.web.assets().accent_address())
    }

    /// Whether the mail service is known not to answer, on a page that depends on it.
    pub(crate) fn lacks_mail_service(&self) -> bool {
        let depends = self.account.is_some() && self.here.starts_with("/domains/");
        depends && self.web.app().dimail.limiter().is_down()
    }

    /// The address with which a page that shows work in progress is asked for again.
    pub(crate) fn refresh(&self) -> Option<&str> {
        self.shows_work.then_some(self.here.as_str())
    }

    pub(crate) fn demo(&self) -> bool {
        self.web.demo().is_some()
    }

    /// A timestamp in the visitor's language and the portal's time zone.
    pub(crate) fn timestamp(&self, timestamp: Timestamp) -> String {
        self.s.timestamp(timestamp, &self.web.app().settings.time_zone)
    }

    /// A day in the visitor's language and the portal's time zone.
    pub(crate) fn day(&self, timestamp: impl Borrow<Timestamp>) -> String {
        self.s.day(*timestamp.borrow(), &self.web.app().settings.time_zone)
    }

    /// The state of an email to a mailbox user.
    pub(crate) fn email_stands(&self, email: &EmailView) -> String {
        let app = self.web.app();
        self.s.email_stands(email, app.clock.now(), &app.settings.time_zone)
    }

    /// The remaining time until `due`; "now" if it is past.
    pub(crate) fn until(&self, due: Timestamp) -> String {
        self.s.in_duration(due.since(self.web.app().clock.now()))
    }

    /// While `busy`, offers a link to the page itself where it cannot ask for its news without JavaScript. It does
    /// not reload by itself then: that would take the reader's place and what is being typed.
    pub(crate) fn refreshed_while(mut self, busy: bool) -> Self {
        self.shows_work = busy;
        self
    }

    /// The page with another current address: for pages that must not reveal their own.
    pub(crate) fn placed_at(mut self, here: &str) -> Self {
        here.clone_into(&mut self.here);
        self
    }

    /// 303 to a page that shows the notice.
    pub(crate) async fn see_other(&self, to: &str, notice: Notice) -> Response {
        if let Some(session) = &self.session
            && let Err(error) = session.insert(NOTICE, notice).await
        {
            tracing::warn!(%error, "a notice could not be stored");
        }
        see_other(to)
    }

    /// A text about a number that is not counted beyond a limit.
    pub(crate) fn counted(&self, key: &str, n: i64) -> String {
        match n {
            LEFT_COUNTED.. => self.s.t1(key, "n", self.s.t1("operations-many", "n", self.s.number(LEFT_COUNTED - 1))),
            _ => self.s.t1(key, "n", n),
        }
    }

    /// The notice that an email is on its way, or when it leaves if too many left for its address today.
    pub(crate) fn email_notice(&self, key: &str, queued: &QueuedEmail) -> Notice {
        let to = queued.recipient.as_str();
        match queued.waits_until {
            Some(at) => Notice::warn(self.email_waits(to, at)),
            None => Notice::good(self.s.sentence(key, &[("email", &to), ("secondary", &to)])),
        }
    }

    /// That an email waits for its turn.
    pub(crate) fn email_waits(&self, to: &str, until: Timestamp) -> String {
        self.s.t2("email-waits-its-turn", "recipient", to, "timestamp", self.timestamp(until))
    }

    /// The field errors of a form in the visitor's language.
    pub(crate) fn errors(&self, errors: &FieldErrors) -> ErrorTexts {
        self.errors_with(errors, &[])
    }

    /// The same for a form with other labels than those of `mistakes.rs`: pairs of a field and the key of its label.
    pub(crate) fn errors_with(&self, errors: &FieldErrors, labels: &[(&str, &str)]) -> ErrorTexts {
        ErrorTexts::new(self.s, errors, labels)
    }
}

/// 303 without a notice.
pub(crate) fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.to_owned())]).into_response()
}

impl FromRequestParts<Web> for Page {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let session = parts.extensions.get::<Session>().cloned();
        let signed_in = parts.extensions.get::<AuthSession>().and_then(|auth| auth.user.as_ref());
        let account = signed_in.map(|account| account.person.user().clone());
        let language = language_of(parts, web);
        let is_fragment = parts.headers.contains_key("hx-request");
        let notice = match &session {
            // A fragment cannot show a notice: it is kept for the next whole page.
            Some(session) if account.is_some() && parts.method == Method::GET && !is_fragment => {
                take_notice(web, session).await
            }
            _ => None,
        };
        let here = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let s = Sentences::of_pages(language, web.app().settings.support_url.as_deref());
        Ok(Self { s, web: web.clone(), account, notice, here, shows_work: false, session })
    }
}

/// Removes the notice from the stored session. `Session::remove` is not used: it marks the session as
/// changed, and the page would fail if it could not be written.
async fn take_notice(web: &Web, session: &Session) -> Option<Notice> {
    let notice = session.get(NOTICE).await.ok().flatten()?;
    session::try_to_remove(web, session, NOTICE).await;
    Some(notice)
}

/// The language of the pages of a request: the account's, else that of the visitor.
pub(crate) fn language_of(parts: &Parts, web: &Web) -> Language {
    let signed_in = parts.extensions.get::<AuthSession>().and_then(|auth| auth.user.as_ref());
    let chosen = signed_in.and_then(|account| account.person.user().language);
    chosen.unwrap_or_else(|| language(&parts.headers, web))
}

/// The language for a visitor whose account has none: the language cookie, the browser's preference,
/// the default.
fn language(headers: &HeaderMap, web: &Web) -> Language {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let chosen = cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix("language="))
        .and_then(Language::from_code);
    let accepted = || headers.get(ACCEPT_LANGUAGE).and_then(|value| accept_language(value.to_str().ok()?));
    chosen.or_else(accepted).unwrap_or(web.app().settings.default_language)
}

/// Whether an option of a list is the selected one, for any two text types.
pub(crate) fn same(choice: &impl AsRef<str>, chosen: &impl AsRef<str>) -> bool {
    choice.as_ref() == chosen.as_ref()
}
