//! What was published is looked for at the end.

use super::*;

/// Published, and asked for at the end.
fn published() -> Publication {
    let mut publication = begin_confirmed(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
    drive(&mut publication, &answers, &disk());
    publication.respond(
        Outcome::Answered(Response {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            sent: ALL,
            sent_sha256: Some("ab".into()),
            saved: None,
        }),
        0,
        &disk(),
    );
    let wanted = "http://127.0.0.1:1/api/v1/artifacts/hashicorp/foobar/aws.ami/search?version=3";
    assert_eq!(request(&publication).url, wanted);
    publication
}

fn confirmed(outcome: Outcome) -> Result<bool, Failure> {
    let mut publication = published();
    exhaust(&mut publication, &outcome);
    match publication.next() {
        Step::Done(Achievement::Published(receipts)) => Ok(receipts[0].confirmed),
        Step::Failed(failure) => {
            assert_eq!(failure.code, FailureCode::NotConfirmed);
            assert_eq!(failure.published.len(), 1, "it is there all the same");
            Err(failure)
        }
        step => panic!("{step:?}"),
    }
}

#[test]
fn what_is_listed_is_confirmed() {
    for listed in [
        r#"{"versions": [{"version": 2}, {"version": 3}]}"#,
        r#"{"versions": [{"version": 3, "sha256": "AB"}]}"#,
        r#"{"versions": [{"version": 3, "size": 12}]}"#,
    ] {
        assert_eq!(confirmed(answer(200, listed)), Ok(true), "{listed}");
    }
}

#[test]
fn a_server_without_a_search_can_not_confirm() {
    for status in [404, 405, 501] {
        assert_eq!(confirmed(answer(status, "")), Ok(false), "{status}");
    }
}

#[test]
fn it_is_waited_for_until_it_is_listed() {
    let mut publication = published();
    publication.respond(answer(200, NO_VERSIONS), 0, &disk());
    let Step::Wait(pause) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!(pause.reason, "Atlas does not list the version yet");
    publication.respond(Outcome::Waited, 0, &disk());
    publication.respond(answer(200, r#"{"versions": [{"version": 3}]}"#), 0, &disk());
    assert!(matches!(publication.next(), Step::Done(_)));

    let failure = confirmed(answer(200, NO_VERSIONS)).unwrap_err();
    let wanted = "hashicorp/foobar/aws.ami/3 is published, but could not be found by a search: it is \
                  not listed; look at http://127.0.0.1:1/hashicorp/foobar (tried 8 times)";
    assert_eq!(failure.message, wanted);
}

#[test]
fn what_is_not_ours_is_not_confirmed() {
    let other = r#"{"versions": [{"version": 3, "sha256": "cd"}]}"#;
    let failure = confirmed(answer(200, other)).unwrap_err();
    assert!(failure.message.contains("it holds another file"));
    assert!(failure.message.contains("its SHA-256 is cd, not ab"));
    let other = r#"{"versions": [{"version": 3, "size": 11, "sha256": "ab"}]}"#;
    let failure = confirmed(answer(200, other)).unwrap_err();
    let wanted = "hashicorp/foobar/aws.ami/3 is published, but it holds another file than was sent: it \
                  has 11 bytes, not 12; look at http://127.0.0.1:1/hashicorp/foobar";
    assert_eq!(failure.message, wanted);
    let gateway = confirmed(answer(200, "<html>")).unwrap_err();
    assert!(
        gateway.message.contains("(tried 8 times)"),
        "{}",
        gateway.message
    );
    for outcome in [
        answer(401, ""),
        answer(500, ""),
        Outcome::NoAnswer(TransportError::Refused),
    ] {
        assert!(confirmed(outcome.clone()).is_err(), "{outcome:?}");
    }
}
