//! The header by which a server knows a request again, so that repeating it makes nothing twice.
//!
//! The original sent none. Servers that know it (draft-ietf-httpapi-idempotency-key-header) answer
//! a repetition as they answered the first; others ignore it. Which of them a server is can't be
//! told from the draft, so it is told from its answers: one that knows the header sends it back.

use super::{Header, Response};

const HEADER: &str = "Idempotency-Key";

/// What one publication calls its new version, the same in all of its attempts. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A random UUID (RFC 9562, version 4) from 16 random bytes.
    pub fn new(mut random: [u8; 16]) -> Self {
        random[6] = random[6] & 0x0f | 0x40;
        random[8] = random[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (index, byte) in random.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push_str(&format!("{byte:02x}"));
        }
        Self(text)
    }

    /// Takes one that [`Self::as_str`] gave; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_hexdigit() || b == b'-';
        (text.len() == 36 && text.bytes().all(plain)).then(|| Self(text.into()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The header that carries it.
    pub(super) fn header(&self) -> Header {
        Header::plain(HEADER, &self.0)
    }

    /// Whether this answers a request with the key, by a server that knows what it is for.
    pub fn is_known_by(&self, response: &Response) -> bool {
        response.header(HEADER) == Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_random_uuid() {
        let key = IdempotencyKey::new([0xff; 16]);
        assert_eq!(key.as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(IdempotencyKey::parse(key.as_str()), Some(key));
        assert_eq!(IdempotencyKey::parse("short"), None);
        assert_eq!(IdempotencyKey::parse(&"\n".repeat(36)), None);
    }

    #[test]
    fn a_server_that_knows_keys_sends_them_back() {
        let key = IdempotencyKey::new([1; 16]);
        let answer = |value: &str| Response {
            status: 404,
            headers: vec![("idempotency-key".into(), value.into())],
            body: Vec::new(),
            ..Response::default()
        };
        assert!(key.is_known_by(&answer(key.as_str())));
        assert!(!key.is_known_by(&answer("another")));
    }
}
