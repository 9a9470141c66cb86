//! Redirects are followed where a request may go anyway, and nowhere else.

use super::*;

fn redirect(status: u16, location: &str) -> Outcome {
    Outcome::Answered(Response {
        status,
        headers: vec![("location".into(), location.into())],
        body: Vec::new(),
        sent: ALL,
        sent_sha256: None,
        saved: None,
    })
}

#[test]
fn within_atlas_they_are_followed() {
    let mut publication = begin(CONFIG, &ami());
    publication.respond(redirect(302, "/moved"), 0, &Fixed::default());
    assert_eq!(request(&publication).url, "http://127.0.0.1:1/moved");
    publication.respond(answer(200, ""), 0, &Fixed::default());
    let next = "http://127.0.0.1:1/api/v1/artifacts/hashicorp/foobar";
    assert_eq!(request(&publication).url, next);
}

#[test]
fn tokens_go_nowhere_else() {
    for location in [
        "http://127.0.0.1:2/",
        "https://127.0.0.1:1/",
        "http://evil.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1:1/",
    ] {
        let mut publication = begin(CONFIG, &ami());
        publication.respond(redirect(307, location), 0, &Fixed::default());
        let failure = failure(&publication);
        assert_eq!(failure.code, FailureCode::UnexpectedStatus, "{location}");
        assert!(failure.message.contains("redirects to"), "{location}");
    }
}

#[test]
fn circles_end() {
    let mut publication = begin(CONFIG, &ami());
    let mut followed = 0;
    while let Step::Send(_) = publication.next() {
        followed += 1;
        publication.respond(redirect(301, "/api/v1/authenticate"), 0, &Fixed::default());
    }
    assert_eq!(followed, 6);
    assert_eq!(failure(&publication).code, FailureCode::UnexpectedStatus);
}

#[test]
fn an_upload_may_go_to_another_storage() {
    let mut publication = begin(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
    drive(&mut publication, &answers, &disk());
    publication.respond(
        redirect(307, "http://127.0.0.1:2/eu?sig=secret"),
        0,
        &disk(),
    );
    let upload = request(&publication);
    assert_eq!(upload.url, "http://127.0.0.1:2/eu?sig=secret");
    assert!(upload.sensitive_url);
    publication.respond(redirect(307, "file:///etc/passwd"), 0, &disk());
    let message = failure(&publication).message;
    assert!(message.contains("redirects to a `file:` URL"), "{message}");
}

#[test]
fn where_an_upload_is_redirected_to_is_not_shown() {
    for goal in ["/_bin/SECRET-KEY-1", "ftp://other/_bin/SECRET-KEY-1"] {
        let mut publication = begin(CONFIG, &file());
        let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
        drive(&mut publication, &answers, &disk());
        publication.respond(redirect(302, goal), 0, &disk());
        let message = failure(&publication).message;
        assert!(message.contains("it redirects to "), "{message}");
        assert!(
            !message.contains("KEY") && !message.contains("_bin"),
            "{message}"
        );
    }
}

#[test]
fn what_is_said_of_an_upload_does_not_show_where_it_went() {
    let url = "http://127.0.0.1:1/_binstore/0123456789abcdef?sig=secret";
    let version = format!(r#"{{"version": 3, "upload_path": "{url}"}}"#);
    let moved = "http://127.0.0.1:2/eu/fedcba9876543210";
    let upload = || {
        let mut publication = begin(CONFIG, &file());
        let answers = [(200, ""), (200, FOUND), (200, &version)];
        drive(&mut publication, &answers, &disk());
        publication.respond(redirect(307, moved), 0, &disk());
        publication
    };
    let said = "no /_BINSTORE/0123456789abcdef?sig=secret, no fedcba9876543210";
    let mut publication = upload();
    publication.respond(answer(403, said), 0, &disk());
    let wanted = "could not upload the file: the server answered 403: no [redacted], no \
                  [redacted]";
    assert_eq!(failure(&publication).message, wanted);
    let mut publication = upload();
    let error = TransportError::Other(format!("at {url} and {moved}"));
    publication.respond(Outcome::NoAnswer(error), 0, &disk());
    let Step::Wait(pause) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!(pause.reason, "at [redacted] and [redacted]");
}

#[test]
fn after_a_pause_it_begins_where_it_began() {
    let mut publication = begin(CONFIG, &ami());
    let first = request(&publication).url;
    publication.respond(redirect(302, "/moved"), 0, &Fixed::default());
    publication.respond(answer(503, ""), 0, &Fixed::default());
    publication.respond(Outcome::Waited, 0, &Fixed::default());
    assert_eq!(request(&publication).url, first);
}

#[test]
fn a_failure_names_what_was_asked_first() {
    let mut publication = begin(CONFIG, &ami());
    publication.respond(redirect(302, "/moved?sig=secret"), 0, &Fixed::default());
    let tls = TransportError::Tls("x".into());
    publication.respond(Outcome::NoAnswer(tls), 0, &Fixed::default());
    let message = failure(&publication).message;
    assert!(
        message.contains("(GET http://127.0.0.1:1/api/v1/authenticate)"),
        "{message}"
    );
}

#[test]
fn redirects_take_of_the_time_for_a_request() {
    let mut publication = begin(CONFIG, &ami());
    let mut followed = 0;
    while let Step::Send(_) = publication.next() {
        publication.respond(redirect(302, "/again"), 150_000, &Fixed::default());
        followed += 1;
    }
    assert_eq!(followed, 3);
}
