//! What a response says went wrong.

use thiserror::Error;

use super::http::Response;
use super::redirect;
use crate::json::{self, Kind, Value};
use crate::sanitize::sanitize_and_cut;

/// The most characters of a server's words that are shown.
const MOST_SHOWN: usize = 300;

/// The most errors of one answer that are shown.
const MOST_ERRORS: usize = 10;

/// What a response says went wrong. The server's own words in it are cut and hold no control
/// characters, but may hold anything else, the token included.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApiError {
    /// 401.
    #[error("authentication failed: the token is not accepted")]
    Authentication,
    /// 404.
    #[error("not found (404)")]
    NotFound,
    /// 400 or 422 with the server's words.
    #[error("{}", .0.join(", "))]
    Rejected(Vec<String>),
    /// 3xx.
    #[error("the server redirects to {0}: if that is Atlas, set `atlas_url` to it")]
    Redirect(String),
    /// Any other status.
    #[error("the server answered {status}{}", excerpt_in_words(.excerpt))]
    Status {
        /// The status code.
        status: u16,
        /// How the body begins.
        excerpt: String,
    },
    /// A success whose body is not what the endpoint answers.
    #[error("the answer is not Atlas's ({reason}){}", excerpt_in_words(.excerpt))]
    Unreadable {
        /// What is wrong with it.
        reason: String,
        /// How the body begins.
        excerpt: String,
    },
}

/// A response that says success (200, 201, 202 or 204, as in the original client).
///
/// # Errors
/// What any other status says.
pub(super) fn success(response: &Response) -> Result<(), ApiError> {
    match response.status {
        200 | 201 | 202 | 204 => Ok(()),
        401 => Err(ApiError::Authentication),
        404 => Err(ApiError::NotFound),
        400 | 422 => Err(rejected(response).unwrap_or_else(|| other_status(response))),
        300..=399 => Err(ApiError::Redirect(redirect::shown(response))),
        _ => Err(other_status(response)),
    }
}

/// What 400s and 422s say.
fn rejected(response: &Response) -> Option<ApiError> {
    let words = words(response);
    (!words.is_empty()).then_some(ApiError::Rejected(words))
}

/// What a body says that went wrong: `{"errors": ["…"]}`, `{"errors": {"name": ["…"]}}`,
/// `{"error": "…"}` or `{"message": "…"}`.
fn words(response: &Response) -> Vec<String> {
    let mut words = Vec::new();
    let text = std::str::from_utf8(&response.body).unwrap_or_default();
    if let Ok(body) = json::read(text) {
        for key in ["errors", "error", "message"] {
            if let (Some(value), true) = (body.root().get(key), words.is_empty()) {
                collect(value, "", &mut words);
            }
        }
    }
    words
}

