//! The first page: a search over artifacts.

use maud::{Markup, html};

use super::{
    entries,
    layout::{Page, Viewer},
    links,
};
use crate::database::CatalogueEntry;

/// What is looked for; a field that is empty asks for nothing.
#[derive(Debug, Default, Clone)]
pub(super) struct Wanted {
    /// A part of the slug.
    pub(super) q: String,
    /// The type.
    pub(super) artifact_type: String,
    /// `key=value` of the metadata.
    pub(super) metadata: String,
}

impl Wanted {
    /// The page of these, behind an artifact.
    fn path(&self, after: &str) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("type", &self.artifact_type),
            ("metadata", &self.metadata),
            ("after", after),
        ];
        links::with_query("/", &pairs)
    }

    fn is_empty(&self) -> bool {
        self.path("") == "/"
    }
}

/// What the page shows.
#[derive(Debug)]
pub(super) struct HomeView {
    /// What was looked for.
    pub(super) wanted: Wanted,
    /// Why that cannot be looked for.
    pub(super) refusal: Option<&'static str>,
    /// What was found.
    pub(super) found: Vec<CatalogueEntry>,
    /// The slug that the next page begins behind.
    pub(super) next: Option<String>,
    /// The artifact that this page begins behind, or nothing.
    pub(super) after: String,
}

impl HomeView {
    /// The page.
    pub(super) fn render(&self, viewer: Option<&Viewer>) -> Markup {
        let path = self.wanted.path(&self.after);
        let page = Page {
            title: "Search",
            viewer,
            path: &path,
        };
        let empty = match (self.wanted.is_empty(), viewer) {
            (false, _) => "Nothing that you may see is like this.",
            (true, Some(_)) => "Nothing has been published yet.",
            (true, None) => "There is nothing public yet. Log in to see what is yours.",
        };
        page.render(&html! {
            h1 { "Artifacts" }
            p.lead { "What builds have made: images, boxes and files, in numbered versions." }
            (self.form())
            @if let Some(refusal) = self.refusal {
                p.error role="alert" { (refusal) }
            } @else {
                (entries::list(&self.found, empty))
            }
            nav.pages aria-label="Pages" {
                @if !self.after.is_empty() { a href=(self.wanted.path("")) { "From the start" } }
                @if let Some(next) = &self.next { a href=(self.wanted.path(next)) rel="next" { "More" } }
            }
        })
    }

    fn form(&self) -> Markup {
        html! {
            form.search role="search" action="/" {
                label { "Name contains"
                    input name="q" type="search" value=(self.wanted.q) placeholder="hashicorp/web" autofocus;
                }
                label { "Type"
                    input name="type" value=(self.wanted.artifact_type) placeholder="any" list="types";
                }
                label { "Metadata"
                    input name="metadata" value=(self.wanted.metadata) placeholder="key=value";
                }
                datalist id="types" {
                    @for usual in ["amazon.image", "vagrant.box", "docker.image", "vmware.image"] {
                        option value=(usual) {}
                    }
                }
                button.primary { "Search" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{
        entries::tests::entry,
        layout::tests::{HOSTILE, assert_harmless, viewer},
    };

    fn view() -> HomeView {
        HomeView {
            wanted: Wanted::default(),
            refusal: None,
            found: Vec::new(),
            next: None,
            after: String::new(),
        }
    }

    #[test]
    fn what_was_looked_for_goes_on_to_the_next_page() {
        let view = HomeView {
            wanted: Wanted {
                q: "a&b".to_owned(),
                artifact_type: "vagrant.box".to_owned(),
                metadata: "arch=x64".to_owned(),
            },
            found: vec![entry("a&b", "web")],
            next: Some("a&b/web".to_owned()),
            ..view()
        };
        let page = view.render(None).into_string();
        assert!(page.contains(
            "href=\"/?q=a%26b&amp;type=vagrant.box&amp;metadata=arch%3Dx64&amp;after=a%26b%2Fweb\""
        ));
        assert!(page.contains("name=\"metadata\" value=\"arch=x64\""));
        assert!(page.contains("href=\"/a%26b/web\""));
        assert!(!page.contains("From the start"));
        let later = HomeView {
            after: "a/b".to_owned(),
            ..view
        };
        assert!(later.render(None).into_string().contains("From the start"));
    }

    #[test]
    fn an_empty_page_says_why() {
        let viewer = viewer();
        let found = |view: &HomeView, viewer| view.render(viewer).into_string();
        assert!(found(&view(), None).contains("Log in to see"));
        assert!(found(&view(), Some(&viewer)).contains("Nothing has been published yet"));
        let mut wanted = view();
        wanted.wanted.q = "x".to_owned();
        assert!(found(&wanted, Some(&viewer)).contains("Nothing that you may see is like this"));
        wanted.refusal = Some("Metadata is key=value");
        let page = found(&wanted, None);
        assert!(page.contains("Metadata is key=value") && !page.contains("is like this"));
    }

    #[test]
    fn what_was_looked_for_is_text() {
        let mut view = view();
        view.wanted.q = HOSTILE.to_owned();
        view.wanted.artifact_type = HOSTILE.to_owned();
        view.wanted.metadata = HOSTILE.to_owned();
        view.after = HOSTILE.to_owned();
        view.next = Some(HOSTILE.to_owned());
        assert_harmless(&view.render(None).into_string());
    }
}
