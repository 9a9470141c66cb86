//! The artifact's files: looked at, packed and uploaded.

use super::*;

#[test]
fn a_missing_file_fails_before_a_version_is_made() {
    let mut publication = begin(CONFIG, &file());
    drive(
        &mut publication,
        &[(200, ""), (404, ""), (200, FOUND)],
        &Fixed::default(),
    );
    let failure = failure(&publication);
    assert_eq!(failure.code, FailureCode::FileUnreadable);
    assert!(
        failure.message.contains("/out/disk.gz"),
        "{}",
        failure.message
    );
}

#[test]
fn other_files_are_packed_before_a_version_is_made_and_only_once() {
    let files = Fixed::file("/out/disk.gz", b"not gzip");
    let one = CONFIG.replace("foobar", "one");
    let two = CONFIG.replace("foobar", "two");
    let mut publication = begin_with(&[(&one, false), (&two, false)], &file()).unwrap();
    drive(
        &mut publication,
        &[(200, ""), (200, ""), (200, FOUND)],
        &files,
    );
    assert_eq!(publication.next(), Step::Pack(vec!["/out/disk.gz".into()]));
    publication.respond(answer(200, UPLOAD), &files);
    assert_eq!(
        publication.next(),
        Step::Pack(vec!["/out/disk.gz".into()]),
        "no answer was due"
    );
    publication.respond(Outcome::Packed(99), &files);
    assert_eq!(
        json(&request(&publication))["artifact_version"]["file"],
        true
    );
    publication.respond(answer(200, UPLOAD), &files);
    assert_eq!(request(&publication).body, Body::Archive);
    publication.respond(
        Outcome::Answered(Response {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            sent_sha256: Some("abc".into()),
        }),
        &files,
    );
    drive(
        &mut publication,
        &[(200, FOUND), (200, UPLOAD), (200, "")],
        &files,
    );
    let Step::Done(receipts) = publication.next() else {
        panic!("not done")
    };
    assert_eq!(
        (receipts[0].size, receipts[0].sha256.as_deref()),
        (Some(99), Some("abc"))
    );
    assert_eq!(receipts[1].size, Some(99));
}

#[test]
fn what_cant_be_packed_fails_before_a_version_is_made() {
    let files = Fixed::file("/out/disk.gz", b"not gzip");
    let mut publication = begin(CONFIG, &file());
    drive(&mut publication, &[(200, ""), (200, FOUND)], &files);
    publication.respond(Outcome::NotPacked("the disk is full".into()), &files);
    let failure = failure(&publication);
    assert_eq!(failure.code, FailureCode::NotPacked);
    assert!(failure.message.ends_with("the disk is full"));
}

#[test]
fn an_unsafe_upload_path_is_not_followed() {
    for path in ["\"file:///x\"", "\"//x\"", "null", "\"ftp://x\""] {
        let mut publication = begin(CONFIG, &file());
        let version = format!(r#"{{"version": 3, "upload_path": {path}}}"#);
        drive(
            &mut publication,
            &[(200, ""), (200, FOUND), (200, &version)],
            &disk(),
        );
        assert_eq!(failure(&publication).code, FailureCode::UnsafeUploadPath);
    }
}
