//! What the page shows, and to whom; artifacts for the tests of its parts.

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
