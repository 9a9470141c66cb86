//! Uploads in pieces, and what becomes of them after a break.

use super::*;

const RESUMABLE: &str = r#"{"version": 3, "upload_path": "http://127.0.0.1:2/eu/KEY-0123456789",
                            "upload_protocol": "resumable"}"#;

/// An answer that has taken all that was sent to it.
fn told(status: u16, headers: &[(&str, &str)]) -> Outcome {
    let headers = headers.iter().map(|(n, v)| ((*n).into(), (*v).into()));
    Outcome::Answered(Response {
        status,
        headers: headers.collect(),
        sent: ALL,
        ..Response::default()
    })
}

/// A publication of 12 bytes whose upload begins, or goes on, at a server that knows idempotency keys.
fn uploading(checkpoint: Option<&str>) -> Publication {
    let post_processor = PostProcessor {
        config: CONFIG.into(),
        origin: None,
        chained: false,
    };
    let options = Options {
        checkpoint: checkpoint.map(|text| text.as_bytes().to_owned()),
        ..UNCONFIRMED
    };
    let build = Build::default();
    let begun = Publication::begin(&[post_processor], &build, &file(), options, &disk());
    let mut publication = begun.unwrap();
    respond(&mut publication, answer(200, ""));
    for body in [FOUND, RESUMABLE] {
        let key = publication.jobs[0].key.as_str().to_owned();
        respond(
            &mut publication,
            Outcome::Answered(Response {
                status: 200,
                headers: vec![("Idempotency-Key".into(), key)],
                body: body.into(),
                ..Response::default()
            }),
        );
    }
    publication
}

/// The request that comes next: method, header `Upload-Offset` and `Upload-Complete`, bytes that are sent.
fn next(publication: &Publication) -> (&'static str, String, String, std::ops::Range<u64>) {
    let request = request(publication);
    assert!(request.sensitive_url, "{request:?}");
    let header = |name: &str| {
        let mut headers = request.headers.iter();
        let found = headers.find(|h| h.name == name);
        found.map_or_else(String::new, |h| h.value.clone())
    };
    let range = match &request.body {
        Body::Range(range) => range.offset..range.offset + range.length,
        _ => 0..0,
    };
    let (offset, complete) = (header("Upload-Offset"), header("Upload-Complete"));
    (request.method.as_str(), offset, complete, range)
}

fn published(publication: &Publication) -> Receipt {
    match publication.next() {
        Step::Done(Achievement::Published(receipts)) => receipts[0].clone(),
        step => panic!("{step:?}"),
    }
}

fn respond(publication: &mut Publication, outcome: Outcome) {
    publication.respond(outcome, 0, &disk());
}

fn broken(publication: &mut Publication) {
    respond(publication, Outcome::NoAnswer(TransportError::Interrupted));
    assert!(
        matches!(publication.next(), Step::Wait(_)),
        "{:?}",
        publication.next()
    );
    respond(publication, Outcome::Waited);
}

fn piece(offset: u64, end: u64) -> (&'static str, String, String, std::ops::Range<u64>) {
    let complete = if end == 12 { "?1" } else { "?0" };
    ("PATCH", offset.to_string(), complete.into(), offset..end)
}

