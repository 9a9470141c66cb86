//! What a browser shows when a request fails.

use maud::{Markup, html};

use super::layout::{Page, Viewer};

/// The page for a status and everything that is wrong.
pub(super) fn render(
    viewer: Option<&Viewer>,
    path: &str,
    title: &str,
    sentences: &[String],
) -> Markup {
    let page = Page {
        title,
        viewer,
        path,
    };
    page.render(&html! {
        section.narrow {
            h1 { (title) }
            @for sentence in sentences { p { (sentence) "." } }
            p { a href="/" { "Search the registry" } }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::layout::tests::{HOSTILE, assert_harmless};

    #[test]
    fn everything_wrong_is_told_as_text() {
        let sentences = ["One is blank".to_owned(), HOSTILE.to_owned()];
        let page = render(None, "/x/y", "Not found", &sentences).into_string();
        assert!(page.contains("<h1>Not found</h1><p>One is blank.</p>"));
        assert_harmless(&page);
    }
}
