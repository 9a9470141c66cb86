//! Requests and answers, as lines.

use url::Url;

use super::secrets::sounds_secret;
use crate::atlas::{Body, BodySource, Request, Response};
use crate::json::{self, Kind, Span, Value};
use crate::sanitize::sanitize_and_cut;
use crate::secrets::{REDACTED, Secrets};
use crate::steps::Outcome;

/// The most characters of JSON, or of a header, in a line: an answer can be a thousand times longer.
const LONGEST: usize = 4096;

/// A request that is about to be sent.
pub(super) fn request(request: &Request, verbosity: u8, secrets: &Secrets) -> Vec<String> {
    let mut lines = vec![request.purpose.clone()];
    if verbosity == 0 {
        return lines;
    }
    let method = request.method.as_str();
    lines.push(format!("  > {method} {}", shown_url(request)));
    for header in &request.headers {
        let value = match header.sensitive {
            true => REDACTED,
            false => &header.value,
        };
        lines.push(format!("  > {}: {value}", header.name));
    }
    match &request.body {
        Body::Empty => {}
        Body::Bytes(bytes) => lines.extend(json(bytes, verbosity, secrets)),
        Body::Range(part) => {
            let end = part.offset.saturating_add(part.length);
            let bytes = match part.offset {
                0 => format!("{end} bytes"),
                start => format!("bytes {start} to {end}"),
            };
            lines.push(match &part.source {
                BodySource::File(path) => format!("  > {bytes} of the file {path}"),
                BodySource::Archive => format!("  > {bytes} of the archive"),
            });
        }
    }
    lines
}

/// What came of a request, or of making the archive. `is_secret`: the request's URL is a secret.
pub(super) fn outcome(
    outcome: &Outcome,
    took_ms: u64,
    is_secret: bool,
    verbosity: u8,
    secrets: &Secrets,
) -> Vec<String> {
    match outcome {
        Outcome::Answered(response) if verbosity > 0 => {
            let mut lines = vec![format!(
                "  < {} after {}",
                response.status,
                duration(took_ms)
            )];
            lines.extend(headers(response, is_secret));
            lines.extend(json(&response.body, verbosity, secrets));
            lines
        }
        Outcome::NoAnswer(error) if verbosity > 0 => vec![format!("  no answer: {error}")],
        Outcome::Packed(size) if verbosity > 0 => {
            vec![format!("  packed {size} bytes in {}", duration(took_ms))]
        }
        _ => Vec::new(),
    }
}

fn headers(response: &Response, is_secret: bool) -> impl Iterator<Item = String> {
    response.headers.iter().map(move |(name, value)| {
        // Answers do not say which of their headers are secret.
        let leads_on = ["location", "set-cookie"];
        let leads_on = leads_on.iter().any(|n| name.eq_ignore_ascii_case(n));
        // What identifies a request is called a key, too.
        let is_key = name.eq_ignore_ascii_case("idempotency-key");
        let sounds_secret = sounds_secret(name) && !is_key;
        let value = match is_secret || leads_on || sounds_secret {
            true => REDACTED.into(),
            false => sanitize_and_cut(value, LONGEST),
        };
        // HTTP libraries write names in cases of their own.
        format!("  < {}: {value}", name.to_ascii_lowercase())
    })
}

/// A time as people read it.
pub(super) fn duration(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms}ms"),
        _ => format!("{}.{}s", ms / 1000, ms % 1000 / 100),
    }
}

/// The URL, or only its origin if the rest is a secret.
fn shown_url(request: &Request) -> String {
    if !request.sensitive_url {
        return request.url.clone();
    }
    match Url::parse(&request.url) {
        Ok(url) => format!("{}/{REDACTED}", url.origin().ascii_serialization()),
        Err(_) => REDACTED.into(),
    }
}

/// A line with a body, if it is JSON and people want to see it: as it came, but for what is secret.
fn json(body: &[u8], verbosity: u8, secrets: &Secrets) -> Option<String> {
    if verbosity < 2 {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    let document = json::read(text).ok()?;
    let mut shown = String::from("    ");
    let mut done = 0;
    let mut show = |span: &Span| {
        shown.push_str(text.get(done..span.start).unwrap_or_default());
        shown.push_str("\"[redacted]\"");
        done = span.end;
    };
    hide(document.root(), secrets, &mut show);
    shown.push_str(text.get(done..).unwrap_or_default());
    Some(sanitize_and_cut(&shown, LONGEST))
}

/// Finds what must not be shown of a value, in the order of the text. Strings are compared as they
/// read, whatever is escaped in them.
fn hide(value: &Value, secrets: &Secrets, found: &mut impl FnMut(&Span)) {
    match &value.kind {
        Kind::Object(members) => {
            for member in members {
                if secrets.are_in(&member.key) {
                    found(&member.key_span);
                }
                // Where an upload goes is as good as a token.
                if member.key == "upload_path" || sounds_secret(&member.key) {
                    found(&member.value.span);
                } else {
                    hide(&member.value, secrets, found);
                }
            }
        }
        Kind::Array(items) => {
            for item in items {
                hide(item, secrets, found);
            }
        }
        Kind::String(text) if secrets.are_in(text) => found(&value.span),
        _ => {}
    }
}
