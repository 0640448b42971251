//! Tests of the real program as a process: it is started, stopped and killed, while the fake dimail
//! and an SMTP server keep running. Each story runs on SQLite, and on PostgreSQL if
//! `TEST_DATABASE_URL` names a server (`postgres://user@host:port/any`).
//!
//! Durations are printed but not compared, except with a generous limit: a machine may be slow.

#![cfg(test)]

mod support;

mod a_thousand;
mod access_paths;
mod bare_machine;
mod commands;
mod connections;
mod doctor;
mod emails;
mod installation;
mod killed;
mod logs;
mod serial;
mod settings;
mod setup_db;
mod stopped;
mod together;
mod users;
