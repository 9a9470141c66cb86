//! The rules of the catalogue.

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
    let of = |number, provider, own| version(number, &[("provider", provider), ("version", own)]);
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
    let described =
        |number, description| version(number, &[("provider", "x"), ("description", description)]);
    let [mut waiting, mut revoked, silent, older] =
        [(4, "waits"), (3, "revoked"), (2, ""), (1, "older")].map(|(n, text)| described(n, text));
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
