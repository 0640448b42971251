//! The Bearer token: requested once, shared by all clones of the client, renewed before it expires.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::CallError;

/// The longest assumed lifetime; the server of 2024 gives 47 minutes, today's is unknown.
const LONGEST_LIFE: Duration = Duration::from_mins(45);
/// The fraction of its lifetime after which a token is renewed.
const RENEWED_AFTER: f64 = 0.8;

/// A token and the time until which it is used.
#[derive(Clone)]
pub struct Token {
    value: SecretString,
    renew_at: Instant,
    number: u64,
}

impl Token {
    /// The text for the `Authorization` header.
    pub fn value(&self) -> &SecretString {
        &self.value
    }
}

/// A token from dimail, with its lifetime if that could be read.
pub struct Issued {
    /// The token.
    pub value: SecretString,
    /// Its lifetime, counted from its receipt.
    pub life: Option<Duration>,
}

/// The token of a client.
#[derive(Default)]
pub struct Tokens {
    // Locked while a token is requested, so that all callers wait for the same request.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    count: u64,
    failed: Option<(Instant, CallError)>,
}

impl Tokens {
    /// The token to use now, for a call that has waited since `arrived`.
    ///
    /// # Errors
    /// The failure of `ask`, even if another caller made that request.
    pub async fn current<F>(&self, arrived: Instant, ask: impl Fn() -> F) -> Result<Token, CallError>
    where
        F: Future<Output = Result<Issued, CallError>>,
    {
        self.newer_than(None, arrived, ask).await
    }

    /// A token other than `refused`, which dimail no longer accepts: another caller's newer one, or a
    /// new one.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub async fn newer_than<F>(
        &self,
        refused: Option<&Token>,
        arrived: Instant,
        ask: impl Fn() -> F,
    ) -> Result<Token, CallError>
    where
        F: Future<Output = Result<Issued, CallError>>,
    {
        let mut kept = self.kept.lock().await;
        let too_old = refused.map_or(0, |token| token.number);
        if let Some(token) = &kept.token
            && token.number > too_old
            && Instant::now() < token.renew_at
        {
            return Ok(token.clone());
        }
        // The request this caller waited for has failed: its failure applies to all waiting callers.
        if let Some((at, failure)) = &kept.failed
            && *at >= arrived
        {
            return Err(failure.clone());
        }
        match ask().await {
            Ok(issued) => Ok(kept.keep(issued)),
            Err(failure) => {
                kept.failed = Some((Instant::now(), failure.clone()));
                Err(failure)
            }
        }
    }

    /// Requests a token even if there may be a valid one, and keeps it.
    pub async fn renew<F>(&self, ask: impl Fn() -> F) -> Result<(), CallError>
    where
        F: Future<Output = Result<Issued, CallError>>,
    {
        let mut kept = self.kept.lock().await;
        let issued = ask().await?;
        kept.keep(issued);
        Ok(())
    }
}

impl Kept {
    fn keep(&mut self, issued: Issued) -> Token {
        self.count += 1;
        let life = issued.life.unwrap_or(LONGEST_LIFE).min(LONGEST_LIFE);
        let renew_at = Instant::now() + life.mul_f64(RENEWED_AFTER);
        let token = Token { value: issued.value, renew_at, number: self.count };
        self.token = Some(token.clone());
        self.failed = None;
        token
    }
}

/// The lifetime of a JWT: its `exp` minus the time, in seconds since 1970, at which the server says it
/// was issued. The signature is not verified; that is up to the server. `None` for a text that is not a
/// JWT.
pub fn life(jwt: &SecretString, given_at: i64) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Claims {
        exp: serde_json::Number,
    }
    let payload = jwt.expose_secret().split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&json).ok()?;
    let given_at = Duration::from_secs(u64::try_from(given_at).ok()?);
    let exp = Duration::try_from_secs_f64(claims.exp.as_f64()?).ok()?;
    Some(exp.saturating_sub(given_at))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use secrecy::{ExposeSecret, SecretString};
    use tokio::time::Instant;

    use super::{Issued, Tokens, life};
    use crate::dimail::error::CallError;

    fn jwt(payload: &str) -> SecretString {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)).into()
    }

    #[test]
    fn the_life_of_a_token_is_read_without_a_clock_of_ours() {
        let of = |payload, at| life(&jwt(payload), at);
        assert_eq!(of(r#"{"sub":"a","exp":4820}"#, 2000), Some(Duration::from_mins(47)));
        assert_eq!(of(r#"{"exp":4820.5}"#, 4820), Some(Duration::from_millis(500)));
        assert_eq!(of(r#"{"exp":100}"#, 2000), Some(Duration::ZERO));
        for odd in [r#"{"exp":"soon"}"#, r#"{"exp":-1}"#, r#"{"exp":1e300}"#, "{}", "[]", "\u{ff}"] {
            assert_eq!(of(odd, 2000), None, "{odd}");
        }
        assert_eq!(life(&"opaque".into(), 2000), None);
        assert_eq!(life(&"a.!!.c".into(), 2000), None);
    }

    struct Source {
        asked: AtomicU64,
        fails: bool,
        life: Option<Duration>,
    }

    impl Source {
        fn new(fails: bool, life: Option<Duration>) -> Self {
            Self { asked: AtomicU64::new(0), fails, life }
        }

        async fn ask(&self) -> Result<Issued, CallError> {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let n = self.asked.fetch_add(1, Ordering::SeqCst);
            if self.fails {
                return Err(CallError::no_answer("hung", None, false));
            }
            Ok(Issued { value: format!("t{n}").into(), life: self.life })
        }
    }

    #[tokio::test]
    async fn many_callers_share_one_request_and_its_renewal() {
        let (tokens, source) = (Tokens::default(), Source::new(false, None));
        let calls = (0..100).map(|_| tokens.current(Instant::now(), || source.ask()));
        let first = futures::future::try_join_all(calls).await.expect("tokens");
        assert!(first.iter().all(|token| token.value().expose_secret() == "t0"));
        let again = first.iter().map(|token| tokens.newer_than(Some(token), Instant::now(), || source.ask()));
        let second = futures::future::try_join_all(again).await.expect("tokens");
        assert!(second.iter().all(|token| token.value().expose_secret() == "t1"));
        tokens.renew(|| source.ask()).await.expect("a token");
        assert_eq!(source.asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_failure_speaks_for_all_who_waited_and_for_nobody_later() {
        let (tokens, source) = (Tokens::default(), Source::new(true, None));
        let calls = (0..100).map(|_| tokens.current(Instant::now(), || source.ask()));
        let results = futures::future::join_all(calls).await;
        assert!(results.iter().all(Result::is_err));
        assert_eq!(source.asked.load(Ordering::SeqCst), 1);
        assert!(tokens.current(Instant::now(), || source.ask()).await.is_err());
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_token_is_renewed_before_it_ends() {
        let (tokens, source) = (Tokens::default(), Source::new(false, Some(Duration::from_millis(100))));
        for _ in 0..3 {
            tokens.current(Instant::now(), || source.ask()).await.expect("a token");
        }
        assert_eq!(source.asked.load(Ordering::SeqCst), 1);
        tokio::time::sleep(Duration::from_millis(85)).await;
        tokens.current(Instant::now(), || source.ask()).await.expect("a token");
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
    }
}
