//! Sentences about changes that are on their way to dimail.

use crate::model::change::{ChangeKind, ChangeView, JobView};
use crate::web::page::Page;

/// What was asked for, by whom and when, and that dimail has not answered yet.
pub(crate) fn asked(page: &Page, change: &ChangeView) -> String {
    let key = match change.kind {
        ChangeKind::AddDestination => "change-asked-add-destination",
        ChangeKind::RemoveDestination => "change-asked-remove-destination",
        ChangeKind::DeleteAlias => "change-asked-delete-alias",
        ChangeKind::CreateDomain => "change-asked-create-domain",
        ChangeKind::CreateMailbox => "change-asked-create-mailbox",
        ChangeKind::RenameMailbox => "change-asked-rename-mailbox",
        ChangeKind::DisableMailbox => "change-asked-disable-mailbox",
        ChangeKind::EnableMailbox => "change-asked-enable-mailbox",
        ChangeKind::DeleteMailbox => "change-asked-delete-mailbox",
        ChangeKind::KeepMailbox => "change-asked-keep-mailbox",
    };
    page.s.t2(key, "person", &change.actor_name, "timestamp", page.timestamp(change.asked_at))
}

/// The attempts so far: why the last one had no result, how many there were, and when the next one is.
pub(crate) fn job_attempts(page: &Page, job: &JobView) -> Vec<String> {
    let mut sentences: Vec<String> = job.trouble.iter().map(|trouble| page.s.trouble(trouble)).collect();
    if job.attempts > 0 {
        sentences.push(page.s.t1("job-attempts", "n", job.attempts));
    }
    match job.due_at {
        _ if job.running => sentences.push(page.t("job-running")),
        Some(due_at) if job.trouble.is_some() => sentences.push(page.s.t1("job-next", "next", page.until(due_at))),
        _ => {}
    }
    sentences
}