/// All texts of a value, each with the name of the field that it is about.
fn collect(value: &Value, field: &str, words: &mut Vec<String>) {
    if words.len() == MOST_ERRORS {
        return;
    }
    match &value.kind {
        Kind::String(text) => {
            let text = match field {
                "" => text.clone(),
                _ => format!("{field} {text}"),
            };
            let text = quote(&text);
            if !text.is_empty() {
                words.push(text);
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| collect(item, field, words)),
        Kind::Object(members) => {
            for member in members {
                collect(&member.value, &member.key, words);
            }
        }
        _ => {}
    }
}

/// What is read from the body of a success. `wanted` says in words what it must hold.
pub(super) fn body<T>(
    response: &Response,
    wanted: &str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<T, ApiError> {
    let unreadable = |reason: String| ApiError::Unreadable {
        reason,
        excerpt: excerpt(response),
    };
    let text = std::str::from_utf8(&response.body);
    let text = text.map_err(|_| unreadable("not UTF-8".into()))?;
    let document = json::read(text).map_err(unreadable)?;
    read(document.root()).ok_or_else(|| unreadable(format!("it has no {wanted}")))
}

pub(super) fn other_status(response: &Response) -> ApiError {
    ApiError::Status {
        status: response.status,
        excerpt: match words(response).join(", ") {
            words if words.is_empty() => excerpt(response),
            words => words,
        },
    }
}

fn excerpt(response: &Response) -> String {
    // Bytes past the limit can't be shown anyway; a character has at most four.
    let start = response.body.iter().take(4 * MOST_SHOWN).copied();
    quote(&String::from_utf8_lossy(&start.collect::<Vec<u8>>()))
}

/// A server's words. An upload path is a secret, wherever it stands.
fn quote(text: &str) -> String {
    match text.contains("upload_") {
        true => String::new(),
        false => truncate_for_display(text),
    }
}

/// A text from elsewhere on one line, and not too long.
fn truncate_for_display(text: &str) -> String {
    sanitize_and_cut(text, MOST_SHOWN)
}

fn excerpt_in_words(excerpt: &str) -> String {
    match excerpt {
        "" => String::new(),
        _ => format!(": {excerpt}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> String {
        let response = Response {
            status,
            headers: vec![("Location".into(), "https://other/\u{202e}x?sig=a".into())],
            body: body.into(),
            ..Response::default()
        };
        success(&response).unwrap_err().to_string()
    }

    #[test]
    fn rejections_are_in_the_servers_words() {
        let body = r#"{"errors": ["Type is invalid", "Id can't be blank"]}"#;
        assert_eq!(said(422, body), "Type is invalid, Id can't be blank");
        assert_eq!(said(400, body), "Type is invalid, Id can't be blank");
    }

    #[test]
    fn errors_have_many_forms() {
        let taken = "name has already been taken";
        for body in [
            r#"{"errors": {"name": ["has already been taken"]}}"#,
            r#"{"errors": {"name": "has already been taken"}}"#,
            r#"{"errors": ["name has already been taken"], "message": "no"}"#,
            r#"{"errors": "name has already been taken"}"#,
            r#"{"errors": [], "error": "name has already been taken"}"#,
            r#"{"message": "name has already been taken"}"#,
        ] {
            assert_eq!(said(422, body), taken, "{body}");
            let answered = format!("the server answered 409: {taken}");
            assert_eq!(said(409, body), answered, "{body}");
        }
        let several = r#"{"errors": {"name": ["is short", "is odd"], "type": ["is bad"]}}"#;
        assert_eq!(
            said(422, several),
            "name is short, name is odd, type is bad"
        );
        assert_eq!(
            said(422, r#"{"errors": {"name": 1}}"#),
            r#"the server answered 422: {"errors": {"name": 1}}"#
        );
    }

    #[test]
    fn other_answers_are_named() {
        assert_eq!(
            said(401, ""),
            "authentication failed: the token is not accepted"
        );
        assert_eq!(said(503, ""), "the server answered 503");
        assert_eq!(
            said(500, "<html>\n oops"),
            "the server answered 500: <html>  oops"
        );
        assert_eq!(said(422, "[]"), "the server answered 422: []");
        assert!(said(301, "").starts_with("the server redirects to https://other/%E2%80%AEx:"));
    }

    #[test]
    fn words_are_cut_and_tamed() {
        let long = "é".repeat(1000);
        assert_eq!(truncate_for_display(&long).chars().count(), MOST_SHOWN + 1);
        assert_eq!(truncate_for_display("a\u{202e}b\u{7}\nc"), "ab c");
        let uploads = r#"{"version": 0.5, "upload_path": "http://h/_bin/KEY"}"#;
        assert_eq!(said(500, uploads), "the server answered 500");
        let in_words = r#"{"errors": ["upload_path http://h/_bin/KEY is in use"]}"#;
        assert_eq!(said(422, in_words), "the server answered 422");
        let many = format!(r#"{{"errors": [{}"x"]}}"#, "\"x\",".repeat(1000));
        assert_eq!(said(422, &many).len(), 10 + 9 * 2);
    }
}
