//! The person whose account has the address of a mailbox: creating or deleting the mailbox says which
//! role they have on the domain, and offers to remove it.

use crate::model::address::LocalPart;
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::notice::{Link, Notice};
use crate::web::page::Page;

/// The role of that person.
pub(crate) struct PersonThere {
    /// Which role they have.
    pub(crate) text: String,
    /// The page that removes it; `None` if the visitor may not.
    pub(crate) removal: Option<Link>,
}

impl PersonThere {
    /// The person, unless it is the visitor.
    pub(crate) async fn read<R>(
        web: &Web,
        by: &Allowed<R>,
        page: &Page,
        part: &LocalPart,
    ) -> Result<Option<Self>, PageError> {
        let found = web.app().store.member_at(by, part).await?;
        let Some(member) = found.filter(|member| Some(member.user_id) != by.actor().id) else { return Ok(None) };
        let (s, domain) = (&page.s, by.domain());
        let (name, role) = (member.name.as_str(), s.role(member.role));
        let text = s.t3("mailbox-person-there", "name", name, "role", role, "domain", domain.name.unicode());
        let href = urls::below_domain(&domain.name, &format!("members/{}/remove", member.id));
        let label = s.t1("mailbox-person-remove", "name", name);
        Ok(Some(Self { text, removal: by.governs(member.role).then_some(Link { href, label }) }))
    }

    /// Adds it to the notice of what was done.
    pub(crate) fn add_to(self, mut notice: Notice) -> Notice {
        notice.text = format!("{} {}", notice.text, self.text);
        match self.removal {
            Some(Link { href, label }) => notice.link(href, label),
            None => notice,
        }
    }
}
