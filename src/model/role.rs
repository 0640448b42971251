//! Roles on a domain and their permissions, as one table.

use strum::{AsRefStr, Display, EnumString};

use super::refusal::{Refusal, Why};

/// A person's role on a domain. Its name in paths, forms and the database is that of the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Sees the domain, its DNS records and its lists.
    Viewer,
    /// Manages mailboxes, aliases and members.
    Administrator,
    /// Is responsible for the domain.
    Owner,
}

impl Role {
    /// All roles, the highest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Administrator, Self::Viewer];

    /// Whether a person with this role may give, change or remove `other`.
    pub fn governs(self, other: Self) -> bool {
        self.allows(if other == Self::Owner { Permission::ManageOwners } else { Permission::ManageMembers })
    }

    /// Checks that a person with this role may give, change or remove `other`.
    ///
    /// # Errors
    /// That the role is too low.
    pub fn check_governs(self, other: Self) -> Result<(), Refusal> {
        if self.governs(other) { Ok(()) } else { Err(Refusal::Forbidden(Why::Role)) }
    }

    /// The table of permissions: what each role may do.
    pub fn allows(self, permission: Permission) -> bool {
        match permission {
            Permission::SeeDomain | Permission::Leave => true,
            Permission::EditDomain
            | Permission::ManageMailboxes
            | Permission::ManageAliases
            | Permission::ManageMembers
            | Permission::FollowChanges => self >= Self::Administrator,
            Permission::ManageOwners | Permission::RemoveDomain | Permission::Reconcile => self == Self::Owner,
        }
    }
}

/// A permission on a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// View the domain, its checks, its DNS records and its lists.
    SeeDomain,
    /// Run the check, change the support address.
    EditDomain,
    /// Create and change mailboxes; view secondary addresses.
    ManageMailboxes,
    /// Create and delete aliases.
    ManageAliases,
    /// Invite, promote and remove people who are not owners.
    ManageMembers,
    /// Add, demote and remove owners.
    ManageOwners,
    /// Give up one's own role.
    Leave,
    /// Remove a domain that was never enabled.
    RemoveDomain,
    /// Read journal and operations; retry or take back changes of what the person may change; compare, and leave
    /// differences as they are.
    FollowChanges,
    /// Adopt what dimail has, and push what the portal has to dimail.
    Reconcile,
}

/// A permission as a type, so that a function's signature can require a proof of it.
pub trait Right: Send + Sync + 'static {
    /// The permission of this type.
    const PERMISSION: Permission;
}

macro_rules! rights {
    ($($(#[$about:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl Right for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

rights! {
    /// View the domain and its lists.
    SeeDomain,
    /// Run the check, change the support address.
    EditDomain,
    /// Create and change mailboxes.
    ManageMailboxes,
    /// Create and delete aliases.
    ManageAliases,
    /// Invite, promote and remove people who are not owners; owners need `ManageOwners` too.
    ManageMembers,
    /// Give up one's own role.
    Leave,
    /// Remove a domain that was never enabled.
    RemoveDomain,
    /// Read journal and operations; retry or take back changes of what the person may change; compare, and leave
    /// differences as they are.
    FollowChanges,
    /// Adopt and push in a comparison.
    Reconcile,
}

#[cfg(test)]
mod tests {
    use super::{Permission, Role};

    #[test]
    fn the_table_reads_as_the_product_says() {
        use Permission::{EditDomain, ManageMailboxes, ManageOwners, RemoveDomain, SeeDomain};
        let may =
            |role: Role| [SeeDomain, EditDomain, ManageMailboxes, ManageOwners, RemoveDomain].map(|p| role.allows(p));
        assert_eq!(may(Role::Viewer), [true, false, false, false, false]);
        assert_eq!(may(Role::Administrator), [true, true, true, false, false]);
        assert_eq!(may(Role::Owner), [true; 5]);
        assert!(Role::Administrator.governs(Role::Viewer) && !Role::Administrator.governs(Role::Owner));
        assert!(Role::Owner.governs(Role::Owner) && !Role::Viewer.governs(Role::Viewer));
    }
}
