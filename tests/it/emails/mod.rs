//! Emails: which are sent, when, and through which server.

mod deliver;
mod login_link;
mod refused;
mod smtp;
mod undelivered;
