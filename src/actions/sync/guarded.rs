//! What happens when an address has become guarded before a creation that waited is sent.

use crate::actions::App;
use crate::model::address::LocalPart;
use crate::model::email::EmailContent;
use crate::store::{ByPortal, Fault, Locked, NewEmail, Tx};

/// Tells the owners of the domain that a creation at this address was not sent, and that they decide.
pub(crate) async fn tell_owners(
    app: &App,
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    part: &LocalPart,
) -> Result<(), Fault> {
    let domain = locked.domain.name.to_string();
    let content = EmailContent::CreationGuarded { domain, address: part.at(&locked.domain.name) };
    for owner in tx.active_owners(locked).await? {
        let language = owner.language.unwrap_or(app.settings.default_language);
        tx.insert_email(&NewEmail::about(locked.domain.id, owner.email, language, content.clone())).await?;
    }
    Ok(())
}
