//! The client of dimail, the fake, and the contract that both keep.

mod client;
mod contract;
mod fake;
