//! For whoever runs the server: `/healthz`, `/metrics`, and what the latter counts.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{Method, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout};

use super::{
    error::{ApiError, Errors},
    registry::App,
    unknown_path,
};
use crate::{database::Database, metrics::Held};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The methods that are told apart: clients can make up any number of others.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// Tells whether the database answers.
#[utoipa::path(get, path = "/healthz", operation_id = "health", tag = "running", security(()),
    responses((status = 200, description = "It does", body = String), (status = 503, description = "It does not", body = Errors)))]
pub(super) async fn health(State(app): State<App>) -> Result<&'static str, ApiError> {
    healthy(&app.database).await
}

async fn healthy(database: &Database) -> Result<&'static str, ApiError> {
    let problem = match timeout(PATIENCE, database.has_any_token()).await {
        Ok(Ok(_)) => return Ok("ok"),
        Ok(Err(error)) => error.to_string(),
        Err(late) => late.to_string(),
    };
    eprintln!("atlas-server: the database does not answer: {problem}");
    Err(ApiError::Unavailable("The database does not answer"))
}

/// Tells what was counted since the start, if the server was started so.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "running", security(()),
    responses(
        (status = 200, description = "In the format of OpenMetrics", body = String,
            content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (status = 404, description = "It was not", body = Errors)))]
pub(super) async fn metrics(State(app): State<App>) -> Result<Response, ApiError> {
    if !app.tells_metrics {
        return Err(unknown_path().await);
    }
    let text = app.metrics.text();
    let text = text.map_err(|error| ApiError::Internal(error.to_string()))?;
    let openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, openmetrics)], text).into_response())
}

/// Counts a request by its method, the pattern of its path, and the status of its answer.
pub(super) async fn count(
    State(app): State<App>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let method = match METHODS.contains(request.method()) {
        true => request.method().to_string(),
        false => "other".to_owned(),
    };
    let route = path.as_ref().map_or("other", MatchedPath::as_str);
    let start = Instant::now();
    let response = next.run(request).await;
    let seconds = start.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    app.metrics
        .answered(method, route.to_owned(), status, seconds);
    response
}

/// Counts an upload while it is under way, and the bytes that come.
pub(super) async fn upload(State(app): State<App>, request: Request, next: Next) -> Response {
    let _held = Held::new(&app.metrics.uploads);
    let received = app.metrics.received.clone();
    let request = request.map(|body| {
        Body::new(body.inspect_frame(move |frame| {
            received.inc_by(frame.data_ref().map_or(0, |bytes| bytes.len() as u64));
        }))
    });
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[tokio::test]
    async fn a_server_without_its_database_is_not_healthy() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&Options::new(directory.path()))
            .await
            .unwrap();
        assert_eq!(healthy(&database).await.unwrap(), "ok");
        database.close().await;
        let answer = healthy(&database).await.unwrap_err().into_response();
        assert_eq!(answer.status(), 503);
    }
}
