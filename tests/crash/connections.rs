//! The real program with many more connections than it may have open files.

use tokio::net::TcpStream;

use crate::support::database::Database;
use crate::support::on_both;
use crate::support::world::World;

on_both!(idle_connections_stop_nobody);

/// The limit of open files; the portal serves half as many connections.
const FILES: u64 = 200;

async fn idle_connections_stop_nobody(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal_with_files(FILES).await;
    let address = portal.url.trim_start_matches("http://");
    let mut idle = Vec::new();
    for _ in 0..600 {
        idle.push(TcpStream::connect(address).await.expect("the system takes it"));
    }

    let anna = world.anna(&portal).await;
    for _ in 0..20 {
        anna.get("/domains").await.is(200);
    }

    drop(idle);
    let log = world.logged(&portal);
    assert!(log.matches("could not be accepted").count() <= 1, "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}
