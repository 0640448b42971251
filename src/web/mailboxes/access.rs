//! The ways into a mailbox for its user: a login link by email, or a new password by email or on a
//! sheet.

use std::sync::Arc;

use axum::extract::State;

use crate::actions::mailboxes;
use crate::actions::mailboxes::password::MailboxReset;
use crate::model::role::ManageMailboxes;
use crate::store::{Allowed, Tended};
use crate::urls;
use crate::web::Web;
use crate::web::error::Answer;
use crate::web::extract::MailboxPart;
use crate::web::fields::Fields;
use crate::web::guard;
use crate::web::mailboxes::hand_over::hand_over;
use crate::web::notice::Notice;
use crate::web::once::Done;
use crate::web::page::Page;

pub(crate) async fn login_link(State(web): State<Web>, by: Tended, page: Page, fields: Fields) -> Answer {
    let by = Arc::new(by);
    let action = {
        let (app, by) = (web.app().clone(), Arc::clone(&by));
        async move { mailboxes::access::login_link(&app, &by).await }
    };
    let notice = page.email_notice("mailbox-link-leaves", &fields.once(&web, action).await?.result);
    Ok(page.see_other(&urls::mailbox(&by.by().domain().name, by.part()), notice).await)
}

pub(crate) async fn reset_password(
    State(web): State<Web>,
    by: Allowed<ManageMailboxes>,
    MailboxPart(part): MailboxPart,
    page: Page,
    fields: Fields,
) -> Answer {
    let by = Arc::new(by);
    let domain = &by.domain().name;
    let back = urls::mailbox(domain, &part);
    let action = {
        let (app, by, part) = (web.app().clone(), Arc::clone(&by), part.clone());
        async move { mailboxes::password::new_password(&app, &by, &part).await }
    };
    let Done { result, again } = fields.once(&web, action).await?;
    let notice = match result {
        MailboxReset::ToHandOver { user, password } => {
            guard::check_again(&web, &by, &part, again).await?;
            return hand_over(&web, &by, page, (&part, user), &password, false).await;
        }
        MailboxReset::ByEmail(queued) => page.email_notice("mailbox-password-leaves", &queued),
        MailboxReset::Unclear => Notice::warn(page.t("mailbox-reset-unclear")),
        MailboxReset::Unasked => Notice::warn(page.t("mailbox-reset-unasked")),
        MailboxReset::Unknown => {
            Notice::warn(page.s.t1("mailbox-reset-unsupported", "support", by.domain().support_email.as_str()))
        }
        MailboxReset::Refused(reason) => {
            let why = page.s.reason(&reason, domain, page.is_staff());
            Notice::warn(why.within(|why| page.s.t1("mailbox-reset-refused", "reason", why)))
        }
    };
    Ok(page.see_other(&back, notice).await)
}
