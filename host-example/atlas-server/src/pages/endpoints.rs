//! The requests of browsers: the routes, and one file a page.

mod accept;
mod artifact;
mod errors;
mod home;
mod manage;
mod organisation;
mod reference;
mod sessions;
mod tokens;

use std::collections::HashMap;

use axum::{
    Extension, Router, middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{style, tokens::PATH};
use crate::api::{App, Description};

/// The pages beside the API; browsers are told what goes wrong there in a page too.
pub(crate) fn with_pages((api, description): (Router, Description), app: &App) -> Router {
    let pages = Router::new()
        .route("/", get(home::get))
        .route(&style::PATH, get(style::get))
        .route("/docs", get(reference::get).layer(Extension(description)))
        .route("/login", get(sessions::ask).post(sessions::log_in))
        .route("/logout", post(sessions::log_out))
        .route(PATH, get(tokens::get).post(tokens::post))
        .route("/{user}", get(organisation::get))
        .route("/{user}/{name}", get(artifact::get).post(manage::post))
        .method_not_allowed_fallback(async || crate::api::ApiError::MethodNotAllowed)
        .with_state(App::clone(app));
    let as_pages = middleware::from_fn_with_state(App::clone(app), errors::as_pages);
    api.merge(pages).layer(as_pages)
}

/// The query of a page.
fn query(text: Option<&str>) -> HashMap<String, String> {
    let pairs = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
    pairs.into_owned().collect()
}

/// To a page of this server, to be loaded with GET.
fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
