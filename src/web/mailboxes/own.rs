//! "My mailbox" on a domain's page: what its user may do, whatever their role.

use crate::model::address::LocalPart;
use crate::model::change::Object;
use crate::model::mailbox::MailboxStatus;
use crate::model::role::SeeDomain;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::mailboxes::options::{MailboxOption, MailboxOptions};
use crate::web::page::Page;

/// The visitor's own mailbox in the domain, with its options.
pub(crate) struct Own {
    pub(crate) address: String,
    pub(crate) href: String,
    pub(crate) status: MailboxStatus,
    pub(crate) options: Vec<MailboxOption>,
}

impl Own {
    pub(crate) async fn read(web: &Web, by: &Allowed<SeeDomain>, page: &Page) -> Result<Option<Self>, PageError> {
        let Ok(part) = LocalPart::parse(&by.own_local_part()) else { return Ok(None) };
        let (store, domain) = (&web.app().store, &by.domain().name);
        let Some(mailbox) = store.mailbox(by, &part).await? else { return Ok(None) };
        let job = store.job_of(by.domain().id, &Object::Mailbox(mailbox.id)).await?;
        let guard = store.guard(by, &part).await?;
        let options = MailboxOptions::read(web, by, page, (&mailbox, guard), job.as_ref()).await.own();
        let (address, href) = (part.at(domain), urls::mailbox(domain, &part));
        Ok(Some(Self { address, href, status: mailbox.status, options }))
    }
}
