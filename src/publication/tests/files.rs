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
    publication.respond(answer(200, UPLOAD), 0, &files);
    assert_eq!(
        publication.next(),
        Step::Pack(vec!["/out/disk.gz".into()]),
        "no answer was due"
    );
    publication.respond(Outcome::Packed(99), 0, &files);
    assert_eq!(
        json(&request(&publication))["artifact_version"]["file"],
        true
    );
    publication.respond(answer(200, UPLOAD), 0, &files);
    let archive = ByteRange {
        source: BodySource::Archive,
        offset: 0,
        length: 99,
    };
    assert_eq!(request(&publication).body, Body::Range(archive));
    publication.respond(
        Outcome::Answered(Response {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            sent: ALL,
            sent_sha256: Some("abc".into()),
            saved: None,
        }),
        0,
        &files,
    );
    drive(
        &mut publication,
        &[(200, FOUND), (200, UPLOAD), (200, "")],
        &files,
    );
    let Step::Done(Achievement::Published(receipts)) = publication.next() else {
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
    publication.respond(
        Outcome::NotPacked(crate::steps::PackError::Storage(FileError::NoSpace)),
        0,
        &files,
    );
    let failure = failure(&publication);
    assert_eq!(failure.code, FailureCode::NotPacked);
    assert!(
        failure
            .message
            .ends_with("the spool directory can't take the archive: there is no room left")
    );
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

/// An upload of the file, answered so after so many of its bytes.
fn answered_after(status: u16, sent: u64) -> Outcome {
    Outcome::Answered(Response {
        status,
        headers: Vec::new(),
        body: Vec::new(),
        sent,
        sent_sha256: None,
        saved: None,
    })
}

#[test]
fn an_upload_that_is_answered_too_early_is_not_done() {
    let mut publication = begin(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
    drive(&mut publication, &answers, &disk());
    let upload = request(&publication);
    publication.respond(answered_after(200, 11), 0, &disk());
    let Step::Wait(pause) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!(pause.reason, "the server answered 200 after 11 of 12 bytes");
    publication.respond(Outcome::Waited, 0, &disk());
    assert_eq!(request(&publication), upload);

    let times = exhaust(&mut publication, &answered_after(201, 0));
    assert_eq!(times, RETRY.attempts - 1);
    let failure = failure(&publication);
    assert_eq!(failure.code, FailureCode::Transport);
    let wanted = "could not upload the file of hashicorp/foobar/aws.ami/3: the server answered 201 \
                  after 0 of 12 bytes (tried 8 times)";
    assert_eq!(failure.message, wanted);
}

#[test]
fn an_upload_that_was_answered_too_early_may_be_whole_all_the_same() {
    let mut publication = begin(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
    drive(&mut publication, &answers, &disk());
    while let step @ (Step::Send(_) | Step::Wait(_)) = publication.next() {
        let outcome = match step {
            Step::Send(request) if request.method == Method::Put => answered_after(200, 11),
            Step::Send(_) => Outcome::Answered(Response {
                status: 200,
                headers: vec![("Content-Length".into(), "12".into())],
                body: Vec::new(),
                ..Response::default()
            }),
            _ => Outcome::Waited,
        };
        publication.respond(outcome, 0, &disk());
    }
    assert!(matches!(publication.next(), Step::Done(_)));
}

#[test]
fn files_are_planned_once_for_all_that_publish_them() {
    let files = Fixed::file("/out/disk.gz", b"not gzip");
    let one = CONFIG.replace("foobar", "one");
    let two = CONFIG.replace("foobar", "two");
    let mut publication = begin_with(&[(&one, false), (&two, false)], &file()).unwrap();
    let first = [(200, ""), (200, ""), (200, FOUND)];
    drive(&mut publication, &first, &files);
    // From here on there are no files to look at.
    let gone = Fixed::default();
    publication.respond(Outcome::Packed(99), 0, &gone);
    let second = [
        (200, UPLOAD),
        (200, ""),
        (200, FOUND),
        (200, UPLOAD),
        (200, ""),
    ];
    drive(&mut publication, &second, &gone);
    assert!(matches!(publication.next(), Step::Done(_)));
    let checkpoint: serde_json::Value = serde_json::from_str(&publication.checkpoint()).unwrap();
    assert_ne!(checkpoint["jobs"][0]["files"], "");
    assert_eq!(
        checkpoint["jobs"][0]["files"],
        checkpoint["jobs"][1]["files"]
    );
}

#[test]
fn what_was_made_is_said_when_the_checkpoint_can_not_be_kept() {
    let not_kept = |answers: &[(u16, &str)]| {
        let one = CONFIG.replace("foobar", "one");
        let two = CONFIG.replace("foobar", "two");
        let mut publication = begin_with(&[(&one, false), (&two, false)], &file()).unwrap();
        drive(&mut publication, answers, &disk());
        publication.respond(Outcome::NotKept(FileError::NoSpace), 0, &disk());
        let failure = failure(&publication);
        assert_eq!(failure.code, FailureCode::CheckpointNotKept);
        (failure.message, failure.published.len())
    };
    let full = "the checkpoint can't be written: there is no room left";
    let resume = "; --resume goes on from the last checkpoint that was written";
    let tokens = [(200, ""), (200, "")];
    assert_eq!(not_kept(&tokens), (full.into(), 0));
    let first = [&tokens[..], &[(200, FOUND), (200, UPLOAD)]].concat();
    let made = |name| {
        format!(
            "{full}; hashicorp/{name}/aws.ami/3 was made, but its file was not uploaded{resume}"
        )
    };
    assert_eq!(not_kept(&first), (made("one"), 0));
    let uploaded = [&first[..], &[(200, "")]].concat();
    assert_eq!(not_kept(&uploaded), (format!("{full}{resume}"), 1));
    let second = [&uploaded[..], &[(200, FOUND), (200, UPLOAD)]].concat();
    assert_eq!(not_kept(&second), (made("two"), 1));
}
