//! What holds when the portal dies: the real program, started, stopped and killed as a process,
//! with a fake dimail and an SMTP server that survive it. Each story runs on SQLite, and on
//! PostgreSQL when `TEST_DATABASE_URL` names a server (`postgres://user@host:port/any`).
//!
//! Durations are printed, never judged but for a generous end to all waiting: a machine may be slow.

#![cfg(test)]

mod support;

mod a_thousand;
mod access_paths;
mod bare_machine;
mod commands;
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
