//! A server that repeats the token, wherever and in whatever letter case it can.

use std::sync::Arc;

use atlas_server::axum::body::{Body, to_bytes};
use atlas_server::axum::extract::Request;
use atlas_server::axum::http::header::CONTENT_LENGTH;
use atlas_server::axum::http::{HeaderName, HeaderValue, StatusCode};
use atlas_server::axum::middleware::{Next, from_fn};
use atlas_server::axum::response::Response;
use atlas_server::{Options, start_with};
use serde_json::{Value, json};

use super::atlas::TOKEN;
use super::packer::{Plugin, Served};
use super::post_processor::{block, on_runtime};

/// A request that is refused, by the end of its path, and with which status.
type Refused = (&'static str, u16);

/// Publishes; what Packer shows, its log, and the error of the result.
fn publish(refused: Option<Refused>) -> [String; 3] {
    on_runtime(async {
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = tempfile::tempdir().unwrap();
        let options = Options::new(data.path()).token(TOKEN);
        let server = start_with(options, move |router| {
            router.layer(from_fn(move |request, next| repeat(refused, request, next)))
        });
        let server = server.await.unwrap();
        let plugin = Plugin::start(&[]).await;
        plugin.configure(&block(&server.url())).await.unwrap();
        let served = Arc::new(Served::default());
        let response = plugin.post_process(&served).await;
        let error = response.err.map(|error| error.message);
        let (_, log) = plugin.hang_up().await;
        [served.shown().text, log, error.unwrap_or_default()]
    })
}

/// Adds the token to an answer: to its headers, and to the keys and values of its body.
async fn repeat(refused: Option<Refused>, request: Request, next: Next) -> Response {
    let refused = refused.filter(|(end, _)| request.uri().path().ends_with(end));
    let (mut parts, body) = next.run(request).await.into_parts();
    let upper = TOKEN.to_uppercase();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_else(|_| json!({}));
    body[&upper] = json!([TOKEN, {TOKEN: upper}]);
    if let Some((_, status)) = refused {
        parts.status = StatusCode::from_u16(status).unwrap();
        body["errors"] = json!([format!("not {TOKEN}"), format!("nor {upper}")]);
    }
    parts.headers.remove(CONTENT_LENGTH);
    let (name, value) = (
        HeaderName::from_static(TOKEN),
        HeaderValue::from_static(TOKEN),
    );
    parts.headers.insert(name, value);
    let value = HeaderValue::from_str(&format!("no {upper}")).unwrap();
    parts.headers.insert("x-echo", value);
    Response::from_parts(parts, Body::from(body.to_string()))
}

fn assert_no_token(texts: &[String; 3]) {
    for text in texts {
        assert!(!text.to_lowercase().contains(TOKEN), "{text}");
    }
}

#[test]
fn the_token_is_nowhere_when_it_is_published() {
    let told = publish(None);
    assert_no_token(&told);
    let [shown, log, error] = told;
    assert!(shown.contains("published http://"), "{shown}");
    // It was repeated, and the log says where.
    assert!(log.contains("< x-echo: no [redacted]"), "{log}");
    assert_eq!(error, "");
}

#[test]
fn the_token_is_nowhere_when_it_is_refused() {
    for (refused, wanted) in [
        (("/authenticate", 401), "authentication failed"),
        (("/aws.ami", 422), "not [redacted]"),
    ] {
        let told = publish(Some(refused));
        assert_no_token(&told);
        let [_, log, error] = told;
        assert!(log.contains(&format!("< {} after", refused.1)), "{log}");
        assert!(error.starts_with("error["), "{error}");
        assert!(error.contains(wanted), "{error}");
    }
}
