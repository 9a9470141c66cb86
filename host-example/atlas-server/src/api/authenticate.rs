//! `/api/v1/authenticate`: whether a token is accepted, and a new one for a login and a password.
//!
//! GET tells whether it is; POST makes one (atlas-go, `authentication.go`).

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    answers::LoggingIn,
    body,
    error::{ApiError, Errors},
    registry::App,
};
use crate::{
    access::{Access, Caller},
    database::NewToken,
    token::{SecretDigest, new_token},
};

/// An object without members: the token is accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Verified {}

/// Tells whether the token is accepted.
#[utoipa::path(get, path = "/authenticate", operation_id = "verify_token", tag = "tokens",
    responses((status = 200, description = "It is", body = Verified), (status = 401, description = "It is not", body = Errors)))]
pub(super) async fn verify(caller: Caller) -> Result<Json<Verified>, ApiError> {
    caller.known()?;
    Ok(Json(Verified {}))
}

/// A new token, which is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LoggedIn {
    token: String,
}

/// Makes a token for a login and its password. The token may do what the user may.
#[utoipa::path(post, path = "/authenticate", operation_id = "log_in", tag = "tokens", security(()),
    request_body = ref("#/components/schemas/LogIn"),
    responses((status = 200, description = "The token", body = LoggedIn), LoggingIn))]
pub(super) async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<LoggedIn>, ApiError> {
    let body = body::read_value(&headers, body).await?;
    let field = |name| {
        body.pointer(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (login, password) = (field("/user/login"), field("/user/password"));
    let user = app.log_in(login, password).await?;
    let token = new_token();
    let new = NewToken {
        description: field("/user/description"),
        organisation: None,
        access: Access::Own,
        user: user.as_deref(),
        expires_at: None,
    };
    let secret = SecretDigest::of(token.as_bytes());
    let id = app.database.add_token(&secret, &new).await?;
    app.record(login, "token.create", None, &format!("token {id}"))
        .await?;
    Ok(Json(LoggedIn { token }))
}
