//! Artifacts in a list, on the first page and on that of an organisation.

use maud::{Markup, html};

use super::{layout::moment, links};
use crate::database::CatalogueEntry;

/// The list; `empty` is what stands there when nothing does.
pub(super) fn list(entries: &[CatalogueEntry], empty: &str) -> Markup {
    html! {
        @if entries.is_empty() { p.note { (empty) } }
        ol.entries {
            @for entry in entries { li {
                div.heading {
                    h3 { a href=(links::artifact(&entry.slug)) {
                        span.soft { (entry.slug.user) "/" } wbr; (entry.slug.name)
                    } }
                    (visibility(entry.public))
                }
                @if entry.newest.is_empty() { p.note { "No versions yet" } }
                ul.types {
                    @for newest in &entry.newest { li {
                        span.mono { (newest.artifact_type) }
                        " " b { "v" (newest.version) }
                        " " span.soft { (moment(&newest.created_at)) }
                    } }
                }
            } }
        }
    }
}

/// Who may read an artifact.
pub(super) fn visibility(is_public: bool) -> Markup {
    html! {
        @if is_public { span.badge { "public" } } @else { span.badge.quiet { "private" } }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        database::Newest,
        pages::layout::tests::{HOSTILE, assert_harmless},
        slug::ArtifactSlug,
    };

    pub(crate) fn entry(user: &str, name: &str) -> CatalogueEntry {
        let newest = |artifact_type: &str, version| Newest {
            artifact_type: artifact_type.to_owned(),
            version,
            created_at: "2026-11-25T20:21:33Z".to_owned(),
        };
        CatalogueEntry {
            slug: ArtifactSlug::parse(user, name).unwrap(),
            public: true,
            newest: vec![newest("amazon.image", 12), newest("vagrant.box", 7)],
        }
    }

    #[test]
    fn an_entry_tells_types_versions_and_who_may_read() {
        let page = list(&[entry("hashicorp", "web")], "Nothing").into_string();
        for told in [
            "href=\"/hashicorp/web\"",
            "public",
            "amazon.image",
            "v12",
            "vagrant.box",
            "v7",
            "2026-11-25 20:21 UTC",
        ] {
            assert!(page.contains(told), "{told} in {page}");
        }
        assert!(!page.contains("Nothing"));
        assert!(list(&[], "Nothing").into_string().contains("Nothing"));
        let empty = CatalogueEntry {
            newest: Vec::new(),
            public: false,
            ..entry("a", "b")
        };
        let page = list(&[empty], "").into_string();
        assert!(page.contains("No versions yet") && page.contains("private"));
    }

    #[test]
    fn what_a_publisher_wrote_is_text() {
        let hostile = HOSTILE.replace('/', "");
        let mut entry = entry(&hostile, &hostile);
        entry.newest[0].artifact_type = hostile;
        assert_harmless(&list(&[entry], "").into_string());
    }
}
