//! Bearer tokens. They look like dimail's JWTs, so that a client can read `sub` and `exp`, but are
//! validated by lookup.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::fake_dimail::state::{State, Token};

impl State {
    pub fn give_token(&mut self, user: &str, now: i64) -> String {
        self.tokens.retain(|token| token.expires >= now);
        let expires = now.saturating_add(self.habits.token_lifetime);
        let head = encoded(&json!({"alg": "HS256", "typ": "JWT"}));
        let claims = encoded(&json!({"sub": user, "exp": expires}));
        let signature = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let text = format!("{head}.{claims}.{signature}");
        self.tokens.push(Token { text: text.clone(), user: user.to_owned(), expires });
        text
    }

    /// The user of a known token that has not expired.
    pub fn token_user(&self, text: &str, now: i64) -> Option<&str> {
        let valid = |token: &&Token| token.text == text && token.expires >= now;
        Some(&self.tokens.iter().find(valid)?.user)
    }
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
