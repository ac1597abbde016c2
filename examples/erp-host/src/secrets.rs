//! Hashes of passwords and tokens: salted PBKDF2 for passwords, SHA-256 for random tokens.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Rounds of PBKDF2 for a new password. Few, because the example prints its passwords at start anyway; a stored hash includes its own
/// number of rounds.
const ROUNDS: u32 = 10_000;

/// The kernel's random generator failed.
#[derive(Debug, thiserror::Error)]
#[error("the random number generator failed: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// 256 random bits as text.
pub fn random_token() -> Result<String, NoRandomness> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// The stored hash of a token.
pub fn hash_token(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The stored hash of a password: `rounds:salt:hash`.
pub fn hash_password(password: &str) -> Result<String, NoRandomness> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)?;
    let hash = pbkdf2(password, &salt, ROUNDS);
    Ok(format!("{ROUNDS}:{}:{}", hex::encode(salt), hex::encode(hash)))
}

/// Whether a password matches the stored hash. Takes some milliseconds: not for an async thread.
pub fn verify_password(password: &str, stored: &str) -> bool {
    let mut parts = stored.split(':');
    let rounds = parts.next().and_then(|text| text.parse().ok());
    let salt = parts.next().and_then(|text| hex::decode(text).ok());
    let hash = parts.next().and_then(|text| hex::decode(text).ok());
    match (rounds, salt, hash) {
        (Some(rounds), Some(salt), Some(hash)) => same(&pbkdf2(password, &salt, rounds), &hash),
        _ => false,
    }
}

/// Compares in constant time.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

/// PBKDF2 with HMAC-SHA-256 for one block of output.
fn pbkdf2(password: &str, salt: &[u8], rounds: u32) -> [u8; 32] {
    let keyed = keyed(password);
    let mut block: [u8; 32] =
        keyed.clone().chain_update(salt).chain_update(1_u32.to_be_bytes()).finalize().into_bytes().into();
    let mut result = block;
    for _ in 1..rounds {
        block = keyed.clone().chain_update(block).finalize().into_bytes().into();
        for (byte, more) in result.iter_mut().zip(block) {
            *byte ^= more;
        }
    }
    result
}

/// HMAC keyed by a password: padded to a block with zeros, or hashed first if it is longer than one.
fn keyed(password: &str) -> Hmac<Sha256> {
    let mut block = [0; 64];
    let digest = Sha256::digest(password.as_bytes());
    let key = if password.len() > block.len() { digest.as_slice() } else { password.as_bytes() };
    block[..key.len()].copy_from_slice(key);
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pbkdf2_matches_rfc_7914() {
        // RFC 7914, section 11, the first 32 bytes of the first vector.
        let hash = pbkdf2("passwd", b"salt", 1);
        assert_eq!(hex::encode(hash), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
    }

    #[test]
    fn only_the_right_password_fits() {
        let stored = hash_password("acme-admin").expect("randomness");
        assert!(verify_password("acme-admin", &stored));
        assert!(!verify_password("acme-author", &stored));
        assert!(!verify_password("acme-admin", "not:a:hash"));
    }
}
