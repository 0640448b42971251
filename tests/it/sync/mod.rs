//! Making dimail agree, whatever it does: looks before creations, checks, faults, the limit of calls.

mod attempts;
mod check;
mod faults;
mod limit;
mod old_server;
mod seen_first;
