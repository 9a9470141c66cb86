//! An artifact's page: its types, the versions of each, and how to get and make them.

mod forms;
mod snippets;
#[cfg(test)]
mod tests;
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
