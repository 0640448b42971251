//! Arguments of statements: `args![id, now, name]` binds `$1`, `$2`, `$3`.

use sqlx::any::AnyArguments;
use sqlx::error::BoxDynError;
use sqlx::{Any, Arguments, Encode, Type};

/// The arguments of a statement, in order.
macro_rules! args {
    [$($arg:expr),* $(,)?] => {
        $crate::store::args::Args::default()$(.with($arg))*
    };
}
pub(super) use args;

/// The arguments of a statement, or why one of them cannot be stored.
pub(super) struct Args(Result<AnyArguments, BoxDynError>);

impl Default for Args {
    fn default() -> Self {
        Self(Ok(AnyArguments::default()))
    }
}

impl Args {
    /// Adds the next argument.
    pub(super) fn with<'t>(self, value: impl Encode<'t, Any> + Type<Any>) -> Self {
        Self(self.0.and_then(|mut bound| bound.add(value).map(|()| bound)))
    }

    /// The arguments for sqlx.
    pub(super) fn bound(self) -> Result<AnyArguments, sqlx::Error> {
        self.0.map_err(sqlx::Error::Encode)
    }
}

/// The same arguments once more, for a statement that is repeated.
pub(super) fn copied(args: &AnyArguments) -> AnyArguments {
    let mut copied = AnyArguments::default();
    copied.values.0.clone_from(&args.values.0);
    copied
}
