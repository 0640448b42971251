//! The integration tests: a whole portal in this process, used over HTTP, which calls the fake
//! dimail over HTTP. Each story runs on SQLite, and on PostgreSQL if `TEST_DATABASE_URL` names a
//! server (`postgres://user@host:port/any`) on which databases may be created.

#![cfg(test)]

mod accounts;
mod aliases;
mod dimail;
mod domains;
mod emails;
mod mailboxes;
mod members;
mod operations;
mod support;
mod sync;

mod access;
mod away;
mod compression;
mod connections;
mod forms;
mod health;
mod hostile;
mod journal;
mod leaves_out;
mod legal;
mod once;
mod opening;
mod snapshots;
mod spoken;
mod statements;
mod tidy;
mod told;
mod typed;
mod undo;
