//! The operator's logo: a picture that is read at the start and shown in the bar of every page.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// The largest file, in bytes: each visitor loads it.
const LARGEST: u64 = 64 * 1024;
/// How far into a file its first element is looked for, behind comments and declarations.
const HEAD: usize = 4096;

/// An SVG can contain scripts and load other files. In `<img>` a browser ignores both; this policy is for
/// the picture opened at its own address.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// The logo of the operator.
#[derive(Clone, Debug)]
pub(super) struct Logo {
    bytes: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
}

/// Why a file cannot be the logo.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    /// It can't be read.
    #[error("BRAND_LOGO: the file can't be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is too large.
    #[error("BRAND_LOGO: the file is larger than {} KiB, and each visitor would load it", LARGEST / 1024)]
    TooLarge,
    /// It is another kind of file.
    #[error("BRAND_LOGO: the file is neither an SVG nor a PNG picture")]
    OtherKind,
}

impl Logo {
    /// Reads the picture of a file. Its kind follows from its content.
    pub(super) fn read(file: &Path) -> Result<Self, LogoError> {
        let mut bytes = Vec::new();
        File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
            return Err(LogoError::TooLarge);
        }
        let kind = kind(&bytes).ok_or(LogoError::OtherKind)?;
        Ok(Self { bytes, kind })
    }

    /// The name of its address.
    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Svg => "logo.svg",
            Kind::Png => "logo.png",
        }
    }

    /// The file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The picture as an answer.
    pub(super) fn response(self) -> Response {
        let kind = match self.kind {
            Kind::Svg => "image/svg+xml",
            Kind::Png => "image/png",
        };
        let headers = [(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_SECURITY_POLICY, POLICY)];
        (headers, self.bytes).into_response()
    }
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(Kind::Png);
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let head: String = text.trim_start_matches('\u{feff}').trim_start().chars().take(HEAD).collect();
    (head.starts_with('<') && head.contains("<svg")).then_some(Kind::Svg)
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind};

    #[test]
    fn the_kind_follows_from_the_content() {
        for svg in ["<svg xmlns=\"x\"/>", "\u{feff}<?xml version=\"1.0\"?>\n<!-- by hand -->\n<svg></svg>"] {
            assert_eq!(kind(svg.as_bytes()), Some(Kind::Svg), "{svg}");
        }
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0"), Some(Kind::Png));
        for other in [&b""[..], b"GIF89a", b"\xff\xd8\xff", b"<html></html>", b"text <svg", b"\xff<svg/>"] {
            assert_eq!(kind(other), None, "{other:?}");
        }
    }
}
