//! One version on an artifact's page.

use maud::{Markup, html};

use super::{Surroundings, forms};
use crate::{
    amazon,
    database::Attestation,
    pages::{layout::moment, links},
    version::Version,
};

/// How many digits of a digest tell files apart at a glance.
const SHORT: usize = 12;

/// A version, with what others say of it.
#[derive(Debug)]
pub(crate) struct VersionView {
    /// The version.
    pub(crate) version: Version,
    /// The attestations, the oldest first.
    pub(crate) attestations: Vec<Attestation>,
}

impl VersionView {
    /// The version, with its details open or not.
    pub(super) fn render(&self, surroundings: &Surroundings, is_open: bool) -> Markup {
        let version = &self.version;
        let id = &version.declaration.id;
        html! {
            details.version.revoked[version.is_revoked()] open[is_open] {
                summary {
                    b.number { "v" (version.number) }
                    span.id { (id) }
                    span.badges { (self.badges()) }
                    span.when { (moment(&version.created_at)) }
                }
                div.content {
                    (self.revocation())
                    dl.facts {
                        dt { "Made" }
                        dd {
                            (moment(&version.created_at))
                            @if !version.created_by.is_empty() { " by " (version.created_by) }
                        }
                        dt { "Id" }
                        dd.mono { (id) }
                        (self.file())
                        (self.attestations())
                    }
                    (self.metadata())
                    @if surroundings.may.write { (forms::manage(version, surroundings)) }
                }
            }
        }
    }

    fn badges(&self) -> Markup {
        html! {
            @for channel in &self.version.channels { span.badge.channel { (channel) } " " }
            @if self.version.is_revoked() { span.badge.error { "revoked" } " " }
            @else if self.version.revocation.is_some() { span.badge.warning { "to be revoked" } " " }
            @if !self.version.is_complete() { span.badge.warning { "incomplete" } }
        }
    }

    fn revocation(&self) -> Markup {
        html! {
            @if let Some(revocation) = &self.version.revocation {
                p.revocation {
                    @if self.version.is_revoked() { b { "Revoked" } " since " }
                    @else { b { "To be revoked" } " at " }
                    (moment(&revocation.at)) ": " (revocation.reason)
                }
            }
        }
    }

    fn file(&self) -> Markup {
        let version = &self.version;
        let name = version.slug.artifact.name.as_str();
        let extension = match version.slug.artifact_type.as_str() {
            "vagrant.box" => "box",
            _ => "tar.gz",
        };
        html! {
            @if let Some(file) = version.file {
                dt { "File" }
                dd {
                    a.download href=(links::file(&version.slug, version.number))
                        download=(format!("{name}-{}.{extension}", version.number)) { "Download" }
                    " " span title=(format!("{} bytes", file.size)) { (readable(file.size)) }
                    @if let Some(sha256) = file.sha256_hex() {
                        " " code.soft title=(sha256) { "sha256:" (sha256.get(..SHORT).unwrap_or(&sha256)) "…" }
                    }
                }
            } @else if !version.is_complete() {
                dt { "File" } dd { "It waits for its file." }
            }
        }
    }

    fn attestations(&self) -> Markup {
        html! {
            @if !self.attestations.is_empty() {
                dt { "Attested" }
                dd { ul { @for one in &self.attestations { li {
                    a href=(links::attestation(&self.version.slug, self.version.number, one.id)) { (one.kind) }
                    " " span.soft { (moment(&one.created_at)) }
                } } } }
            }
        }
    }

    /// As the API shows it.
    fn metadata(&self) -> Markup {
        let declaration = &self.version.declaration;
        let artifact_type = self.version.slug.artifact_type.as_str();
        let metadata = declaration.metadata.as_ref();
        let metadata = amazon::with_regions(artifact_type, &declaration.id, metadata);
        html! {
            @if let Some(metadata) = metadata.filter(|metadata| !metadata.is_empty()) {
                h3 { "Metadata" }
                dl.metadata { @for (key, value) in &metadata {
                    div { dt { (key) } dd { (value) } }
                } }
            }
        }
    }
}

/// A size in the unit that people read.
fn readable(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut size = bytes as f64 / 1000.0;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    // 999.95 would be shown as 1000.0.
    while size >= 999.95 && units.len() > 0 {
        size /= 1000.0;
        unit = units.next();
    }
    format!("{size:.1} {}", unit.unwrap_or(&""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (999_940, "999.9 kB"),
            (999_950, "1.0 MB"),
            (37_200_000, "37.2 MB"),
            (5_000_000_000, "5.0 GB"),
            (u64::MAX, "18446744.1 TB"),
        ] {
            assert_eq!(readable(bytes), text);
        }
    }
}
