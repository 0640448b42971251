//! Domains: adding, editing and removing them.

mod compare;
mod dns;
mod dns_share;
mod landing;
mod lifecycle;
mod limits;
mod typed_address;
