//! Emails: what leaves, when, and through which server.

mod deliver;
mod smtp;
