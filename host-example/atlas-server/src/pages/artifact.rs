//! An artifact's page: its types, the versions of each, and how to get and make them.

mod forms;
mod snippets;
mod version;

use maud::{Markup, html};

pub(super) use self::version::VersionView;
use super::{
    entries::visibility,
    layout::{Page, Viewer},
    links,
};
use crate::slug::{ArtifactSlug, TypeSlug};

/// What the page shows.
#[derive(Debug)]
pub(super) struct ArtifactView {
    /// Which artifact.
    pub(super) slug: ArtifactSlug,
    /// Whether all may read it.
    pub(super) is_public: bool,
    /// What the viewer may do.
    pub(super) may: May,
    /// The one type to show, or all.
    pub(super) only: Option<String>,
    /// The names of all its types.
    pub(super) all: Vec<TypeSlug>,
    /// Some of its types, or that one.
    pub(super) types: Vec<TypeView>,
    /// The number that the versions shown are below, or nothing.
    pub(super) before: Option<i64>,
    /// The address of this Atlas, for the snippets.
    pub(super) address: String,
}

/// What the viewer may do here.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct May {
    /// Move channels, revoke.
    pub(super) write: bool,
    /// Delete, make public or private.
    pub(super) own: bool,
}

/// One type of the artifact.
#[derive(Debug)]
pub(super) struct TypeView {
    /// Which.
    pub(super) slug: TypeSlug,
    /// How many versions there are.
    pub(super) count: i64,
    /// Its channels, each with the number of its version.
    pub(super) channels: Vec<(String, i64)>,
    /// Some of its versions, the newest first.
    pub(super) versions: Vec<VersionView>,
    /// Whether there are older ones.
    pub(super) has_older: bool,
}

/// What the parts of the page need beside what they show.
struct Surroundings<'a> {
    viewer: Option<&'a Viewer>,
    may: May,
    /// The page itself, where its forms go.
    here: &'a str,
    address: &'a str,
}

impl ArtifactView {
    /// Its own path, with its query.
    pub(super) fn path(&self) -> String {
        let only = self.only.as_deref().unwrap_or_default();
        path(&self.slug, only, self.before)
    }

    /// The page.
    pub(super) fn render(&self, viewer: Option<&Viewer>) -> Markup {
        let here = self.path();
        let title = self.slug.to_string();
        let page = Page {
            title: &title,
            viewer,
            path: &here,
        };
        let surroundings = Surroundings {
            viewer,
            may: self.may,
            here: &here,
            address: &self.address,
        };
        page.render(&html! {
            div.heading.top {
                h1 {
                    a.soft href=(links::organisation(self.slug.user.as_str())) { (self.slug.user) }
                    span.soft { "/" } wbr;
                    a href=(links::artifact(&self.slug)) { (self.slug.name) }
                }
                (visibility(self.is_public))
                @if self.may.own { (forms::visibility(&surroundings, self.is_public)) }
            }
            @if self.only.is_some() {
                p { a href=(links::artifact(&self.slug)) { "All types" } }
            } @else if self.all.len() > 1 {
                nav.types aria-label="Types" {
                    @for slug in &self.all { a href=(alone(slug, None)) { (slug.artifact_type) } }
                }
            }
            @if self.types.is_empty() {
                p.note { "No versions yet. Publish one:" }
                (snippets::first(&self.slug, &self.address))
            }
            @for of in &self.types {
                (of.render(&surroundings, self.types.len() == 1, self.before))
            }
        })
    }
}

impl TypeView {
    fn render(&self, surroundings: &Surroundings, is_alone: bool, before: Option<i64>) -> Markup {
        let oldest = self.versions.last().map(|version| version.version.number);
        html! {
            section.type {
                div.heading {
                    h2 { a.mono href=(alone(&self.slug, None)) { (self.slug.artifact_type) } }
                    p.soft { (self.count) @if self.count == 1 { " version" } @else { " versions" } }
                }
                @if !self.channels.is_empty() {
                    ul.channels aria-label="Channels" {
                        @for (name, number) in &self.channels {
                            li { span.badge.channel { (name) } " → v" (number) }
                        }
                    }
                }
                div.columns {
                    div.versions {
                        @if self.versions.is_empty() { p.note { "No versions here." } }
                        @for (index, version) in self.versions.iter().enumerate() {
                            (version.render(surroundings, index == 0 && before.is_none()))
                        }
                        nav.pages aria-label="Versions" {
                            @if before.is_some() { a href=(alone(&self.slug, None)) { "Newest" } }
                            @if let Some(oldest) = oldest.filter(|_| self.has_older) {
                                a href=(alone(&self.slug, Some(oldest))) rel="next" { "Older" }
                            }
                        }
                    }
                    (snippets::of(self, surroundings.address, is_alone))
                }
            }
        }
    }
}

