//! What the stories share: a portal, its people, its dimail, its database.

pub(crate) mod cast;
pub(crate) mod database;
pub(crate) mod fake;
pub(crate) mod http;
pub(crate) mod page;
pub(crate) mod pooler;
pub(crate) mod portal;
pub(crate) mod seed;
#[expect(dead_code, reason = "shared with the crash tests, which ask when an email was accepted")]
pub(crate) mod smtp;
pub(crate) mod visitor;

pub(crate) use cast::{Anna, Bruno, Chloe, Dan, Eve, Fay, Person};
pub(crate) use page::Answer;
pub(crate) use portal::{Portal, Process};
pub(crate) use visitor::Visitor;

/// Defines two tests for each story `async fn story(portal: &Portal)`: `story::sqlite` and
/// `story::postgres`. A story may have its own settings: `story with ["--answer-within", "300ms"]`.
macro_rules! on_both {
    ($($name:ident $(with [$($setting:expr),+ $(,)?])?),+ $(,)?) => {$(
        mod $name {
            use crate::support::Portal;
            use crate::support::database::Database;

            async fn tell(database: Database) {
                let portal = Portal::start(database, &[$($($setting),+)?]).await;
                super::$name(&portal).await;
                portal.finish().await;
            }

            #[tokio::test]
            async fn sqlite() {
                tell(Database::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(database) = Database::postgres() {
                    tell(database).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both;
