//! An organisation's page: its artifacts.

use maud::{Markup, html};

use super::{
    entries,
    layout::{Page, Viewer},
    links,
};
use crate::database::CatalogueEntry;

/// What the page shows.
#[derive(Debug)]
pub(super) struct OrganisationView {
    /// The organisation.
    pub(super) name: String,
    /// Those of its artifacts that the viewer may see.
    pub(super) artifacts: Vec<CatalogueEntry>,
    /// The name that the next page begins behind.
    pub(super) next: Option<String>,
    /// The artifact that this page begins behind, or nothing.
    pub(super) after: String,
}

impl OrganisationView {
    /// The page.
    pub(super) fn render(&self, viewer: Option<&Viewer>) -> Markup {
        let home = links::organisation(&self.name);
        let behind = |after: &str| links::with_query(&home, &[("after", after)]);
        let path = behind(&self.after);
        let page = Page {
            title: &self.name,
            viewer,
            path: &path,
        };
        page.render(&html! {
            h1 { (self.name) }
            (entries::list(&self.artifacts, "This organisation has no artifacts yet."))
            nav.pages aria-label="Pages" {
                @if !self.after.is_empty() { a href=(home) { "From the start" } }
                @if let Some(next) = &self.next { a href=(behind(next)) rel="next" { "More" } }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{
        entries::tests::entry,
        layout::tests::{HOSTILE, assert_harmless},
    };

    #[test]
    fn it_has_its_artifacts_and_a_next_page() {
        let view = OrganisationView {
            name: "a b".to_owned(),
            artifacts: vec![entry("a b", "web")],
            next: Some("web".to_owned()),
            after: String::new(),
        };
        let page = view.render(None).into_string();
        assert!(page.contains("<h1>a b</h1>") && page.contains("href=\"/a%20b/web\""));
        assert!(page.contains("href=\"/a%20b?after=web\""));
    }

    #[test]
    fn its_name_is_text() {
        let view = OrganisationView {
            name: HOSTILE.to_owned(),
            artifacts: Vec::new(),
            next: Some(HOSTILE.to_owned()),
            after: HOSTILE.to_owned(),
        };
        assert_harmless(&view.render(None).into_string());
    }
}
