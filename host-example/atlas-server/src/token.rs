//! Tokens: what a client shows in `X-Atlas-Token`.
//!
//! Atlas's tokens look like `XXXXXXXXXXXXXX.atlasv1.YYYY…`. Only their SHA-256 is kept.

use rand::distr::{Alphanumeric, SampleString};
use sha2::{Digest, Sha256};

/// A new token. The part before the dot only tells tokens apart for a reader; the rest is the secret.
pub(crate) fn new_token() -> String {
    format!("{}.atlasv1.{}", random_name(14), random_name(67))
}

/// `length` random letters and digits, nearly six bits each, from the system's cryptographic generator.
pub(crate) fn random_name(length: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), length)
}

/// The SHA-256 of a secret.
///
/// Secrets are only ever compared as digests: how long that takes depends on the digest, which a
/// caller cannot steer towards the right one byte by byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretDigest([u8; 32]);

impl SecretDigest {
    /// Digests a secret as the client sent it.
    pub(crate) fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// The digest's bytes, as they are stored.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_form_of_atlas_and_is_new_each_time() {
        let token = new_token();
        let (public, secret) = token.split_once(".atlasv1.").unwrap();
        assert_eq!(public.len(), 14);
        assert!(secret.len() >= 60);
        assert!(
            (public.to_owned() + secret)
                .chars()
                .all(|c| c.is_ascii_alphanumeric())
        );
        assert_ne!(token, new_token());
    }
}
