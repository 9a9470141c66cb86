//! The endpoints: the table of routes, one file an endpoint.

mod answers;
mod arrivals;
mod artifacts;
mod attestations;
mod audit;
mod authenticate;
mod body;
mod boxes;
mod caller;
mod channels;
mod description;
mod download;
mod error;
mod header_names;
mod idempotency;
mod listing;
mod observe;
mod paging;
mod path;
mod problem;
mod range;
mod registry;
mod resumable;
mod revocation;
mod search;
mod tokens;
mod upload_headers;
mod upload_requests;
mod uploads;
mod versions;
mod wanted;

use axum::{Extension, Router, middleware};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

pub(crate) use self::{
    body::read as read_body,
    boxes::catalogue,
    description::Description,
    error::ApiError,
    registry::{App, Registry},
    wanted::NO_VERSION,
};
use crate::access::Caller;

/// All endpoints, and their description. Paths and methods, which stand at the handlers, are those of the client of Atlas (atlas-go, v1).
pub(crate) fn router(app: App) -> (Router, Description) {
    let api = OpenApiRouter::new()
        .routes(routes!(authenticate::verify, authenticate::log_in))
        .routes(routes!(artifacts::create))
        .routes(routes!(artifacts::show, artifacts::change))
        .routes(routes!(listing::list, versions::create))
        .routes(routes!(search::search))
        .routes(routes!(download::latest))
        .routes(routes!(channels::list))
        .routes(routes!(channels::set, channels::remove))
        .routes(routes!(versions::show, versions::delete))
        .routes(routes!(download::version))
        .routes(routes!(revocation::set, revocation::lift))
        .routes(routes!(attestations::list, attestations::add))
        .routes(routes!(attestations::show))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(audit::list))
        .fallback(unknown_api_path)
        .layer(middleware::from_fn(idempotency::repeat_key));

    // The upload's URL is its own permission: clients send no token with it.
    let (router, described) = OpenApiRouter::new()
        .nest("/api/v1", api)
        .routes(
            routes!(uploads::put, resumable::post, resumable::patch)
                .layer(middleware::from_fn_with_state(app.clone(), observe::upload)),
        )
        .routes(routes!(resumable::head, resumable::delete))
        .routes(routes!(boxes::show))
        .routes(routes!(description::show))
        .routes(routes!(observe::health))
        .routes(routes!(observe::metrics))
        .split_for_parts();
    let description = description::complete(&described);
    let router = router
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(Description::clone(&description)))
        .with_state(app);
    (router, description)
}

/// Counts all requests to a router.
pub(crate) fn counted(router: Router, app: &App) -> Router {
    router.layer(middleware::from_fn_with_state(
        App::clone(app),
        observe::count,
    ))
}

/// Whoever shows no accepted token learns nothing about paths either.
async fn unknown_api_path(caller: Caller) -> ApiError {
    match caller.known() {
        Ok(_) => ApiError::NotFound("There is nothing at this path"),
        Err(error) => error,
    }
}

async fn unknown_path() -> ApiError {
    ApiError::NotFound("There is nothing at this path")
}

async fn wrong_method() -> ApiError {
    ApiError::MethodNotAllowed
}
