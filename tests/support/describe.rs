//! What a request's body holds, in the words of the golden traces.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Nothing, JSON, the members of an archive, or just so many bytes.
pub fn describe(body: &[u8], content_type: &str) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if content_type.contains("json") {
        return match serde_json::from_slice::<Value>(body) {
            Ok(value) => json!({ "json": value }),
            Err(_) => json!({ "text": String::from_utf8_lossy(body) }),
        };
    }
    match archive(body) {
        Some(members) => json!({ "archive": members }),
        None => json!({ "bytes": body.len(), "sha256": sha256(body) }),
    }
}

/// The members of a tar.gz by name; none if it is no such archive.
fn archive(body: &[u8]) -> Option<Vec<Value>> {
    let mut tar = Vec::new();
    MultiGzDecoder::new(body).read_to_end(&mut tar).ok()?;
    let mut members = Vec::new();
    for entry in tar::Archive::new(tar.as_slice()).entries().ok()? {
        let mut entry = entry.ok()?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        let header = entry.header();
        let kind = header.entry_type();
        members.push(json!({
            "name": String::from_utf8_lossy(&entry.path_bytes()).trim_end_matches('/'),
            "type": char::from(kind.as_byte()).to_string(),
            "mode": format!("0o{:o}", header.mode().ok()? & 0o777),
            "size": header.size().ok()?,
            "sha256": kind.is_file().then(|| sha256(&content)),
        }));
    }
    members.sort_by_key(|member| member["name"].to_string());
    Some(members)
}

/// The digest of some bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
