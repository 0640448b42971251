//! The overview of a domain, and the button that checks it.

use askama::Template;
use axum::extract::State;

use crate::actions::accounts::confirm::support_link;
use crate::actions::domains;
use crate::actions::domains::check_now::CheckNow;
use crate::model::{Domain, DomainStatus, EditDomain, Permission, SeeDomain};
use crate::store::{Allowed, COUNTED};
use crate::urls;
use crate::web::domains::dns::notice;
use crate::web::domains::edit::held_link;
use crate::web::domains::head::{Head, Tab};
use crate::web::mailboxes::own::Own;
use crate::web::{Answer, Fields, Page, Web, rendered};

#[derive(Template)]
#[template(path = "domains/show.html")]
struct Show {
    page: Page,
    head: Head,
    can_edit: bool,
    can_remove: bool,
    can_manage: bool,
    /// That no link leaves now that confirms the support address, and when one can; empty if it can be asked for.
    held_link: String,
    /// The page that compares it; empty if the person may not, or dimail does not have it.
    compare_href: String,
    /// How much is to be dealt with; empty if nothing is, or for people who do not see the operations.
    pending: String,
    /// That mailboxes are to be handed over, with the link to them.
    hand_over: Option<(String, (String, String))>,
    /// What the last comparison found; empty if nothing differs, or for people who do not see comparisons.
    differences: String,
    own: Option<Own>,
}

impl Show {
    fn remove_href(&self) -> String {
        let name = &self.head.domain.name;
        if self.page.is_staff() { urls::staff_domain(name, "remove") } else { urls::below_domain(name, "remove") }
    }

    fn checked(&self) -> String {
        match self.head.domain.checked_at {
            Some(at) => self.page.timestamp(at),
            None => self.page.t("domain-never-checked"),
        }
    }
}

pub(crate) async fn show(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page) -> Answer {
    let head = Head::read(&web, &by, &page, Tab::Overview).await?;
    let is_open = head.domain.status != DomainStatus::Disabled;
    let pending = match head.pending_work {
        _ if !by.can(Permission::FollowChanges) => String::new(),
        0 => String::new(),
        COUNTED.. => page.s.t1("operations-pending-many", "n", page.s.number(COUNTED - 1)),
        pending => page.s.t1("operations-pending", "n", pending),
    };
    let differences = match (head.domain.differences, head.domain.compared_at) {
        (1.., Some(at)) if by.can(Permission::FollowChanges) => {
            page.s.t2("compare-found", "n", head.domain.differences, "day", page.day(at))
        }
        _ => String::new(),
    };
    let can_edit = is_open && by.can(Permission::EditDomain);
    let held_link = match head.domain.support_confirmed_at {
        None if can_edit => held_link(&page, &head.domain.support_email, support_link(web.app(), &by).await?),
        _ => None,
    };
    let can_manage = by.can(Permission::ManageMailboxes);
    let show = Show {
        hand_over: hand_over(&page, &head.domain).filter(|_| can_manage),
        can_manage,
        held_link: held_link.unwrap_or_default(),
        can_edit,
        pending,
        differences,
        own: Own::read(&web, &by, &page).await?,
        can_remove: head.domain.check_can_be_removed(by.actor().as_staff).is_ok() && by.can(Permission::RemoveDomain),
        compare_href: if by.can(Permission::FollowChanges) && head.domain.accepted_at.is_some() {
            urls::below_domain(&head.domain.name, "compare")
        } else {
            String::new()
        },
        page: page.refreshed_while(head.busy),
        head,
    };
    rendered(&show)
}

/// Checks the domain, and leads back to the page of the button.
pub(crate) async fn check(State(web): State<Web>, by: Allowed<EditDomain>, page: Page, typed: Fields) -> Answer {
    let name = &by.domain().name;
    let dns = urls::dns(name);
    let checked = domains::check_now::check_now(web.app(), &by).await?;
    let notice = notice(&web, &by, &page, checked).await?;
    if typed.text("next") == dns {
        return Ok(page.see_other(&dns, notice).await);
    }
    let is_wrong = checked == CheckNow::Checked && notice.kind() == "warn";
    let notice = if is_wrong { notice.link(dns, page.t("domain-see-dns")) } else { notice };
    Ok(page.see_other(&urls::domain(name), notice).await)
}

/// That mailboxes are to be handed over, and the link to them with its label; `None` if there are none.
fn hand_over(page: &Page, domain: &Domain) -> Option<(String, (String, String))> {
    let is_open = domain.status != DomainStatus::Disabled;
    let href = format!("{}?status=handover", urls::mailboxes(&domain.name));
    let text = || page.counted("domain-step-hand-over", domain.to_hand_over);
    (is_open && domain.to_hand_over > 0).then(|| (text(), (href, page.t("domain-step-see-failed"))))
}
