//! `GET /domains/{d}/spec/`: the expected DNS records (dimail of 2026, seen from its clients).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::fake_dimail::answer::{Answer, Reply};
use crate::fake_dimail::domains::require_reach;
use crate::fake_dimail::turn::Turn;

pub(crate) fn records(turn: &Turn<'_>, name: &str) -> Reply {
    require_reach(turn, name)?;
    let has = |feature| turn.state.domain(name).is_some_and(|domain| domain.has(feature));
    let key = dkim_key(name);
    let mut records = vec![
        record("", "mx", "mx.ox.numerique.gouv.fr."),
        record("dimail._domainkey", "txt", &format!("v=DKIM1; h=sha256; k=rsa; p={key}")),
    ];
    if has("mailbox") {
        records.push(record("imap", "cname", "imap.ox.numerique.gouv.fr."));
    }
    records.push(record("smtp", "cname", "smtp.ox.numerique.gouv.fr."));
    records.push(record("", "txt", "v=spf1 include:_spf.ox.numerique.gouv.fr -all"));
    if has("webmail") {
        records.push(record("webmail", "cname", "webmail.ox.numerique.gouv.fr."));
    }
    Ok(Answer::ok(&json!(records)))
}

fn record(target: &str, kind: &str, value: &str) -> Value {
    json!({"target": target, "type": kind, "value": value})
}

/// The first bytes of every public RSA key of 2048 bits in DER.
const KEY_HEAD: [u8; 33] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00,
];
/// The exponent 65537.
const KEY_TAIL: [u8; 5] = [0x02, 0x03, 0x01, 0x00, 0x01];

/// A well-formed public key, always the same for one domain; it has no known private key.
fn dkim_key(domain: &str) -> String {
    let mut key = KEY_HEAD.to_vec();
    for part in 0..8 {
        let mut bytes = Sha256::digest(format!("{domain} {part}"));
        if part == 0
            && let Some(first) = bytes.first_mut()
        {
            // A modulus of 2048 bits has its highest bit set.
            *first |= 0x80;
        }
        key.extend_from_slice(&bytes);
    }
    key.extend_from_slice(&KEY_TAIL);
    STANDARD.encode(key)
}
