//! `PUT {upload_path}`: uploads a version's file.

use super::error::{other_status, success};
use super::upload_url::UploadUrl;
use super::{
    ANSWER_TIMEOUT_MS, ApiError, Body, CONNECT_TIMEOUT_MS, Header, IDLE_TIMEOUT_MS, Method,
    RESPONSE_LIMIT, Request, Response, USER_AGENT, redirect,
};

/// Asks to upload a file. No token goes along, and no Content-Type, as in the original.
pub fn request(url: &UploadUrl, purpose: String, body: Body) -> Request {
    Request {
        purpose,
        method: Method::Put,
        url: url.as_str().into(),
        sensitive_url: true,
        headers: vec![Header::plain("User-Agent", USER_AGENT)],
        body,
        connect_timeout_ms: CONNECT_TIMEOUT_MS,
        idle_timeout_ms: IDLE_TIMEOUT_MS,
        answer_timeout_ms: ANSWER_TIMEOUT_MS,
        response_limit: RESPONSE_LIMIT,
        save_at: None,
        save_limit: 0,
    }
}

/// Reads whether it arrived; the body means nothing.
pub fn read(response: &Response) -> Result<(), ApiError> {
    success(response).map_err(|error| match error {
        // No token went along, and where a redirect of an upload leads is a secret.
        ApiError::Authentication | ApiError::NotFound => other_status(response),
        ApiError::Redirect(_) => ApiError::Status {
            status: response.status,
            excerpt: format!(
                "it redirects to {}, where no file is sent",
                redirect::shown_origin(response)
            ),
        },
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, location: &str) -> String {
        let response = Response {
            status,
            headers: vec![("Location".into(), location.into())],
            body: b"gone".to_vec(),
            ..Response::default()
        };
        read(&response).unwrap_err().to_string()
    }

    #[test]
    fn nothing_is_said_of_a_token_or_of_where_a_redirect_leads() {
        assert_eq!(said(401, ""), "the server answered 401: gone");
        assert_eq!(said(404, ""), "the server answered 404: gone");
        let redirected =
            |to| format!("the server answered 302: it redirects to {to}, where no file is sent");
        let elsewhere = said(302, "http://u:p@storage.example:8/_bin/KEY?sig=a");
        assert_eq!(elsewhere, redirected("http://storage.example:8"));
        assert_eq!(said(302, "/_bin/KEY"), redirected("another path on it"));
        assert_eq!(said(302, "KEY:/_bin"), redirected("a `key:` URL"));
        let long = said(302, &format!("{}://h", "k".repeat(70_000)));
        assert!(long.len() < 1000, "{}", long.len());
    }
}
