//! The client of dimail, the fake dimail, and the contract suite that checks what both rely on.

mod client;
mod contract;
mod fake;
