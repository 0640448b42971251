//! Makes the work on an alias due now.

use crate::actions::aliases::wish::{carried_out, found};
use crate::actions::{App, Result};
use crate::model::address::LocalPart;
use crate::model::change::ChangeKind;
use crate::model::event::Event;
use crate::model::role::ManageAliases;
use crate::store::Allowed;

/// Makes the work on an alias due now, of which a change of this kind waits. Additions wait for an enabled
/// domain.
pub(crate) async fn retry(app: &App, by: &Allowed<ManageAliases>, part: &LocalPart, kind: ChangeKind) -> Result<()> {
    let until = app.answer_by();
    let (mut tx, locked, _, _) = found(app, by, part).await?;
    if kind == ChangeKind::AddDestination {
        locked.domain.check_takes_aliases()?;
    }
    tx.record(&locked, &Event::Retried { subject: part.at(&locked.domain.name) }, None).await?;
    carried_out(app, tx, &locked, part, (&[], &[]), until).await?;
    Ok(())
}
