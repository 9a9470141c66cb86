//! What a response says went wrong.

use thiserror::Error;

use super::http::Response;
use super::redirect;
use crate::json::{self, Value};

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
        300..=399 => Err(ApiError::Redirect(shown_text(&redirect::shown(response)))),
        _ => Err(other_status(response)),
    }
}

/// What 400s and 422s say: `{"errors": ["…"]}`.
fn rejected(response: &Response) -> Option<ApiError> {
    let body = json::parse(std::str::from_utf8(&response.body).ok()?, None).ok()?;
    let errors = body.root().get("errors")?.as_list()?;
    let texts = errors.iter().take(MOST_ERRORS).filter_map(Value::as_str);
    let shown: Vec<_> = texts.map(shown_text).collect();
    (!shown.is_empty()).then_some(ApiError::Rejected(shown))
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
    let document = json::parse(text, None).map_err(|finding| unreadable(finding.message))?;
    read(document.root()).ok_or_else(|| unreadable(format!("it has no {wanted}")))
}

fn other_status(response: &Response) -> ApiError {
    ApiError::Status {
        status: response.status,
        excerpt: excerpt(response),
    }
}

fn excerpt(response: &Response) -> String {
    // Bytes past the limit can't be shown anyway; a character has at most four.
    let start = response.body.iter().take(4 * MOST_SHOWN).copied();
    shown_text(&String::from_utf8_lossy(&start.collect::<Vec<u8>>()))
}

/// A server's words on one line, without what could play tricks on a terminal, and not too many.
pub(super) fn shown_text(text: &str) -> String {
    let tamed = tamed(text);
    let mut shown: String = tamed.chars().take(MOST_SHOWN).collect();
    if shown.len() < tamed.len() {
        shown.push('…');
    }
    shown
}

/// A text on one line, without what could play tricks on a terminal.
pub fn tamed(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect()
}

/// Marks that change how text around them is shown.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
            sent_sha256: None,
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
        assert_eq!(shown_text(&long).chars().count(), MOST_SHOWN + 1);
        assert_eq!(shown_text("a\u{202e}b\u{7}\nc"), "ab c");
        let many = format!(r#"{{"errors": [{}"x"]}}"#, "\"x\",".repeat(1000));
        assert_eq!(said(422, &many).len(), 10 + 9 * 2);
    }
}
