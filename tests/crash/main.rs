//! Tests of the real program as a process: it is started, stopped and killed, while the fake dimail
//! and an SMTP server keep running. Each story runs on SQLite, and on PostgreSQL if
//! `TEST_DATABASE_URL` names a server (`postgres://user@host:port/any`).
//!
//! Durations are printed but not compared, except with a generous limit: a machine may be slow.

#![cfg(test)]

mod support;

mod a_thousand;
mod access_paths;
mod backup;
mod bare_machine;
mod chaos;
mod commands;
mod connections;
mod doctor;
mod emails;
mod full_disk;
mod installation;
mod killed;
mod logs;
mod migration;
mod relay;
mod restored;
mod serial;
mod settings;
mod setup_db;
mod silent_database;
mod stopped;
mod together;
mod unavailable;
mod users;
