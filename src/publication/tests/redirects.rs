//! Redirects are followed where a request may go anyway, and nowhere else.

use super::*;

fn redirect(status: u16, location: &str) -> Outcome {
    Outcome::Answered(Response {
        status,
        headers: vec![("location".into(), location.into())],
        body: Vec::new(),
        sent_sha256: None,
    })
}

#[test]
fn within_atlas_they_are_followed() {
    let mut publication = begin(CONFIG, &ami());
    publication.respond(redirect(302, "/moved"), &Fixed::default());
    assert_eq!(request(&publication).url, "http://127.0.0.1:1/moved");
    publication.respond(answer(200, ""), &Fixed::default());
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
        publication.respond(redirect(307, location), &Fixed::default());
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
        publication.respond(redirect(301, "/api/v1/authenticate"), &Fixed::default());
    }
    assert_eq!(followed, 6);
    assert_eq!(failure(&publication).code, FailureCode::UnexpectedStatus);
}

#[test]
fn an_upload_may_go_to_another_storage() {
    let mut publication = begin(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
    drive(&mut publication, &answers, &disk());
    publication.respond(redirect(307, "http://127.0.0.1:2/eu?sig=secret"), &disk());
    let upload = request(&publication);
    assert_eq!(upload.url, "http://127.0.0.1:2/eu?sig=secret");
    assert!(upload.sensitive_url);
    publication.respond(redirect(307, "file:///etc/passwd"), &disk());
    let message = failure(&publication).message;
    assert!(message.contains("redirects to a `file:` URL"), "{message}");
}

#[test]
fn after_a_pause_it_begins_where_it_began() {
    let mut publication = begin(CONFIG, &ami());
    let first = request(&publication).url;
    publication.respond(redirect(302, "/moved"), &Fixed::default());
    publication.respond(answer(503, ""), &Fixed::default());
    publication.respond(Outcome::Waited, &Fixed::default());
    assert_eq!(request(&publication).url, first);
}
