//! The steps of a mailbox: what is wanted, what is known, and the call between the two.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod observed;
pub(crate) mod record;
pub(crate) mod target;

use crate::actions::sync::mailbox::target::Target;
use crate::actions::sync::work::{Progress, Work};
use crate::model::wanted::Step;
use crate::store::Fault;

/// Makes the next step of a mailbox, and records it.
pub(crate) async fn advance(work: &mut Work<'_>) -> Result<Progress, Fault> {
    let Some(target) = Target::load(work).await? else { return record::gone(work).await };
    let step = target.step(work);
    // What dimail had is created again in every status but that of a closed domain.
    let creates = step == Step::Create && !target.mailbox.is_pushed;
    let is_call = !matches!(step, Step::Nothing | Step::Drop);
    if is_call && Work::must_wait(&target.domain, creates).is_some() {
        return work.park(creates, &target.sent).await;
    }
    match step {
        Step::Nothing | Step::Drop => record::rest(work).await,
        Step::Observe if target.was_there() => observed::observe(work, &target).await,
        Step::Observe => create::observe(work, &target).await,
        Step::Create => create::create(work, &target).await,
        Step::Rename => change::change(work, &target, change::Kind::Rename).await,
        Step::Enable => change::change(work, &target, change::Kind::Enable).await,
        Step::Disable => change::change(work, &target, change::Kind::Disable).await,
        Step::Delete => change::change(work, &target, change::Kind::Delete).await,
    }
}
