//! Answers that are lost: one version is made all the same, or it is said that it is not known.

use super::*;

const LOST: Outcome = Outcome::NoAnswer(TransportError::Interrupted);

/// Goes on to where the version is asked for, with a server that does not know keys and had these
/// versions before.
fn asking(artifact: &Artifact, before: (u16, &str)) -> Publication {
    let mut publication = begin(CONFIG, artifact);
    let answers = [(200, ""), (200, FOUND), before];
    let sent = drive_with(&mut publication, &answers, &disk(), false);
    assert!(sent[2].ends_with("/search?version=latest"));
    assert_eq!(request(&publication).method, Method::Post);
    publication
}

/// Loses the answer, waits, and tells what a search finds then.
fn lose(publication: &mut Publication, listing: &str) {
    publication.respond(LOST, 0, &disk());
    assert!(matches!(publication.next(), Step::Wait(_)));
    publication.respond(Outcome::Waited, 0, &disk());
    let search = request(publication);
    assert!(
        search.url.ends_with("/search?version=any"),
        "{}",
        search.url
    );
    publication.respond(answer(200, listing), 0, &disk());
}

/// A version as a search lists it.
fn listed(version: u64, id: &str) -> String {
    format!(
        r#"{{"version": {version}, "id": "{id}", "metadata": {{"region.us-east-1": "ami-1", "ami_id": "ami-1"}}}}"#
    )
}

fn listing(versions: &[String]) -> String {
    format!(r#"{{"versions": [{}]}}"#, versions.join(","))
}

fn in_doubt(publication: &Publication) -> String {
    let failure = failure(publication);
    assert_eq!(failure.code, FailureCode::VersionInDoubt);
    let look = "look at http://127.0.0.1:1/hashicorp/foobar before you publish again";
    assert!(failure.message.contains(look), "{}", failure.message);
    failure.message
}

#[test]
fn a_server_that_knows_the_key_is_asked_again() {
    let mut publication = begin(CONFIG, &file());
    drive(&mut publication, &[(200, ""), (200, FOUND)], &disk());
    let first = request(&publication);
    let key = first.headers.iter().find(|h| h.name == "Idempotency-Key");
    assert!(key.is_some());
    for outcome in [LOST, answer(502, ""), answer(200, "{\"versio")] {
        publication.respond(outcome, 0, &disk());
        assert!(matches!(publication.next(), Step::Wait(_)));
        publication.respond(Outcome::Waited, 0, &disk());
        assert_eq!(request(&publication), first, "the same key, the same body");
    }
    publication.respond(answer(200, UPLOAD), 0, &disk());
    assert_eq!(request(&publication).method, Method::Put);
}

#[test]
fn what_was_not_made_is_made_again() {
    let mut publication = asking(&ami(), (200, &listing(&[listed(4, "us-east-1:ami-1")])));
    // An older one is alike, a newer one is somebody else's.
    let others = [listed(5, "us-east-1:ami-2"), listed(4, "us-east-1:ami-1")];
    lose(&mut publication, &listing(&others));
    assert_eq!(request(&publication).method, Method::Post);
    publication.respond(answer(200, r#"{"version": 6}"#), 0, &disk());
    assert!(matches!(publication.next(), Step::Done(_)));
}

#[test]
fn what_was_made_is_found_again() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    lose(&mut publication, &listing(&[listed(1, "us-east-1:ami-1")]));
    let Step::Done(Achievement::Published(receipts)) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!(receipts[0].version, 1);
}

#[test]
fn what_may_be_somebody_elses_is_left_alone() {
    let twins = [listed(2, "us-east-1:ami-1"), listed(1, "us-east-1:ami-1")];
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    lose(&mut publication, &listing(&twins));
    let message = in_doubt(&publication);
    let perhaps = "(it may be hashicorp/foobar/aws.ami/2 or hashicorp/foobar/aws.ami/1)";
    assert!(message.contains(perhaps), "{message}");

    // It waits for a file: but for whose?
    let mut publication = asking(&file(), (200, NO_VERSIONS));
    lose(&mut publication, &listing(&[listed(1, "File")]));
    in_doubt(&publication);
    let mut publication = asking(&file(), (200, NO_VERSIONS));
    lose(&mut publication, r#"{"versions": [], "incomplete": [1]}"#);
    in_doubt(&publication);
}

/// Tells what a search for one number finds.
fn find(publication: &mut Publication, number: u64, outcome: Outcome) {
    let search = request(publication).url;
    assert!(
        search.ends_with(&format!("/search?version={number}")),
        "{search}"
    );
    publication.respond(outcome, 0, &disk());
}

#[test]
fn a_server_that_lists_only_the_newest_is_asked_for_the_others() {
    let other = |n| listed(n, "us-east-1:ami-2");
    let ours = listing(&[listed(6, "us-east-1:ami-1")]);
    let lost_among_others = || {
        let mut publication = asking(&ami(), (200, &listing(&[other(4)])));
        lose(&mut publication, &listing(&[other(8)]));
        find(&mut publication, 5, answer(200, &listing(&[other(5)])));
        publication
    };
    let mut publication = lost_among_others();
    find(&mut publication, 6, answer(200, &ours));
    find(&mut publication, 7, answer(404, ""));
    let Step::Done(Achievement::Published(receipts)) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!(receipts[0].version, 6);

    let mut publication = lost_among_others();
    find(&mut publication, 6, answer(200, NO_VERSIONS));
    // Not what was asked for.
    find(&mut publication, 7, answer(200, &ours));
    assert_eq!(request(&publication).method, Method::Post);

    let mut publication = lost_among_others();
    find(&mut publication, 6, answer(401, ""));
    in_doubt(&publication);
}

#[test]
fn only_so_many_are_asked_for() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    lose(
        &mut publication,
        &listing(&[listed(1 << 50, "us-east-1:ami-2")]),
    );
    in_doubt(&publication);
}

#[test]
fn a_server_that_lists_all_is_asked_once() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    let all: Vec<_> = (1..200)
        .rev()
        .map(|n| listed(n, "us-east-1:ami-2"))
        .collect();
    lose(&mut publication, &listing(&all));
    assert_eq!(request(&publication).method, Method::Post);
}

#[test]
fn without_knowing_what_was_before_nothing_is_taken() {
    for before in [(404, ""), (200, "<html>"), (500, "")] {
        let mut publication = asking(&ami(), before);
        publication.respond(LOST, 0, &disk());
        in_doubt(&publication);
    }
}

#[test]
fn a_search_that_fails_leaves_the_doubt() {
    for status in [401, 404] {
        let mut publication = asking(&ami(), (200, NO_VERSIONS));
        publication.respond(LOST, 0, &disk());
        publication.respond(Outcome::Waited, 0, &disk());
        publication.respond(answer(status, ""), 0, &disk());
        in_doubt(&publication);
    }
}

#[test]
fn a_success_that_can_not_be_read_is_not_repeated() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    publication.respond(answer(200, "<html>"), 0, &disk());
    publication.respond(Outcome::Waited, 0, &disk());
    publication.respond(answer(200, NO_VERSIONS), 0, &disk());
    in_doubt(&publication);
}

