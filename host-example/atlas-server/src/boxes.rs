//! The versions of a `vagrant.box` as a catalogue of boxes, the way Vagrant reads it.
//!
//! The number of a box is what its metadata `version` says, or else `0.N.0` of its own number N, as Atlas had
//! it. So it is too if Vagrant could not read what `version` says: it would refuse all boxes with this one.
//! Versions with the same number are one version of the box, with a file for each `provider` and `architecture`;
//! of two for the same the newer counts. One without a `provider` is nothing that Vagrant could use.

mod number;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use self::number::BoxNumber;
use crate::{links, slug::ArtifactSlug, version::Version};

/// The type of boxes.
pub(crate) const BOX_TYPE: &str = "vagrant.box";

/// How Vagrant calls an architecture that is not said.
const UNKNOWN: &str = "unknown";

/// The boxes of an artifact.
#[derive(Debug, Default)]
pub(crate) struct Boxes {
    description: Option<String>,
    versions: BTreeMap<BoxNumber, BTreeMap<String, Files>>,
}

/// The files of a version for one provider.
type Files = BTreeMap<Architecture, File>;

/// What machines a box is for. The last one is for those who do not ask for one: Vagrant before 2.4
/// does not, and takes the last.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Architecture {
    Other(String),
    Amd64,
    Unknown,
}

/// Where a file is, and the SHA-256 of its bytes if that is known.
#[derive(Debug)]
struct File {
    path: String,
    sha256: Option<String>,
}

/// The number of the box that a version is.
pub(crate) fn number(version: &Version) -> String {
    box_number(version).as_str().to_owned()
}

fn box_number(version: &Version) -> BoxNumber {
    let own = metadata(version, "version").and_then(BoxNumber::parse);
    own.unwrap_or_else(|| BoxNumber::from_version(version.number))
}

/// What the metadata says, if it says something.
fn metadata<'a>(version: &'a Version, key: &str) -> Option<&'a str> {
    let metadata = version.declaration.metadata.as_ref()?;
    let value = metadata.get(key)?.as_str();
    (!value.trim().is_empty()).then_some(value)
}

impl Boxes {
    /// Adds a version, older than those before, if it is a box that can be used.
    pub(crate) fn add(&mut self, version: &Version) {
        let (Some(file), Some(provider)) = (version.file, metadata(version, "provider")) else {
            return;
        };
        if version.is_revoked() {
            return;
        }
        if self.description.is_none() {
            self.description = metadata(version, "description").map(str::to_owned);
        }
        let providers = self.versions.entry(box_number(version)).or_default();
        let files = providers.entry(provider.to_owned()).or_default();
        let architecture = Architecture::parse(metadata(version, "architecture"));
        files.entry(architecture).or_insert_with(|| File {
            path: links::file(&version.slug, version.number),
            sha256: file.sha256_hex(),
        });
    }

    /// The catalogue, the highest version first. The files are below the URL of the server.
    pub(crate) fn catalogue(self, artifact: &ArtifactSlug, base: &str) -> BoxCatalogue {
        let versions = self.versions.into_iter().rev();
        let versions = versions.map(|(number, providers)| BoxVersion {
            version: number.as_str().to_owned(),
            providers: providers
                .into_iter()
                .flat_map(|(name, files)| of_provider(&name, files, base))
                .collect(),
        });
        BoxCatalogue {
            name: artifact.to_string(),
            description: self.description.unwrap_or_default(),
            versions: versions.collect(),
        }
    }
}

fn of_provider(name: &str, files: Files, base: &str) -> Vec<BoxProvider> {
    let count = files.len();
    // Vagrant takes a box that says nothing about architectures for any.
    let is_for_any = files.keys().eq([&Architecture::Unknown]);
    let providers = files.into_iter().zip(1..);
    let providers = providers.map(|((architecture, file), place)| BoxProvider {
        name: name.to_owned(),
        url: format!("{base}{}", file.path),
        checksum_type: file.sha256.as_ref().map(|_| "sha256"),
        checksum: file.sha256,
        architecture: (!is_for_any).then(|| architecture.name().to_owned()),
        default_architecture: (!is_for_any).then_some(place == count),
    });
    providers.collect()
}

impl Architecture {
    const AMD64: &str = "amd64";

    fn parse(name: Option<&str>) -> Self {
        match name {
            None | Some(UNKNOWN) => Self::Unknown,
            Some(Self::AMD64) => Self::Amd64,
            Some(other) => Self::Other(other.to_owned()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            Self::Amd64 => Self::AMD64,
            Self::Unknown => UNKNOWN,
        }
    }
}

/// What Vagrant reads at a box's URL.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoxCatalogue {
    /// `user/name`.
    name: String,
    /// The newest one, in Markdown.
    description: String,
    /// The highest first.
    versions: Vec<BoxVersion>,
}

/// A version of a box.
#[derive(Debug, Serialize, ToSchema)]
struct BoxVersion {
    version: String,
    #[schema(min_items = 1)]
    providers: Vec<BoxProvider>,
}

/// A file of a version, for one provider.
#[derive(Debug, Serialize, ToSchema)]
struct BoxProvider {
    name: String,
    url: String,
    /// `sha256`, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
    /// Missing where no box of the provider says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    architecture: Option<String>,
    /// Whether it is for those who do not ask for an architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    default_architecture: Option<bool>,
}
