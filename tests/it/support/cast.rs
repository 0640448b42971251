//! The people of the stories: Anna owns `ville.fr`, Bruno administers it, Chloé views it, Dan is a
//! stranger, Eve is staff, Fay owns `autre.fr`.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Argon2, Params};
use dimail_portal::model::role::Role;

/// The password of all people in the stories.
pub(crate) const PASSWORD: &str = "un mot de passe sûr";

/// Its hash, computed once, with the lowest cost that argon2id allows.
pub(crate) static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).expect("parameters");
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let salt = SaltString::encode_b64(b"sixteen emails!").expect("a salt");
    argon2.hash_password(PASSWORD.as_bytes(), &salt).expect("a hash").to_string()
});

/// A person with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The address of the account.
    pub(crate) email: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// Whether the person operates the portal.
    pub(crate) is_staff: bool,
    /// The role on `ville.fr`.
    pub(crate) role: Option<Role>,
}

const fn person(email: &'static str, name: &'static str, role: Option<Role>) -> Person {
    Person { email, name, is_staff: false, role }
}

macro_rules! cast {
    ($($name:ident = $person:expr),+ $(,)?) => {
        $(#[expect(non_upper_case_globals, reason = "people have names")]
        pub(crate) const $name: Person = $person;)+
        /// All of them.
        pub(crate) const EVERYBODY: &[Person] = &[$($name),+];
    };
}

cast! {
    Anna = person("anna@mairie.test", "Anna Martin", Some(Role::Owner)),
    Bruno = person("bruno@mairie.test", "Bruno Petit", Some(Role::Administrator)),
    Chloe = person("chloe@mairie.test", "Chloé Durand", Some(Role::Viewer)),
    Dan = person("dan@ailleurs.test", "Dan Leroy", None),
    Eve = Person { email: "eve@portail.test", name: "Ève Moreau", is_staff: true, role: None },
    Fay = person("fay@autre.test", "Fay Roussel", None),
}
