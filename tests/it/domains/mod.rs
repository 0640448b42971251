//! What people do with domains.

mod manage;