/// The page with one type alone, with the versions below a number.
fn alone(slug: &TypeSlug, before: Option<i64>) -> String {
    path(&slug.artifact, slug.artifact_type.as_str(), before)
}

/// The page of an artifact, of one type or all (empty), with the versions below a number.
pub(super) fn path(slug: &ArtifactSlug, only: &str, before: Option<i64>) -> String {
    let before = before.map(|number| number.to_string()).unwrap_or_default();
    links::with_query(
        &links::artifact(slug),
        &[("type", only), ("before", &before)],
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        database::Attestation,
        pages::layout::tests::{HOSTILE, assert_harmless, viewer},
        version::{Checksum, Declaration, Revocation, Version},
    };

    const EVERYTHING: May = May {
        write: true,
        own: true,
    };

    pub(crate) fn artifact(user: &str, name: &str, types: Vec<TypeView>) -> ArtifactView {
        ArtifactView {
            slug: ArtifactSlug::parse(user, name).unwrap(),
            is_public: false,
            may: May::default(),
            only: None,
            all: types.iter().map(|of| of.slug.clone()).collect(),
            types,
            before: None,
            address: "http://127.0.0.1:8000".to_owned(),
        }
    }

    pub(crate) fn of_type(artifact_type: &str, numbers: &[i64]) -> TypeView {
        let slug = TypeSlug::parse("hashicorp", "web", artifact_type).unwrap();
        TypeView {
            count: numbers.len() as i64,
            channels: Vec::new(),
            versions: numbers.iter().map(|n| version(&slug, *n)).collect(),
            slug,
            has_older: false,
        }
    }

    pub(crate) fn version(slug: &TypeSlug, number: i64) -> VersionView {
        let declaration = Declaration {
            id: format!("id-{number}"),
            metadata: Some([("arch".to_owned(), "x64".to_owned())].into()),
            file: false,
            build_id: 0,
            compile_id: 0,
        };
        let version = Version {
            slug: slug.clone(),
            number,
            declaration,
            created_at: "2026-11-25T20:21:33Z".to_owned(),
            created_by: "ann".to_owned(),
            file: None,
            revocation: None,
            channels: Vec::new(),
        };
        VersionView {
            version,
            attestations: Vec::new(),
        }
    }

    pub(crate) fn revocation(at: &str, reason: &str) -> Option<Revocation> {
        Some(Revocation {
            at: at.to_owned(),
            reason: reason.to_owned(),
        })
    }

    pub(crate) fn attestation(kind: &str) -> Attestation {
        Attestation {
            id: 3,
            kind: kind.to_owned(),
            created_at: "2026-11-25T20:30:00Z".to_owned(),
            created_by: "ann".to_owned(),
        }
    }

    fn full() -> ArtifactView {
        let mut of = of_type("vagrant.box", &[7, 6]);
        of.count = 60;
        of.has_older = true;
        of.channels = vec![("production".to_owned(), 7)];
        of.versions[0].attestations = vec![attestation("spdx")];
        let [newer, older] = &mut of.versions[..] else {
            panic!("two versions")
        };
        newer.version.channels = vec!["production".to_owned()];
        newer.version.file = Some(Checksum {
            size: 300_000_000,
            sha256: Some([0xed; 32]),
        });
        older.version.revocation = revocation("2026-01-02T03:04:05Z", "CVE-2026-1");
        older.version.declaration.file = true;
        let aws = of_type("aws.ami", &[1]);
        artifact("hashicorp", "web", vec![of, aws])
    }

    #[test]
    fn nothing_is_missing() {
        let page = full().render(None).into_string();
        for told in [
            "href=\"/hashicorp\"",
            "private",
            "href=\"/hashicorp/web?type=vagrant.box\"",
            "60 versions",
            "1 version<",
            "production</span> → v7",
            "id-7",
            "<dt>arch</dt><dd>x64</dd>",
            "300.0 MB",
            "title=\"300000000 bytes\"",
            "sha256:edededededed…",
            &format!("title=\"{}\"", "ed".repeat(32)),
            "2026-11-25 20:21 UTC",
            " by ann",
            "href=\"/api/v1/artifacts/hashicorp/web/vagrant.box/7/file\"",
            "href=\"/api/v1/artifacts/hashicorp/web/vagrant.box/7/attestations/3\"",
            "Revoked</b> since <time datetime=\"2026-01-02T03:04:05Z\"",
            "atlas-host download hashicorp/web/vagrant.box/7",
            "atlas-host find hashicorp/web/aws.ami/1",
            "CVE-2026-1",
            "waits for its file",
            "href=\"/hashicorp/web?type=vagrant.box&amp;before=6\"",
        ] {
            assert!(page.contains(told), "{told} in {page}");
        }
        assert!(
            !page.contains("vagrant.box/6/file"),
            "There is no such file yet"
        );
        assert!(
            !page.contains("method=\"post\""),
            "Nothing to do for a reader"
        );
    }

    #[test]
    fn forms_are_for_those_who_may() {
        let mut view = full();
        let names = [
            "move-channel",
            "remove-channel",
            "revoke",
            "lift",
            "delete",
            "visibility",
        ];
        let forms = |view: &ArtifactView| {
            let page = view.render(Some(&viewer())).into_string();
            assert_eq!(
                page.matches("<form").count(),
                page.matches("name=\"csrf\" value=\"c5f\"").count(),
                "each form is one of this session"
            );
            names.map(|name| page.contains(&format!("name=\"action\" value=\"{name}\"")))
        };
        assert_eq!(forms(&view), [false; 6]);
        view.may.write = true;
        assert_eq!(forms(&view), [true, true, true, true, false, false]);
        view.may = EVERYTHING;
        assert_eq!(forms(&view), [true; 6]);
    }

    #[test]
    fn forms_lead_back_to_the_page_they_are_on() {
        let mut view = full();
        view.may = EVERYTHING;
        view.only = Some("vagrant.box".to_owned());
        view.before = Some(8);
        let page = view.render(Some(&viewer())).into_string();
        assert!(page.contains("action=\"/hashicorp/web?type=vagrant.box&amp;before=8\""));
        assert!(page.contains("Newest") && page.contains("All types"));
    }

    #[test]
    fn an_artifact_without_versions_says_how_to_publish() {
        let page = artifact("hashicorp", "web", Vec::new())
            .render(None)
            .into_string();
        assert!(page.contains("No versions yet") && page.contains("atlas-host publish"));
    }

    #[test]
    fn what_a_publisher_wrote_is_text() {
        let hostile = HOSTILE.replace('/', "");
        let slug = TypeSlug::parse(&hostile, &hostile, &hostile).unwrap();
        let mut view = version(&slug, 1);
        view.attestations = vec![attestation(HOSTILE)];
        view.version.declaration.id = HOSTILE.to_owned();
        view.version.declaration.metadata = Some([(HOSTILE.to_owned(), HOSTILE.to_owned())].into());
        view.version.created_by = HOSTILE.to_owned();
        view.version.channels = vec![HOSTILE.to_owned()];
        view.version.revocation = revocation(HOSTILE, HOSTILE);
        let of = TypeView {
            slug: slug.clone(),
            count: 1,
            channels: vec![(HOSTILE.to_owned(), 1)],
            versions: vec![view],
            has_older: true,
        };
        let view = ArtifactView {
            all: vec![slug.clone(), slug.clone()],
            slug: slug.artifact,
            only: Some(HOSTILE.to_owned()),
            address: HOSTILE.to_owned(),
            may: EVERYTHING,
            is_public: true,
            types: vec![of],
            before: None,
        };
        assert_harmless(&view.render(Some(&viewer())).into_string());
    }

    #[test]
    fn a_revocation_to_come_is_announced() {
        let mut view = full();
        view.types[0].versions[0].version.revocation =
            revocation("9999-01-01T00:00:00Z", "End of life");
        let page = view.render(None).into_string();
        assert!(page.contains("To be revoked</b> at <time datetime=\"9999-01-01T00:00:00Z\""));
        assert!(page.contains("End of life"));
        assert_eq!(page.matches(">revoked</span>").count(), 1);
        assert_eq!(page.matches(">to be revoked</span>").count(), 1);
    }
}
