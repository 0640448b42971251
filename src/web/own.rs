//! "My mailbox" on a domain's page: what its holder may do, whatever their role.

use super::Web;
use super::error::Failure;
use super::offers::{Offer, Offers};
use super::page::Page;
use crate::model::address::LocalPart;
use crate::model::mailbox::MailboxStatus;
use crate::model::role::SeeDomain;
use crate::store::Allowed;
use crate::urls;

/// The visitor's own mailbox in the domain, with what its holder may do.
pub(super) struct Own {
    pub(super) address: String,
    pub(super) href: String,
    pub(super) status: MailboxStatus,
    pub(super) offers: Vec<Offer>,
}

impl Own {
    pub(super) async fn read(web: &Web, by: &Allowed<SeeDomain>, page: &Page) -> Result<Option<Self>, Failure> {
        let Ok(part) = LocalPart::parse(&by.own_local_part()) else { return Ok(None) };
        let (store, domain) = (&web.app().store, &by.domain().name);
        let Some(mailbox) = store.mailbox(by, &part).await? else { return Ok(None) };
        let order = store.order_about(by, mailbox.id).await?;
        let offers = Offers::read(web, by, page, &mailbox, order.as_ref()).await?.own();
        let (address, href) = (part.at(domain), urls::mailbox(domain, &part));
        Ok(Some(Self { address, href, status: mailbox.status, offers }))
    }
}
