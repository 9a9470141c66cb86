//! What all pages have: the head, who is logged in, and the headers of the answer.

use axum::{
    http::{
        HeaderName, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

use super::{links, style};

/// Pages run no script, load nothing from elsewhere and send forms nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Their addresses and what is in them are for whoever looks at them, nobody else.
const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

/// Who is logged in.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    /// The user's name.
    pub(super) name: String,
    /// What each form of this session must send along.
    pub(super) csrf: String,
}

/// A page: what it is about, and who looks at it.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// The title of the window.
    pub(super) title: &'a str,
    /// Who is logged in.
    pub(super) viewer: Option<&'a Viewer>,
    /// The page's own path: where a log-in leads back to.
    pub(super) path: &'a str,
}

impl Page<'_> {
    /// The whole page around `content`.
    pub(super) fn render(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Atlas" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(*style::PATH);
                }
                body {
                    header.bar {
                        a.brand href="/" { "Atlas" }
                        nav aria-label="Account" { (self.account()) }
                    }
                    main { (content) }
                }
            }
        }
    }

    fn account(&self) -> Markup {
        html! {
            @if let Some(viewer) = self.viewer {
                a href="/settings/tokens" { "Tokens" }
                form method="post" action="/logout" {
                    (csrf_field(viewer))
                    button.plain title=(format!("Logged in as {}", viewer.name)) {
                        "Log out " span.who { (viewer.name) }
                    }
                }
            } @else {
                a href=(links::with_query("/login", &[("next", self.path)])) { "Log in" }
            }
        }
    }
}

/// The hidden field that shows that a form came from a page of this session.
pub(super) fn csrf_field(viewer: &Viewer) -> Markup {
    html! { input type="hidden" name="csrf" value=(viewer.csrf); }
}

/// A moment, for people, in the form that it is kept in.
pub(super) fn moment(at: &str) -> Markup {
    let short = at.get(..16).unwrap_or(at).replace('T', " ");
    html! { time datetime=(at) title=(at) { (short) " UTC" } }
}

/// The answer that carries a page.
pub(super) fn answer(status: StatusCode, page: Markup) -> Response {
    (status, HEADERS, Html(page.into_string())).into_response()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What must never be in a page as it is.
    pub(crate) const HOSTILE: &str = r#"<script>alert('1')</script>" onload="x" javascript:&amp;"#;

    pub(crate) fn viewer() -> Viewer {
        Viewer {
            name: "ann".to_owned(),
            csrf: "c5f".to_owned(),
        }
    }

    /// Checks that what was written by somebody is in the page as text alone.
    pub(crate) fn assert_harmless(page: &str) {
        assert!(page.contains("&lt;script&gt;"), "{page}");
        for hostile in [
            "<script",
            "\" onload",
            "href=\"javascript",
            "action=\"javascript",
        ] {
            assert!(!page.contains(hostile), "{hostile} in {page}");
        }
    }

    #[test]
    fn a_title_and_a_name_are_text() {
        let viewer = Viewer {
            name: HOSTILE.to_owned(),
            csrf: HOSTILE.to_owned(),
        };
        for viewer in [Some(&viewer), None] {
            let page = Page {
                title: HOSTILE,
                viewer,
                path: HOSTILE,
            };
            assert_harmless(&page.render(&html! {}).into_string());
        }
    }

    #[test]
    fn logging_in_is_offered_or_logging_out() {
        let page = |viewer| {
            let page = Page {
                title: "x",
                viewer,
                path: "/a/b?type=c",
            };
            page.render(&html! {}).into_string()
        };
        let (without, with) = (page(None), page(Some(&viewer())));
        assert!(without.contains("href=\"/login?next=%2Fa%2Fb%3Ftype%3Dc\""));
        assert!(!without.contains("/logout") && !without.contains("/settings/tokens"));
        assert!(
            with.contains("action=\"/logout\"><input type=\"hidden\" name=\"csrf\" value=\"c5f\">")
        );
        assert!(!with.contains("/login"));
    }

    #[test]
    fn an_answer_forbids_all_but_the_style_sheet() {
        let answer = answer(StatusCode::OK, html! {});
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.headers()[REFERRER_POLICY], "no-referrer");
        assert_eq!(answer.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn a_moment_is_shown_to_the_minute() {
        assert_eq!(
            moment("2026-11-25T20:21:33Z").into_string(),
            "<time datetime=\"2026-11-25T20:21:33Z\" title=\"2026-11-25T20:21:33Z\">2026-11-25 20:21 UTC</time>"
        );
    }
}
