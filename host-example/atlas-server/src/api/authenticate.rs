//! `/api/v1/authenticate`: who may use the API.
//!
//! A client shows its token in `X-Atlas-Token`; GET tells whether it is accepted, and POST makes a new
//! one for a login and a password (atlas-go, `authentication.go`).

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use serde_json::{Value, json};

use super::{ApiError, App, body};
use crate::token::{SecretDigest, new_token};

/// The header that carries the token.
const TOKEN_HEADER: &str = "x-atlas-token";

/// Lets a request pass that shows an accepted token.
pub(super) async fn require_token(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let Some(token) = request.headers().get(TOKEN_HEADER) else {
        return Err(ApiError::Unauthenticated);
    };
    let token = SecretDigest::of(token.as_bytes());
    if !app.database.has_token(&token).await? {
        return Err(ApiError::Unauthenticated);
    }
    Ok(next.run(request).await)
}

/// GET: 200 with an empty object; without an accepted token the request does not get here.
pub(super) async fn verify() -> Json<Value> {
    Json(json!({}))
}

/// POST: the form `user[login]`, `user[password]`, `user[description]`; answers `{"token":"…"}`.
pub(super) async fn log_in(State(app): State<App>, body: Body) -> Result<Json<Value>, ApiError> {
    let form = body::read(body).await?;
    let field = |name| {
        let mut fields = form_urlencoded::parse(&form);
        fields
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            .unwrap_or_default()
    };
    let account = app.login.as_ref().ok_or(ApiError::Unauthenticated)?;
    let same = |a: &str, b: &str| SecretDigest::of(a.as_bytes()) == SecretDigest::of(b.as_bytes());
    // Both are always compared: how long it takes does not tell whether the login exists.
    if !(same(&field("user[login]"), &account.login)
        & same(&field("user[password]"), &account.password))
    {
        return Err(ApiError::Unauthenticated);
    }
    let token = new_token();
    app.database
        .add_token(
            &SecretDigest::of(token.as_bytes()),
            &field("user[description]"),
        )
        .await?;
    Ok(Json(json!({ "token": token })))
}
