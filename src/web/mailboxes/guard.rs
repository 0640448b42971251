//! Guarded addresses: whether administrators may not change one, and the sentence that names the
//! owners, who may.

use crate::model::address::LocalPart;
use crate::model::member::owner_names;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{Permission, SeeDomain};
use crate::store::Allowed;
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::page::Page;

/// Whether the address is the account of an owner or of staff, and the visitor is no owner of the
/// domain.
pub(crate) async fn is_guarded<R>(web: &Web, by: &Allowed<R>, part: &LocalPart) -> Result<bool, PageError> {
    let address = part.at(&by.domain().name);
    Ok(!by.can(Permission::ManageOwners) && web.app().store.is_powerful_account(&address).await?)
}

/// Checks the guard of an address once more before a password is shown that an earlier request of the person
/// asked for (`again`).
pub(crate) async fn check_again<R>(web: &Web, by: &Allowed<R>, part: &LocalPart, again: bool) -> Result<(), PageError> {
    if again && is_guarded(web, by, part).await? {
        return Err(Refusal::Forbidden(Why::Guarded(by.domain().id)).into());
    }
    Ok(())
}

/// Why an action on a guarded address is not offered, with the names of the owners.
pub(crate) async fn sentence(web: &Web, by: &Allowed<SeeDomain>, page: &Page) -> Result<String, PageError> {
    let owners = owner_names(&web.app().store.members(by).await?);
    Ok(page.s.t1("address-guarded", "owners", owners))
}
