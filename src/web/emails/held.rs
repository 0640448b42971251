//! What staff read about emails that cannot leave.

use crate::store::Fault;
use crate::web::{Page, Web};

/// The sentences for staff; none for others, or while emails leave.
pub(crate) async fn held_emails(web: &Web, page: &Page) -> Result<Vec<String>, Fault> {
    let mut sentences = Vec::new();
    if !page.is_staff() {
        return Ok(sentences);
    }
    let store = &web.app().store;
    let answers = store.smtp_answers().await?;
    if let Some(since) = answers.fault_since {
        let waiting = store.emails_refused().await?;
        if waiting > 0 {
            let (since, detail) = (page.timestamp(since), answers.detail.unwrap_or_default());
            sentences.push(page.s.t3("staff-emails-refused", "n", waiting, "since", since, "detail", detail));
        }
    }
    let held = store.emails_held().await?;
    if held > 0 {
        sentences.push(page.s.t1("staff-emails-held", "n", held));
    }
    Ok(sentences)
}
