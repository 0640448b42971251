//! The portal runs on a machine without certificates or other programs. All stories here start it
//! like this; these two test commands that once read the system's certificates without need.

use crate::support::database::Database;
use crate::support::process::{Process, program, run};
use crate::support::world::World;

/// `doctor` finds out over plain HTTP whether the listening program is the portal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_knows_a_running_portal() {
    let world = World::start(Database::sqlite()).await;
    let portal = world.portal().await;
    let address = portal.url.trim_start_matches("http://");
    let mut doctor = world.command(&["doctor"]);
    doctor.env("LISTEN", address).env("PUBLIC_URL", &portal.url);
    let said = String::from_utf8_lossy(&run(doctor, "").stdout).into_owned();
    assert!(said.contains(&format!("ok     LISTEN: the portal answers on {address}")), "{said}");
}

/// The demo uses plain HTTP with its own dimail.
#[test]
fn the_demonstration_begins() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut demo = program(&["demo", "--listen", "127.0.0.1:0", "--data"]);
    demo.arg(folder.path());
    let (_demo, line) = Process::printing(demo);
    assert!(line.starts_with("Preparing"), "{line:?}");
}
