//! The endpoints: the table of routes, one file an endpoint.

mod artifacts;
mod authenticate;
mod body;
mod download;
mod error;
mod idempotency;
mod page;
mod path;
mod search;
mod uploads;
mod versions;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router, middleware,
    routing::{get, post, put},
};

use self::error::ApiError;
use crate::{blobs::Blobs, database::Database, options::Login};

/// What every endpoint works with.
pub(crate) struct Registry {
    /// What is known.
    pub(crate) database: Database,
    /// What was uploaded.
    pub(crate) blobs: Blobs,
    /// Who may ask for tokens.
    pub(crate) login: Option<Login>,
    /// Where the server listens.
    pub(crate) address: SocketAddr,
}

/// How endpoints get at it.
type App = Arc<Registry>;

/// All endpoints. Paths and methods are those of the client of Atlas (atlas-go, v1).
pub(crate) fn router(registry: Registry) -> Router {
    let app = Arc::new(registry);
    let with_token = || middleware::from_fn_with_state(app.clone(), authenticate::require_token);

    let api = Router::new()
        .route("/artifacts", post(artifacts::create))
        .route("/artifacts/{user}/{name}", get(artifacts::show))
        .route("/artifacts/{user}/{name}/{type}", post(versions::create))
        .route(
            "/artifacts/{user}/{name}/{type}/search",
            get(search::search),
        )
        .route(
            "/artifacts/{user}/{name}/{type}/file",
            get(download::latest),
        )
        .route(
            "/artifacts/{user}/{name}/{type}/{version}/file",
            get(download::version),
        )
        .fallback(unknown_path)
        .layer(with_token())
        // Added after the layer: whoever logs in has no token yet.
        .route(
            "/authenticate",
            get(authenticate::verify)
                .layer(with_token())
                .post(authenticate::log_in),
        )
        .layer(middleware::from_fn(idempotency::repeat_key));

    Router::new()
        .nest("/api/v1", api)
        // The upload's URL is its own permission: clients send no token with it.
        .route("/_binstore/{key}", put(uploads::upload))
        .route("/{user}/{name}", get(page::artifact))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

async fn unknown_path() -> ApiError {
    ApiError::NotFound("There is nothing at this path")
}

async fn wrong_method() -> ApiError {
    ApiError::MethodNotAllowed
}
