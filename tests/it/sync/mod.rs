//! Bringing dimail to what the database says: lookups before creations, checks, faults, the limit
//! of concurrent calls.

mod check;
mod claims;
mod faults;
mod limit;
mod old_server;
mod seen_first;
mod sent_calls;
mod stops;
mod worlds;
