//! The commands on accounts: their output and exit status, and that a running portal follows their
//! changes.

use std::process::Output;

use crate::support::browser::Browser;
use crate::support::database::Database;
use crate::support::on_both;
use crate::support::process::run;
use crate::support::world::{ANNA, World};

const NEW: &str = "une autre phrase longue";

on_both!(each_command_says_what_it_did, the_portal_heeds_them);

fn users(world: &World, arguments: &[&str], input: &str) -> Output {
    run(world.command(&[&["users"], arguments].concat()), input)
}

/// Runs a command, and demands its exit status and its output: on standard output if it succeeded,
/// else on standard error.
#[track_caller]
fn says(world: &World, arguments: &[&str], input: &str, status: i32, said: &str) {
    let output = users(world, arguments, input);
    let words = if status == 0 { &output.stdout } else { &output.stderr };
    let words = String::from_utf8_lossy(words);
    assert_eq!((output.status.code(), words.trim_end()), (Some(status), said), "{arguments:?}");
}

async fn each_command_says_what_it_did(database: Database) {
    let world = World::start(database).await;
    let nobody = "nobody with an active account operates the portal now; `users promote` changes that";
    let check = "dimail-portal: nothing changed: check who reads at that address, then repeat the command with --yes";
    says(&world, &["promote", ANNA], "", 2, check);
    says(&world, &["add", "ida@mairie.test", "--name", "Ida", "--staff", "--password-stdin"], NEW, 2, check);
    says(&world, &["promote", ANNA, "--yes"], "", 0, &format!("{ANNA} promoted: operates the portal now"));
    says(&world, &["promote", ANNA], "", 0, &format!("{ANNA} operates the portal already"));
    says(&world, &["demote", ANNA], "", 0, &format!("{ANNA} demoted: no longer operates the portal\n{nobody}"));
    says(&world, &["demote", ANNA], "", 0, &format!("{ANNA} does not operate the portal already\n{nobody}"));
    for _ in 0..2 {
        let done = format!("{ANNA} password set, sessions ended");
        says(&world, &["set-password", ANNA, "--password-stdin"], &format!("{NEW}\n"), 0, &done);
    }
    let length = "dimail-portal: password: Choose a password of 12 to 200 characters.";
    says(&world, &["set-password", ANNA, "--password-stdin"], "court\n", 2, length);
    assert_eq!(users(&world, &["set-password", ANNA], NEW).status.code(), Some(2), "the flag is required");
    let done = format!("{ANNA} is now anna.m@mairie.test, sessions ended");
    says(&world, &["change-address", ANNA, "anna.m@mairie.test"], "", 0, &done);
    let again = format!("{ANNA} has no account, anna.m@mairie.test has one already: nothing changed");
    says(&world, &["change-address", ANNA, "anna.m@mairie.test"], "", 0, &again);
    let present = "anna.m@mairie.test is the address already";
    says(&world, &["change-address", "Anna.M@mairie.test", "anna.m@mairie.test"], "", 0, present);
    let add = ["add", "bo@mairie.test", "--name", "Bo", "--password-stdin"];
    says(&world, &add, &format!("{NEW}\n"), 0, "bo@mairie.test created");
    let taken = "dimail-portal: anna.m@mairie.test has an account of its own already";
    says(&world, &["change-address", "bo@mairie.test", "anna.m@mairie.test"], "", 1, taken);
    for arguments in [
        &["promote", "zz@mairie.test"][..],
        &["demote", "zz@mairie.test"],
        &["change-address", "zz@mairie.test", "yy@mairie.test"],
    ] {
        says(&world, arguments, "", 1, "dimail-portal: zz@mairie.test has no account");
    }
    let rows = world.database.texts("select email, is_staff from users order by id").await;
    assert_eq!(rows, ["anna.m@mairie.test|0", "bo@mairie.test|0"]);
    says(&world, &["promote", "nobody"], "", 2, "dimail-portal: nobody is not an address");
    says(&world, &["change-address", "bo@mairie.test", "nobody"], "", 2, "dimail-portal: nobody is not an address");
    // Settings are accepted before and after the command.
    for line in [["--log-format", "text", "list"], ["list", "--log-format", "text"]] {
        let output = users(&world, &line, "");
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("bo@mairie.test\tBo"));
    }
}

async fn the_portal_heeds_them(database: Database) {
    let world = World::start(database).await;
    let portal = world.portal().await;
    let anna = world.anna(&portal).await;
    anna.get("/domains").await.is(200);
    let output = users(&world, &["set-password", ANNA, "--password-stdin"], &format!("{NEW}\n"));
    assert!(output.status.success(), "{output:?}");
    anna.get("/domains").await.is(303);
    Browser::sign_in(&portal.url, ANNA, NEW).await.get("/domains").await.is(200);
    let told = "emails where state = 'sent' and content like '%password_changed%'";
    world.until("the email that tells of it", || async { world.database.count(told).await == 1 }).await;
    assert!(world.post.emails().iter().any(|email| email.decoded().contains("mot de passe a chang")));
}