#[test]
fn piece_by_piece_to_the_end() {
    let mut publication = uploading(None);
    let (method, _, complete, range) = next(&publication);
    assert_eq!((method, complete.as_str(), range), ("POST", "?0", 0..0));
    let limit = [("Upload-Limit", "max-append-size=5"), ("Location", "/up/1")];
    respond(&mut publication, told(201, &limit));
    assert_eq!(request(&publication).url, "http://127.0.0.1:2/up/1");
    assert_eq!(next(&publication), piece(0, 5));
    respond(&mut publication, told(204, &[("Upload-Offset", "5")]));
    assert_eq!(next(&publication), piece(5, 10));
    // It is not necessarily said how many have come.
    respond(&mut publication, told(204, &[]));
    assert_eq!(next(&publication), piece(10, 12));
    let last = Outcome::Answered(Response {
        status: 200,
        sent: 2,
        sent_sha256: Some("abc".into()),
        ..Response::default()
    });
    respond(&mut publication, last);
    assert_eq!(published(&publication).size, Some(12));
    let checkpoint = publication.checkpoint();
    assert!(
        checkpoint.contains(r#""size":12,"sha256":"abc""#),
        "{checkpoint}"
    );
}

#[test]
fn after_a_break_it_goes_on_where_the_server_is() {
    let mut publication = uploading(None);
    respond(&mut publication, told(201, &[]));
    assert_eq!(next(&publication), piece(0, 12));
    broken(&mut publication);
    assert_eq!(next(&publication).0, "HEAD");
    let seven = [("Upload-Offset", "7"), ("Upload-Complete", "?0")];
    respond(&mut publication, told(204, &seven));
    assert_eq!(next(&publication), piece(7, 12));
    // A piece that does not fit.
    respond(&mut publication, told(409, &[("Upload-Offset", "9")]));
    respond(&mut publication, Outcome::Waited);
    assert_eq!(next(&publication).0, "HEAD");
    respond(&mut publication, told(204, &[("Upload-Offset", "9")]));
    assert_eq!(next(&publication), piece(9, 12));
    // All of it came, and the answer did not.
    broken(&mut publication);
    let all = [("Upload-Offset", "12"), ("Upload-Complete", "?1")];
    respond(&mut publication, told(204, &all));
    assert_eq!(published(&publication).size, Some(12));
}

#[test]
fn what_the_server_has_forgotten_begins_anew() {
    let mut publication = uploading(None);
    respond(&mut publication, told(201, &[]));
    broken(&mut publication);
    respond(&mut publication, told(404, &[]));
    assert_eq!(next(&publication).0, "POST");
    respond(&mut publication, told(201, &[]));
    assert_eq!(next(&publication), piece(0, 12));
    // Something else is there under that URL.
    for headers in [[("Upload-Offset", "13")], [("Upload-Length", "99")]] {
        broken(&mut publication);
        respond(&mut publication, told(204, &headers));
        assert_eq!(next(&publication).0, "POST", "{headers:?}");
        respond(&mut publication, told(201, &[]));
    }
}

#[test]
fn in_another_process_it_is_asked_first_how_far_it_came() {
    let mut publication = uploading(None);
    respond(&mut publication, told(201, &[]));
    let checkpoint = publication.checkpoint();
    assert!(!checkpoint.contains("KEY-"), "{checkpoint}");
    let mut later = uploading(Some(&checkpoint));
    assert_eq!(next(&later).0, "HEAD");
    respond(&mut later, told(204, &[("Upload-Offset", "4")]));
    assert_eq!(next(&later), piece(4, 12));
}

#[test]
fn links_that_were_valid_before_have_expired() {
    for status in [403, 404, 410] {
        let mut publication = uploading(None);
        respond(&mut publication, told(201, &[]));
        broken(&mut publication);
        respond(&mut publication, told(404, &[]));
        respond(&mut publication, told(status, &[]));
        // The file may be there all the same.
        respond(&mut publication, told(404, &[]));
        let failed = failure(&publication);
        assert_eq!(failed.code, FailureCode::UploadExpired, "{status}");
        assert!(failed.message.contains("--resume"), "{failed:?}");
        // One that never was is told as what it is.
        let mut publication = uploading(None);
        respond(&mut publication, told(status, &[]));
        assert_eq!(failure(&publication).code, FailureCode::UnexpectedStatus);
    }
}

#[test]
fn a_server_that_takes_nothing_is_not_asked_for_ever() {
    let mut publication = uploading(None);
    respond(&mut publication, told(201, &[]));
    let mut requests = 0;
    loop {
        match publication.next() {
            Step::Failed(failure) => {
                assert_eq!(failure.code, FailureCode::Transport);
                break;
            }
            Step::Wait(_) => respond(&mut publication, Outcome::Waited),
            Step::Send(request) => {
                requests += 1;
                assert!(requests < 100);
                let head = told(204, &[("Upload-Offset", "1")]);
                let outcome = match request.method {
                    Method::Head if request.sensitive_url => head,
                    _ => Outcome::NoAnswer(TransportError::Interrupted),
                };
                respond(&mut publication, outcome);
            }
            step => panic!("{step:?}"),
        }
    }
}

#[test]
fn a_file_that_is_too_large_is_told_as_that() {
    let mut publication = uploading(None);
    respond(
        &mut publication,
        told(201, &[("Upload-Limit", "max-size=11")]),
    );
    let failure = failure(&publication);
    assert_eq!(failure.code, FailureCode::Rejected);
    assert!(failure.message.contains("at most 11"), "{failure:?}");
}
