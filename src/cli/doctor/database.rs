//! The database: whether it opens and takes writes, what it would lose, who operates the portal, and which emails
//! wait.

use std::time::Duration;

use super::Findings;
use crate::cli::parts;
use crate::clock::{Clock, NoResult, in_time};
use crate::config::Settings;
use crate::store::{Cause, FileError, OpenError, SchemaWas, Store};

/// The time limit for opening the database and bringing its schema up to date.
const OPENED_WITHIN: Duration = Duration::from_secs(30);

/// Checks the database; returns recipients about which the SMTP server can be asked.
pub(super) async fn check(findings: &mut Findings, settings: &Settings) -> Vec<String> {
    if findings.knows("DATABASE_URL_FILE") {
        return Vec::new();
    }
    let Some(store) = opened(findings, settings).await else { return Vec::new() };
    server(findings, &store).await;
    if let Some(complaint) = parts::file_readable_by_others(settings) {
        findings.wrong(complaint);
    }
    staff(findings, &store).await;
    let recipients = outbox(findings, &store).await;
    store.close().await;
    recipients
}

/// Opens the database, and checks that it can be written.
async fn opened(findings: &mut Findings, settings: &Settings) -> Option<Store> {
    let opened = in_time(OPENED_WITHIN, Store::open_telling(&settings.database_url, Clock::system())).await;
    let why = match opened {
        Ok((store, was)) => {
            writable(findings, &store, was).await;
            return Some(store);
        }
        Err(NoResult::Failed(error)) => format!("{error}: {}", remedy(&error)),
        Err(NoResult::TimedOut) => format!(
            "the database is not ready after {} seconds: look at what its server is busy with; \"serve\" migrates a \
             large database for as long as it takes",
            OPENED_WITHIN.as_secs()
        ),
    };
    findings.wrong(format!("DATABASE_URL: {why}"));
    None
}

async fn writable(findings: &mut Findings, store: &Store, was: SchemaWas) {
    let was = match was {
        SchemaWas::Missing => "created",
        SchemaWas::Older => "brought up to date",
        SchemaWas::Current => "up to date",
    };
    match store.check_writable().await {
        Ok(()) => Findings::ok(format!("DATABASE_URL: the database answers and can be written, its schema is {was}")),
        Err(fault) => findings
            .wrong(format!("DATABASE_URL: the database can't be written: {fault}: {}", remedy_of(fault.cause()))),
    }
}

/// Checks how the database's server is set up: whether it keeps what it answered, and every character.
async fn server(findings: &mut Findings, store: &Store) {
    match store.not_durable().await {
        Ok(off) => off.iter().for_each(|setting| {
            findings.wrong(format!(
                "DATABASE_URL: {setting} is off: what was answered is lost when the power of the database server \
                 fails: set it to on, on the server"
            ));
        }),
        Err(fault) => findings.wrong(format!("DATABASE_URL: {fault}")),
    }
    match store.encoding().await {
        Ok(Some(encoding)) if encoding != "UTF8" => findings.wrong(format!(
            "DATABASE_URL: the database writes {encoding}: create one with \"encoding 'UTF8' template template0\""
        )),
        Ok(_) => {}
        Err(fault) => findings.wrong(format!("DATABASE_URL: {fault}")),
    }
}

/// Tells of emails that the SMTP server refuses, or that are held; returns recipients about which it can be asked.
async fn outbox(findings: &mut Findings, store: &Store) -> Vec<String> {
    let (answers, waiting) = (store.smtp_answers().await, store.emails_refused().await);
    if let (Ok(answers), Ok(waiting @ 1..)) = (answers, waiting)
        && answers.fault_since.is_some()
    {
        findings.wrong(format!(
            "emails: {waiting} wait, because the SMTP server refuses recipients in several domains: {}: the next \
             email that it takes releases them",
            answers.detail.unwrap_or_default()
        ));
    }
    if let Ok(held @ 1..) = store.emails_held().await {
        findings.wrong(format!(
            "emails: {held} are held, because this database was restored from a backup and they may have left \
             already: decide with \"emails release\" or \"emails withdraw\""
        ));
    }
    store.recipients_to_try().await.unwrap_or_default()
}

fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::Address => "write it so",
        OpenError::File(FileError::Missing | FileError::Address(_)) => "write sqlite:// and its path",
        OpenError::File(FileError::Folder(_) | FileError::File(_)) => "give the portal's user the right to make it",
        OpenError::File(FileError::NotADatabase) => "name another file, or restore a backup",
        OpenError::Pooler => "use its session mode, or the address of the server itself",
        OpenError::Connect(_) | OpenError::NoAnswer => remedy_of(error.cause()),
        OpenError::SchemaNewer(_) => "use that version, or restore the backup that was made before the upgrade",
        OpenError::SchemaOther(_) => "use that build, or restore a backup that belongs to this one",
        OpenError::Schema(_) if error.cause() != Cause::Other => remedy_of(error.cause()),
        OpenError::Schema(_) => "let the portal's user change the schema",
        OpenError::SchemaSlow => "find out what the database server is busy with",
    }
}

/// What to do about a database that does not work.
fn remedy_of(cause: Cause) -> &'static str {
    match cause {
        Cause::Refused => "check host and port, and that the server runs",
        Cause::NoHost => "check the name of the host",
        Cause::NoAnswer => "check host and port, the firewall, and that the server is not stuck",
        Cause::Certificate => {
            "give the name that is in the server's certificate, and its authority by sslrootcert in the address or \
             by SSL_CERT_FILE"
        }
        Cause::Credentials => "check user and password",
        Cause::ReadOnly => "give the address of the server that takes writes, and let the portal's user write",
        Cause::Full => "make space on the disk of the database",
        Cause::TooMany => "allow more connections on the server: each portal has up to 12",
        Cause::Locked => "end the program that holds a lock on the database, or wait for it",
        Cause::Other => "check the address, and that the portal's user may read and write there",
    }
}

async fn staff(findings: &mut Findings, store: &Store) {
    match store.every_user().await {
        Ok(users) if users.iter().any(|user| user.is_staff && user.disabled_at.is_none()) => {
            Findings::ok("staff: there is an account that operates the portal");
        }
        Ok(_) => {
            findings.wrong("staff: nobody operates the portal: run \"bootstrap\" or \"users add EMAIL --staff --yes\"");
        }
        Err(fault) => findings.wrong(format!("staff: {fault}")),
    }
}