#[test]
fn looking_and_asking_share_their_attempts() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    let mut asked = 0;
    while let step @ (Step::Send(_) | Step::Wait(_)) = publication.next() {
        let outcome = match step {
            Step::Send(request) if request.method == Method::Post => {
                asked += 1;
                LOST
            }
            Step::Send(_) => answer(200, NO_VERSIONS),
            _ => Outcome::Waited,
        };
        publication.respond(outcome, 0, &disk());
    }
    assert_eq!(asked, RETRY.attempts);
    let message = in_doubt(&publication);
    assert!(message.contains("(tried 8 times)"), "{message}");
}

#[test]
fn certainty_needs_no_search() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    publication.respond(Outcome::NoAnswer(TransportError::Refused), 0, &disk());
    publication.respond(Outcome::Waited, 0, &disk());
    assert_eq!(request(&publication).method, Method::Post);
    publication.respond(answer(422, r#"{"errors": ["no"]}"#), 0, &disk());
    assert_eq!(failure(&publication).code, FailureCode::Rejected);
}

#[test]
fn a_server_that_says_it_did_nothing_is_believed_where_it_must_be() {
    let mut publication = asking(&ami(), (200, NO_VERSIONS));
    publication.respond(answer(503, ""), 0, &disk());
    publication.respond(Outcome::Waited, 0, &disk());
    assert!(request(&publication).url.ends_with("search?version=any"));
    let mut publication = asking(&ami(), (404, ""));
    publication.respond(answer(503, ""), 0, &disk());
    publication.respond(Outcome::Waited, 0, &disk());
    assert_eq!(request(&publication).method, Method::Post);
}

/// An upload that fails like this to its end, and then what Atlas says of the file.
fn upload_lost(outcome: &Outcome, file_answer: Outcome) -> Publication {
    let mut publication = begin(CONFIG, &file());
    let answers = [(200, ""), (200, FOUND), (200, UPLOAD)];
    drive(&mut publication, &answers, &disk());
    while let step @ (Step::Send(_) | Step::Wait(_)) = publication.next() {
        let outcome = match step {
            Step::Send(request) if request.method == Method::Put => outcome.clone(),
            Step::Send(request) => {
                assert_eq!(request.method, Method::Head);
                assert!(request.url.ends_with("/hashicorp/foobar/aws.ami/3/file"));
                file_answer.clone()
            }
            _ => Outcome::Waited,
        };
        publication.respond(outcome, 0, &disk());
    }
    publication
}

fn file_of(size: &str) -> Outcome {
    Outcome::Answered(Response {
        status: 200,
        headers: vec![("Content-Length".into(), size.into())],
        body: Vec::new(),
        sent: ALL,
        sent_sha256: None,
        saved: None,
    })
}

#[test]
fn an_upload_without_an_answer_is_looked_for() {
    let publication = upload_lost(&LOST, file_of("12"));
    let Step::Done(Achievement::Published(receipts)) = publication.next() else {
        panic!("{:?}", publication.next())
    };
    assert_eq!((receipts[0].version, receipts[0].size), (3, Some(12)));
    for other in [
        file_of("11"),
        answer(200, ""),
        answer(404, ""),
        answer(302, ""),
        LOST,
    ] {
        let failure = failure(&upload_lost(&LOST, other));
        assert_eq!(failure.code, FailureCode::Transport);
        assert!(
            failure.message.contains("(tried 8 times)"),
            "{}",
            failure.message
        );
    }
}

#[test]
fn an_upload_that_was_refused_is_not_looked_for() {
    let refused = upload_lost(&answer(403, ""), answer(200, ""));
    assert_eq!(failure(&refused).code, FailureCode::UnexpectedStatus);
    let refused = upload_lost(&Outcome::NoAnswer(TransportError::Refused), file_of("12"));
    assert_eq!(failure(&refused).code, FailureCode::Transport);
}
