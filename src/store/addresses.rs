//! The addresses of PostgreSQL's server. A name may have several, of which some do not answer, typically
//! those of IPv6; sqlx waits for each as long as the system does.

use std::net::SocketAddr;
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use tokio::net::{TcpStream, lookup_host};

use crate::clock::{NoResult, in_time};

/// How long one address may take to answer.
const ADDRESS: Duration = Duration::from_secs(1);
/// PostgreSQL's port, where the address names none.
const PORT: u16 = 5432;

/// The options with the first address that answers in place of the name, if one before it does not answer at
/// all. Otherwise the name stays, so that a server may move; and with `verify-full`, because the certificate
/// bears it.
pub(super) async fn without_silent(mut options: AnyConnectOptions) -> AnyConnectOptions {
    let url = &options.database_url;
    let is_verified = url.query_pairs().any(|(name, value)| name.starts_with("ssl") && value == "verify-full");
    let is_elsewhere = url.query_pairs().any(|(name, _)| matches!(name.as_ref(), "host" | "hostaddr" | "port"));
    let (Some(host), false) = (url.host_str(), is_verified || is_elsewhere) else { return options };
    let port = url.port().unwrap_or(PORT);
    let Ok(found) = lookup_host((host.trim_matches(['[', ']']), port)).await else { return options };
    let found: Vec<SocketAddr> = found.collect();
    if found.len() < 2 {
        return options;
    }
    let Some(address) = after_silence(found).await else { return options };
    tracing::warn!(%address, host, "an address of the database server does not answer: another one is used");
    // It fails only for addresses without a host.
    options.database_url.set_ip_host(address.ip()).ok();
    options
}

/// The first address that answers after one that does not; `None` if the first one answers, be it by a
/// refusal, or none does.
async fn after_silence(addresses: Vec<SocketAddr>) -> Option<SocketAddr> {
    let mut is_silent = false;
    for address in addresses {
        match in_time(ADDRESS, TcpStream::connect(address)).await {
            Ok(_) => return is_silent.then_some(address),
            Err(NoResult::Failed(_)) => {}
            Err(NoResult::TimedOut) => is_silent = true,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::net::TcpListener;

    use super::after_silence;
    use crate::silent_address::Silent;

    #[tokio::test]
    async fn an_address_that_answers_is_found_behind_a_silent_one() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let answers = listener.local_addr().expect("its address");
        let silent = Silent::new().await;
        let refuses: SocketAddr = "127.0.0.1:1".parse().expect("an address");
        assert_eq!(after_silence(vec![silent.address, answers]).await, Some(answers));
        assert_eq!(after_silence(vec![refuses, silent.address, answers]).await, Some(answers));
        for as_it_is in [vec![answers, silent.address], vec![refuses, answers], vec![silent.address], vec![]] {
            assert_eq!(after_silence(as_it_is.clone()).await, None, "{as_it_is:?}");
        }
    }
}
