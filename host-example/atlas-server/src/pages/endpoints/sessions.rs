//! `/login` and `/logout`.
//!
//! Whoever is not logged in has a session too, so that nobody can be logged in from elsewhere as
//! somebody else; with the log-in it becomes another one.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};

use super::{query, to};
use crate::{
    api::{ApiError, App},
    pages::{
        layout::answer,
        login::LoginView,
        visitor::{Form, Visitor},
    },
    session::{LIFETIME, Session},
    time,
};

/// `GET /login`: asks for a name and a password.
pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(text): RawQuery,
) -> Response {
    let next = query(text.as_deref()).remove("next").unwrap_or_default();
    if visitor.viewer.is_some() {
        return to(own_path(&next));
    }
    let session = Session::of(&headers).unwrap_or_else(Session::new);
    let view = LoginView {
        csrf: &session.csrf(),
        next: &next,
        name: "",
        refusal: None,
    };
    let cookie = [(SET_COOKIE, session.cookie(app.is_https(&headers)))];
    (cookie, answer(StatusCode::OK, view.render())).into_response()
}

/// `POST /login`: `user`, `password`, and `next`, the page to go to then.
pub(super) async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, ApiError> {
    let (name, next) = (form.text("user"), form.text("next"));
    let refusal = match app.log_in(name, form.exact("password")).await {
        Ok(Some(user)) => {
            let session = Session::new();
            let until = time::after(LIFETIME);
            let digest = session.digest();
            app.database.begin_session(&digest, &user, &until).await?;
            app.record(&user, "session.begin", None, &user).await?;
            let cookie = [(SET_COOKIE, session.cookie(app.is_https(&headers)))];
            return Ok((cookie, to(own_path(next))).into_response());
        }
        Ok(None) => "This account is for making tokens by the API; pages are for users.",
        Err(ApiError::Unauthenticated) => "The name or the password is wrong.",
        Err(error) => return Err(error),
    };
    let view = LoginView {
        csrf: form.text("csrf"),
        next,
        name,
        refusal: Some(refusal),
    };
    Ok(answer(StatusCode::UNAUTHORIZED, view.render()))
}

/// `POST /logout`: the session is over.
pub(super) async fn log_out(
    State(app): State<App>,
    headers: HeaderMap,
    _: Form,
) -> Result<Response, ApiError> {
    if let Some(session) = Session::of(&headers) {
        app.database.end_session(&session.digest()).await?;
    }
    let cookie = [(SET_COOKIE, Session::no_cookie(app.is_https(&headers)))];
    Ok((cookie, to("/")).into_response())
}

/// A path of this server, or the first page: a log-in leads nowhere else. Browsers read `//host` and
/// `/\host` as another server, and skip control characters.
fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_leads_to_this_server_only() {
        for own in ["/", "/a/b?type=c", "/a%20b", "/a//b"] {
            assert_eq!(own_path(own), own);
        }
        for other in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/é",
        ] {
            assert_eq!(own_path(other), "/", "{other}");
        }
    }
}
