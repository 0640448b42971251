//! What people do with domains.

mod lifecycle;
