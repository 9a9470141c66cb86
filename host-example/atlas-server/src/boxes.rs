//! The versions of a `vagrant.box` as a catalogue of boxes, the way Vagrant reads it.
//!
//! The number of a box is what its metadata `version` says, or else `0.N.0` of its own number N, as Atlas had
//! it. So it is too if Vagrant could not read what `version` says: it would refuse all boxes with this one.
//! Versions with the same number are one version of the box, with a file for each `provider` and `architecture`;
//! of two for the same the newer counts. One without a `provider` is nothing that Vagrant could use.

mod number;

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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        amazon::Metadata,
        slug::TypeSlug,
        version::{Checksum, Declaration, Revocation},
    };

    /// A complete version with this metadata.
    fn version(number: i64, metadata: &[(&str, &str)]) -> Version {
        let metadata = metadata.iter();
        let metadata: Metadata = metadata
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Version {
            slug: TypeSlug::parse("me", "web", BOX_TYPE).unwrap(),
            number,
            declaration: Declaration {
                id: "x".to_owned(),
                metadata: Some(metadata),
                file: true,
                build_id: 0,
                compile_id: 0,
            },
            created_at: String::new(),
            created_by: String::new(),
            file: Some(Checksum {
                size: 1,
                sha256: Some([0xab; 32]),
            }),
            revocation: None,
            channels: Vec::new(),
        }
    }

    /// The catalogue of versions, the newest first.
    fn catalogue(versions: &[Version]) -> Value {
        let mut boxes = Boxes::default();
        for version in versions {
            boxes.add(version);
        }
        let artifact = ArtifactSlug::parse("me", "web").unwrap();
        serde_json::to_value(boxes.catalogue(&artifact, "http://a")).unwrap()
    }

    /// Version, provider, architecture and the number of the file, of all.
    fn files(versions: &[Version]) -> Vec<String> {
        let catalogue = catalogue(versions);
        let list = |value: &Value| value.as_array().unwrap().clone();
        let of_version = |version: Value| {
            list(&version["providers"])
                .into_iter()
                .map(move |provider| {
                    let url = provider["url"].as_str().unwrap().to_owned();
                    let number = url.rsplit('/').nth(1).unwrap();
                    let is_default = match provider.get("default_architecture") {
                        Some(is_default) if is_default == true => "!",
                        _ => "",
                    };
                    format!(
                        "{} {} {}{is_default} {number}",
                        version["version"].as_str().unwrap(),
                        provider["name"].as_str().unwrap(),
                        provider["architecture"].as_str().unwrap_or("-"),
                    )
                })
        };
        list(&catalogue["versions"])
            .into_iter()
            .flat_map(of_version)
            .collect()
    }

    #[test]
    fn a_box_says_all_that_vagrant_reads() {
        let metadata = [
            ("provider", "libvirt"),
            ("version", "1.2.3"),
            ("description", "A *box*"),
        ];
        assert_eq!(
            catalogue(&[version(7, &metadata)]),
            json!({"name": "me/web", "description": "A *box*", "versions": [{"version": "1.2.3", "providers": [{
                "name": "libvirt", "url": "http://a/api/v1/artifacts/me/web/vagrant.box/7/file",
                "checksum_type": "sha256", "checksum": "ab".repeat(32),
            }]}]})
        );
        assert_eq!(
            catalogue(&[]),
            json!({"name": "me/web", "description": "", "versions": []})
        );
    }

    #[test]
    fn what_is_not_known_of_a_file_is_not_said() {
        let mut version = version(1, &[("provider", "x")]);
        version.file = Some(Checksum {
            size: 1,
            sha256: None,
        });
        assert_eq!(
            catalogue(&[version])["versions"][0]["providers"][0],
            json!({"name": "x", "url": "http://a/api/v1/artifacts/me/web/vagrant.box/1/file"})
        );
    }

    #[test]
    fn providers_of_one_version_are_together_and_the_newer_file_counts() {
        let of =
            |number, provider, own| version(number, &[("provider", provider), ("version", own)]);
        assert_eq!(
            files(&[
                of(6, "b", "1.9"),
                of(5, "a", "1.10.0"),
                of(4, "b", "1.10"),
                of(3, "a", "1.10.0"),
                of(2, "a", ""),
                of(1, "a", "0.2.0"),
            ]),
            ["1.10.0 a - 5", "1.10.0 b - 4", "1.9 b - 6", "0.2.0 a - 2"]
        );
    }

    #[test]
    fn no_version_makes_the_catalogue_unreadable() {
        let own = |number, own| version(number, &[("provider", "x"), ("version", own)]);
        assert_eq!(
            files(&[
                own(5, "v1.2.3"),
                own(4, "latest"),
                own(3, "1.2.3"),
                version(2, &[("provider", " ")]),
                version(1, &[])
            ]),
            ["1.2.3 x - 3", "0.5.0 x - 5", "0.4.0 x - 4"]
        );
    }

    #[test]
    fn only_what_can_be_used_is_told() {
        let described = |number, description| {
            version(number, &[("provider", "x"), ("description", description)])
        };
        let [mut waiting, mut revoked, silent, older] =
            [(4, "waits"), (3, "revoked"), (2, ""), (1, "older")]
                .map(|(n, text)| described(n, text));
        waiting.file = None;
        revoked.revocation = Some(Revocation::parse("broken", None).unwrap());
        let mut ends = described(5, "");
        ends.revocation = Some(Revocation::parse("old", Some("9999-01-01T00:00:00Z")).unwrap());
        let all = [ends, waiting, revoked, silent, older];
        assert_eq!(files(&all), ["0.5.0 x - 5", "0.2.0 x - 2", "0.1.0 x - 1"]);
        assert_eq!(catalogue(&all)["description"], "older");
    }

    #[test]
    fn the_last_architecture_is_for_those_who_want_none() {
        let of = |number, architecture| {
            let own = ("version", "1");
            version(
                number,
                &[("provider", "x"), own, ("architecture", architecture)],
            )
        };
        assert_eq!(files(&[of(1, "arm64")]), ["1 x arm64! 1"]);
        assert_eq!(files(&[of(1, "unknown")]), ["1 x - 1"]);
        assert_eq!(
            files(&[
                of(4, "amd64"),
                of(3, "arm64"),
                of(2, "i386"),
                of(1, "amd64")
            ]),
            ["1 x arm64 3", "1 x i386 2", "1 x amd64! 4"]
        );
        assert_eq!(
            files(&[of(2, "amd64"), of(1, "")]),
            ["1 x amd64 2", "1 x unknown! 1"]
        );
    }
}
