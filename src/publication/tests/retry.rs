//! What passes is tried again, for a while.

use super::*;

#[test]
fn no_answer_is_tried_again_and_then_a_failure_that_names_the_place() {
    let mut publication = begin(CONFIG, &ami());
    let refused = Outcome::NoAnswer(TransportError::Refused);
    assert_eq!(
        exhaust(&mut publication, &refused),
        RetryPolicy::default().attempts
    );
    let failure = failure(&publication);
    assert_eq!(failure.code, FailureCode::Transport);
    let place =
        "(GET http://127.0.0.1:1/api/v1/authenticate): the connection was refused (tried 8 times)";
    assert!(failure.message.ends_with(place), "{}", failure.message);
    publication.respond(answer(200, ""), 0, &Fixed::default());
    assert!(matches!(publication.next(), Step::Failed(_)), "it stays so");
}

#[test]
fn what_an_http_library_says_plays_no_tricks() {
    let mut publication = begin(CONFIG, &ami());
    // The mark in the middle is taken out before tokens are looked for.
    let error = TransportError::Other("a\u{1b}[2J\ntok\u{200b}.secret".into());
    publication.respond(Outcome::NoAnswer(error), 0, &Fixed::default());
    let Step::Wait(pause) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!(pause.reason, "a[2J [redacted]");
    let tls = TransportError::Tls("\u{7}x".into());
    publication.respond(Outcome::Waited, 0, &Fixed::default());
    publication.respond(Outcome::NoAnswer(tls), 0, &Fixed::default());
    assert!(
        failure(&publication)
            .message
            .ends_with("no secure connection: x")
    );
}

#[test]
fn what_passes_is_tried_again_and_nothing_else() {
    let sent = |before: &[(u16, &str)], outcome: Outcome| {
        let mut publication = begin(CONFIG, &file());
        drive(&mut publication, before, &disk());
        exhaust(&mut publication, &outcome)
    };
    let all = RetryPolicy::default().attempts;
    let version = [(200, ""), (200, FOUND)];
    let upload = [(200, ""), (200, FOUND), (200, UPLOAD)];
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert_eq!(sent(&[], answer(status, "")), all, "{status}");
        assert_eq!(sent(&upload, answer(status, "")), all, "{status}");
        assert_eq!(sent(&version, answer(status, "")), all, "{status}");
    }
    for status in [301, 400, 401, 403, 409, 422, 501] {
        assert_eq!(sent(&[], answer(status, "")), 1, "{status}");
    }
    for (error, of_get, of_version) in [
        (TransportError::Refused, all, all),
        (TransportError::Dns, all, all),
        (TransportError::Timeout, all, all),
        (TransportError::Interrupted, all, all),
        (TransportError::Other("x".into()), all, all),
        (TransportError::Tls("x".into()), 1, 1),
        // There was an answer, and what it says of the version is lost.
        (TransportError::ResponseTooLarge, 1, all),
        (TransportError::BodyUnreadable(FileError::NotFound), 1, 1),
    ] {
        let outcome = Outcome::NoAnswer(error);
        assert_eq!(sent(&[], outcome.clone()), of_get, "{outcome:?}");
        assert_eq!(sent(&version, outcome.clone()), of_version, "{outcome:?}");
    }
}

#[test]
fn each_request_has_attempts_of_its_own_and_retry_after_is_waited_for() {
    let mut publication = begin(CONFIG, &ami());
    for body in ["", FOUND, r#"{"version": 1}"#] {
        for _ in 1..RetryPolicy::default().attempts {
            publication.respond(
                Outcome::Answered(Response {
                    status: 503,
                    headers: vec![("retry-after".into(), "20".into())],
                    body: Vec::new(),
                    sent: ALL,
                    sent_sha256: None,
                    saved: None,
                }),
                0,
                &Fixed::default(),
            );
            let Step::Wait(pause) = publication.next() else {
                panic!("{:?}", publication.next())
            };
            assert_eq!(
                (pause.ms, pause.reason.as_str()),
                (20_000, "the server answered 503")
            );
            publication.respond(Outcome::Waited, 0, &Fixed::default());
        }
        drive(&mut publication, &[(200, body)], &Fixed::default());
    }
    assert!(matches!(publication.next(), Step::Done(_)));
}

#[test]
fn a_retry_after_that_is_too_long_is_named() {
    let mut publication = begin(CONFIG, &ami());
    let later = Outcome::Answered(Response {
        status: 503,
        headers: vec![("retry-after".into(), "3600".into())],
        body: Vec::new(),
        sent: ALL,
        sent_sha256: None,
        saved: None,
    });
    publication.respond(later, 0, &Fixed::default());
    let wanted = "could not verify the token: the server answered 503 (the server asks to wait 3600 s, \
                  longer than the 300 s allowed)";
    assert_eq!(failure(&publication).message, wanted);
}

/// How often a request is sent, and for how many milliseconds in all, to a server that lets each
/// attempt take so long.
fn kept_by(before: &[(u16, &str)], takes_ms: u64) -> (u32, u64) {
    let mut publication = begin(CONFIG, &file());
    drive(&mut publication, before, &disk());
    let first = publication.next();
    let (mut sent, mut all_ms) = (0, 0);
    loop {
        match publication.next() {
            step @ Step::Send(_) if step == first => {
                sent += 1;
                all_ms += takes_ms;
                let timeout = Outcome::NoAnswer(TransportError::Timeout);
                publication.respond(timeout, takes_ms, &disk());
            }
            Step::Wait(pause) => {
                all_ms += pause.ms;
                publication.respond(Outcome::Waited, pause.ms, &disk());
            }
            _ => return (sent, all_ms),
        }
    }
}

#[test]
fn a_slow_server_keeps_nobody_for_long() {
    let upload = [(200, ""), (200, FOUND), (200, UPLOAD)];
    const MINUTE: u64 = 60_000;
    let of_the_api = (1..=150).map(|seconds| kept_by(&[], seconds * 1000).1);
    assert!(of_the_api.max().unwrap() < 8 * MINUTE);
    let of_uploads = (1..=90).map(|seconds| kept_by(&upload, seconds * 1000).1);
    assert!(of_uploads.max().unwrap() <= 11 * MINUTE);
    // However long the file itself takes.
    assert!(kept_by(&upload, 3600 * 1000).0 >= 6);
}
