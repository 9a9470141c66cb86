//! The SHA-256 that an answer tells of a file: `Repr-Digest` (RFC 9530), or `Digest` (RFC 3230) before it.

use super::Response;

/// Bytes of a SHA-256.
const LENGTH: usize = 32;

/// Characters of a SHA-256 in hexadecimal.
pub const SHA256_LENGTH: usize = 2 * LENGTH;

/// The SHA-256 of the whole file, in hexadecimal, if the answer tells it.
pub fn sha256(response: &Response) -> Option<String> {
    // `sha-256=:BASE64:` in a list of such; in the older header without the colons.
    let algorithms = |name| response.header(name).unwrap_or_default().split(',');
    let mut all = algorithms("repr-digest").chain(algorithms("digest"));
    all.find_map(|one| {
        let (algorithm, value) = one.trim().split_once('=')?;
        let value = value.trim_matches(':').trim_end_matches('=');
        let bytes = algorithm
            .eq_ignore_ascii_case("sha-256")
            .then(|| base64(value))??;
        let hexadecimal = bytes.iter().map(|byte| format!("{byte:02x}"));
        (bytes.len() == LENGTH).then(|| hexadecimal.collect())
    })
}

/// Decodes Base64 (RFC 4648) without its padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut value) = (0, 0_u32);
    for c in text.bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        value = (value << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((value >> bits) as u8);
            value &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_headers_are_read() {
        // RFC 9530, B.1: the digest of `{"hello": "world"}` and a line feed.
        let base64 = "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=";
        let hexadecimal = "44aff4ab2d7c3250525675a08f0cfa9591168cffe51791c5f5bbc417c15a6c38";
        let told = |name: &str, value: String| {
            let headers = vec![(name.to_owned(), value)];
            let response = Response {
                headers,
                ..Response::default()
            };
            sha256(&response)
        };
        let wanted = Some(hexadecimal.to_owned());
        assert_eq!(told("Repr-Digest", format!("sha-256=:{base64}:")), wanted);
        let two = format!("sha-512=:AAAA:, SHA-256=:{base64}:");
        assert_eq!(told("repr-digest", two), wanted);
        assert_eq!(told("Digest", format!("SHA-256={base64}")), wanted);
        for other in ["sha-256=:AAAA:", "sha-256=:!:", "sha-256", "", "md5=:AAAA:"] {
            assert_eq!(told("Repr-Digest", other.into()), None, "{other}");
        }
    }
}
