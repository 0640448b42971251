//! Sending the DNS settings of a domain to the person who manages its DNS, and the page of that link.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::Error;
use crate::actions::domains::check_now::check_by_link;
use crate::actions::domains::share_dns::{look_up, revoke_share, share_dns};
use crate::model::{DnsShareId, DomainStatus, EditDomain, Refusal, SeeDomain};
use crate::store::{Allowed, SharedDns};
use crate::urls;
use crate::web::domains::dns::Dns;
use crate::web::domains::guide::{GuideView, without_result};
use crate::web::origin::Origin;
use crate::web::{Answer, Fields, Id, LinkToken, Notice, Page, PageError, Undo, Web, refused, rendered};

pub(crate) async fn share(State(web): State<Web>, by: Allowed<EditDomain>, page: Page, typed: Fields) -> Answer {
    let (by, email) = (Arc::new(by), typed.text("email"));
    let action = {
        let (app, by, email, language) = (web.app().clone(), Arc::clone(&by), email.clone(), page.s.0);
        async move { share_dns(&app, &by, &email, language).await }
    };
    let to = urls::dns(&by.domain().name);
    match typed.once(&web, action).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let seen = by.also::<SeeDomain>().ok_or(Refusal::NotFound)?;
            let texts = page.errors_with(&errors, &[("email", "dns-share-email")]);
            let dns = Dns::read(&web, &seen, page.placed_at(&to)).await?;
            refused(&dns.with_typed(email, texts), &errors)
        }
        shared => {
            let (id, email) = shared?;
            let revoke = urls::below_domain(&by.domain().name, &format!("dns/share/{id}/revoke"));
            let notice = page.email_notice("dns-shared", &email).undo(Undo::new(revoke, page.t("dns-share-end")));
            Ok(page.see_other(&to, notice).await)
        }
    }
}

pub(crate) async fn revoke(
    State(web): State<Web>,
    by: Allowed<EditDomain>,
    Id(id): Id<DnsShareId>,
    page: Page,
) -> Answer {
    let email = revoke_share(web.app(), &by, id).await?;
    let notice = Notice::good(page.s.t1("dns-share-ended", "email", email));
    Ok(page.see_other(&urls::dns(&by.domain().name), notice).await)
}

#[derive(Template)]
#[template(path = "domains/dns_link.html")]
struct Link {
    page: Page,
    guide: GuideView,
    token: String,
    /// Whose domain it is about, and who sent the link when.
    lead: String,
    ends: String,
    is_closed: bool,
    /// What the check found that was asked for just now: the kind of its banner, and the text.
    news: Option<(&'static str, String)>,
}

impl Link {
    async fn read(web: &Web, page: Page, token: String) -> Result<Self, PageError> {
        let SharedDns { share, domain, checks, .. } = look_up(web.app(), &token).await?;
        Ok(Self {
            guide: GuideView::new(&page, &domain, &checks, false),
            lead: page.s.t2("dns-link-lead", "domain", domain.name.unicode(), "day", page.day(share.created_at)),
            ends: page.s.t1("dns-link-ends", "day", page.day(share.ends_at())),
            is_closed: domain.status == DomainStatus::Disabled,
            news: None,
            page,
            token,
        })
    }

    fn action(&self) -> String {
        urls::dns_link(&self.token)
    }
}

/// The page of a link. It needs no account, and shows the guide alone.
pub(crate) async fn show_link(State(web): State<Web>, LinkToken(token): LinkToken, page: Page) -> Answer {
    rendered(&Link::read(&web, page, token).await?)
}

/// The button of that page, which checks the domain.
pub(crate) async fn check_link(
    State(web): State<Web>,
    origin: Origin,
    LinkToken(token): LinkToken,
    page: Page,
) -> Answer {
    let checked = check_by_link(web.app(), &token, origin.text()).await?;
    let link = Link::read(&web, page, token).await?;
    let (is_good, text) = match without_result(&link.page, checked) {
        Some(text) => (false, text),
        None => link.guide.news(&link.page),
    };
    rendered(&Link { news: Some((if is_good { "good" } else { "warn" }, text)), ..link })
}
