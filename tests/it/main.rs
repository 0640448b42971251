//! The integration tests: a whole portal in this process, asked over HTTP, with the fake dimail
//! behind it over HTTP too. Each story runs on SQLite, and on PostgreSQL when `TEST_DATABASE_URL`
//! names a server (`postgres://user@host:port/any`) on which databases may be created.

#![cfg(test)]

mod support;

mod access;
mod account;
mod accounts;
mod aliases;
mod changes;
mod checks;
mod collaborators;
mod connections;
mod contract;
mod corrections;
mod creation_attempts;
mod dimail_client;
mod dimail_limit;
mod domains;
mod fake_dimail;
mod faults;
mod forms;
mod guarded;
mod health;
mod holders;
mod hostile;
mod invitations;
mod journal;
mod leaves_out;
mod letters;
mod lists;
mod mailboxes;
mod old_server;
mod passwords;
mod seen_first;
mod selected;
mod sign_in;
mod smtp;
mod snapshots;
mod statements;
mod throttle;
mod tidy;
mod walls;
