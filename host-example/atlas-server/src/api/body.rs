//! The bodies of API requests: small ones, read as a whole.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, header::CONTENT_TYPE},
};
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::error::ApiError;

/// The largest body that is read.
const LARGEST: usize = 1 << 20;

/// How deep the fields of a form go at most.
const DEEPEST: usize = 8;

/// How much of a body that is refused is still taken off the line. A client that is cut off while it
/// sends often reports a broken connection and never reads the answer that says why.
const DISCARDED: usize = 64 << 20;

/// How long either may take: nobody holds a connection for long by sending little.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads a body of at most 1 MiB.
pub(crate) async fn read(body: Body) -> Result<Bytes, ApiError> {
    let late = |_| ApiError::Malformed("The body comes too slowly".to_owned());
    timeout(PATIENCE, read_all(body)).await.map_err(late)?
}

async fn read_all(body: Body) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| ApiError::Malformed("The body is incomplete".to_owned()))?;
        if read.len() + bytes.len() > LARGEST {
            discard(Body::from_stream(stream)).await;
            return Err(ApiError::TooLarge(LARGEST));
        }
        read.extend_from_slice(&bytes);
    }
    Ok(read.into())
}

/// Reads a body of JSON, or a form whose fields are named `a[b]` as the documentation of Atlas shows them.
pub(super) async fn read_value(headers: &HeaderMap, body: Body) -> Result<Value, ApiError> {
    let body = read(body).await?;
    let is_form = headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    // Some clients call whatever they send a form.
    if is_form && !body.trim_ascii_start().starts_with(b"{") {
        return form(&body);
    }
    serde_json::from_slice(&body)
        .map_err(|error| ApiError::Malformed(format!("The body is not JSON: {error}")))
}

fn form(body: &[u8]) -> Result<Value, ApiError> {
    let mut form = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let wrong = || ApiError::Malformed(format!("The form has no place for {name}"));
        let names = name.strip_suffix(']').unwrap_or(&name);
        let names: Vec<_> = names.split("][").flat_map(|part| part.split('[')).collect();
        let [first, rest @ ..] = names.as_slice() else {
            return Err(wrong());
        };
        if rest.len() > DEEPEST {
            return Err(wrong());
        }
        let mut place = form.entry(*first).or_insert(Value::Null);
        for part in rest {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let object = place.as_object_mut().ok_or_else(wrong)?;
            place = object.entry(*part).or_insert(Value::Null);
        }
        if !place.is_null() {
            return Err(wrong());
        }
        *place = Value::String(value.into_owned());
    }
    Ok(Value::Object(form))
}

/// Takes a body that is refused off the line, up to a limit.
pub(super) async fn discard(body: Body) {
    let mut stream = body.into_data_stream();
    let mut discarded = 0;
    let discard = async {
        while let Some(Ok(bytes)) = stream.next().await {
            discarded += bytes.len();
            if discarded > DISCARDED {
                return;
            }
        }
    };
    // The answer is the same, whatever has come.
    let _ = timeout(PATIENCE, discard).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use serde_json::json;
    use tokio::time::{Instant, sleep};

    /// A body of which two bytes come every second, for ever.
    fn endless() -> Body {
        let parts = stream::repeat(()).then(async |()| {
            sleep(Duration::from_secs(1)).await;
            Ok::<_, std::io::Error>("[]")
        });
        Body::from_stream(parts)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_slowly_is_given_up() {
        let start = Instant::now();
        let refused = read(endless()).await.unwrap_err();
        assert_eq!(refused.to_string(), "The body comes too slowly");
        discard(endless()).await;
        let minutes = start.elapsed().as_secs() / 60;
        assert_eq!(minutes, 2);
    }

    #[test]
    fn a_form_is_read_as_the_object_that_its_names_tell() {
        let read = form(b"a%5Bb%5D=1&a[c][d]=x+y&e=").unwrap();
        assert_eq!(read, json!({"a": {"b": "1", "c": {"d": "x y"}}, "e": ""}));
        for twice in ["a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2"] {
            assert!(form(twice.as_bytes()).is_err(), "{twice}");
        }
    }
}
