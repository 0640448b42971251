//! Logs: lines to read or JSON, to standard error.
//!
//! Must not know: what is logged. No secret may be handed to it.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Begins logging. `RUST_LOG` chooses what is logged; by default the portal's own news, and
/// warnings of its libraries.
pub fn start(format: LogFormat, quiet: bool) {
    let default = if quiet { "warn" } else { "warn,dimail_portal=info" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for terminals: not for files and pipes.
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // Already begun (by a test): that one stays.
    drop(match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    });
}
