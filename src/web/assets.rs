//! Static files, served under a path that contains the folder's hash, so browsers cache them for good.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Web;
use super::logo::{Logo, LogoError};

/// How much of the hash is in the path: 64 bits, enough that two versions never share it.
const HASH_CHARS: usize = 16;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The folder of static files, the operator's logo, and the hash of their contents.
#[derive(Clone, Debug)]
pub struct Assets {
    folder: PathBuf,
    logo: Option<Logo>,
    hash: String,
}

/// Why the static files cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    /// No folder was found in any of the usual places.
    #[error("the static files are not found; set STATIC_DIR to their folder")]
    Missing,
    /// The folder can't be read.
    #[error("the static files of STATIC_DIR can't be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

impl Assets {
    /// Opens `folder`, or else the first of the usual places that exists: `static` in the working
    /// directory, beside the program, in `/usr/share/dimail-portal`. `accent` replaces the portal's
    /// accent colour.
    ///
    /// # Errors
    /// When they are not there or can't be read.
    pub fn find(folder: Option<&Path>, accent: Option<&str>) -> Result<Self, AssetsError> {
        let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("static")));
        let usual = [Some(PathBuf::from("static")), beside, Some(PathBuf::from("/usr/share/dimail-portal/static"))];
        let usual_bare = Some(PathBuf::from("/usr/share/dimail-portal"));
        let places: Vec<PathBuf> = match folder {
            Some(folder) => vec![folder.to_owned()],
            None => usual.into_iter().chain([usual_bare]).flatten().collect(),
        };
        let folder = places.into_iter().find(|place| place.join("portal.css").is_file()).ok_or(AssetsError::Missing)?;
        let mut hash = Sha256::new();
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        for file in files {
            hash.update(file.file_name().map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default());
            hash.update(std::fs::read(&file)?);
        }
        hash.update(accent.unwrap_or_default());
        Ok(Self { folder, logo: None, hash: short(hash) })
    }

    /// The same with the logo in this file.
    ///
    /// # Errors
    /// When the file can't be read, is too large, or is neither an SVG nor a PNG picture.
    pub fn with_logo(self, file: &Path) -> Result<Self, LogoError> {
        let logo = Logo::read(file)?;
        let hash = short(Sha256::new().chain_update(&self.hash).chain_update(logo.bytes()));
        Ok(Self { logo: Some(logo), hash, ..self })
    }

    /// The address of a file.
    pub(crate) fn address(&self, name: &str) -> String {
        format!("/static/{}/{name}", self.hash)
    }

    /// The address of the stylesheet with the operator's accent colour.
    pub(crate) fn accent_address(&self) -> String {
        self.address("accent.css")
    }

    /// The address of the operator's logo, if there is one.
    pub(crate) fn logo_address(&self) -> Option<String> {
        self.logo.as_ref().map(|logo| self.address(logo.name()))
    }
}

/// A hash as written in the path.
fn short(hash: Sha256) -> String {
    format!("{:x}", hash.finalize()).chars().take(HASH_CHARS).collect()
}

/// The routes of the static files.
pub(crate) fn routes(web: &Web) -> Router {
    let assets = web.assets();
    let files = ServeDir::new(&assets.folder).precompressed_br().precompressed_gzip();
    let mut router = Router::new();
    if let (Some(logo), Some(address)) = (assets.logo.clone(), assets.logo_address()) {
        router = router.route(&address, get(move || std::future::ready(logo.clone().response())));
    }
    router
        .route(&assets.accent_address(), get(accent))
        .nest_service(&format!("/static/{}", assets.hash), files)
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, FOREVER))
        .with_state(web.clone())
}

/// The stylesheet with the accent colour: as configured on light pages, lightened on dark ones.
async fn accent(State(web): State<Web>) -> Response {
    let Some(colour) = &web.app().settings.accent_colour else { return StatusCode::NOT_FOUND.into_response() };
    let css = format!(
        ":root {{ --accent: {colour}; --on-accent: #ffffff; }}\n\
         @media (prefers-color-scheme: dark) {{ :root {{ --accent: color-mix(in oklab, {colour} 45%, white); \
         --on-accent: #14101a; }} }}\n"
    );
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}
