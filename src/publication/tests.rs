//! Tests of the order of requests and of what each answer leads to.

use super::*;
use crate::artifact::Artifact;
use crate::atlas::{Body, BodySource, ByteRange, Method, Request};
use crate::file_error::FileError;
use crate::platform::fixed::Fixed;
use crate::post_processor::PostProcessor;
use crate::run::Build;

const CONFIG: &str = r#"{"token": "tok.secret", "artifact": "hashicorp/foobar",
    "artifact_type": "aws.ami", "atlas_url": "http://127.0.0.1:1"}"#;

/// The end of what most tests look at comes without a search.
const UNCONFIRMED: Options = Options {
    retry: RETRY,
    confirm: false,
    checkpoint: None,
};
const RETRY: RetryPolicy = RetryPolicy {
    attempts: 8,
    timeout_ms: 300_000,
};

fn begin_with(
    configs: &[(&str, bool)],
    artifact: &Artifact,
) -> Result<Publication, Vec<Diagnostic>> {
    let all: Vec<_> = configs
        .iter()
        .map(|(config, chained)| PostProcessor {
            config: (*config).into(),
            origin: None,
            chained: *chained,
        })
        .collect();
    Publication::begin(
        &all,
        &Build::default(),
        artifact,
        UNCONFIRMED,
        &Fixed::default(),
    )
}

fn begin_confirmed(config: &str, artifact: &Artifact) -> Publication {
    let mut publication = begin(config, artifact);
    publication.confirm = true;
    publication
}

fn begin(config: &str, artifact: &Artifact) -> Publication {
    begin_with(&[(config, false)], artifact).unwrap()
}

fn ami() -> Artifact {
    Artifact {
        builder_id: "mitchellh.amazonebs".into(),
        id: "us-east-1:ami-1".into(),
        metadata: Some([("region.us-east-1".into(), "ami-1".into())].into()),
        ..Artifact::default()
    }
}

fn file() -> Artifact {
    Artifact {
        builder_id: "packer.file".into(),
        id: "File".into(),
        files: vec!["/out/disk.gz".into()],
        ..Artifact::default()
    }
}

fn disk() -> Fixed {
    Fixed::file(
        "/out/disk.gz",
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0],
    )
}

fn answer(status: u16, body: &str) -> Outcome {
    Outcome::Answered(Response {
        status,
        headers: Vec::new(),
        body: body.into(),
        sent: ALL,
        sent_sha256: None,
        saved: None,
    })
}

/// However much a request's body has.
const ALL: u64 = u64::MAX;

const FOUND: &str = r#"{"artifact": {"username": "u", "name": "n"}}"#;
const NO_VERSIONS: &str = r#"{"versions": []}"#;
const UPLOAD: &str = r#"{"version": 3, "upload_path": "http://127.0.0.1:1/_binstore/key"}"#;

fn request(publication: &Publication) -> Request {
    assert_eq!(publication.next(), publication.next());
    match publication.next() {
        Step::Send(request) => request,
        step => panic!("{step:?}"),
    }
}

/// Answers the requests in turn, as a server that knows idempotency keys; their methods and paths.
fn drive(publication: &mut Publication, answers: &[(u16, &str)], files: &Fixed) -> Vec<String> {
    drive_with(publication, answers, files, true)
}

fn drive_with(
    publication: &mut Publication,
    answers: &[(u16, &str)],
    files: &Fixed,
    knows_keys: bool,
) -> Vec<String> {
    let mut sent = Vec::new();
    for (status, body) in answers {
        let request = request(publication);
        let path = request.url.replace("http://127.0.0.1:1", "");
        sent.push(format!("{} {path}", request.method.as_str()));
        let mut headers = request.headers.iter();
        let key = headers.find(|h| knows_keys && h.name == "Idempotency-Key");
        publication.respond(
            Outcome::Answered(Response {
                status: *status,
                headers: key
                    .map(|h| (h.name.to_lowercase(), h.value.clone()))
                    .into_iter()
                    .collect(),
                body: (*body).into(),
                sent: ALL,
                sent_sha256: None,
                saved: None,
            }),
            0,
            files,
        );
    }
    sent
}

fn failure(publication: &Publication) -> Failure {
    match publication.next() {
        Step::Failed(failure) => failure,
        step => panic!("{step:?}"),
    }
}

fn json(request: &Request) -> serde_json::Value {
    match &request.body {
        Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap(),
        body => panic!("{body:?}"),
    }
}

mod confirm;
mod files;
mod pieces;
mod recover_version;
mod redirects;
mod resume;
mod retry;

#[test]
fn a_new_artifact() {
    let mut publication = begin(CONFIG, &ami());
    let answers = [(200, ""), (404, "{}"), (201, FOUND)];
    let sent = drive(&mut publication, &answers, &Fixed::default());
    let wanted = [
        "GET /api/v1/authenticate",
        "GET /api/v1/artifacts/hashicorp/foobar",
        "POST /api/v1/artifacts",
    ];
    assert_eq!(sent, wanted);
    let version = request(&publication);
    assert_eq!(
        version.url,
        "http://127.0.0.1:1/api/v1/artifacts/hashicorp/foobar/aws.ami"
    );
    let wanted = serde_json::json!({"artifact_version": {
        "build_id": 0, "compile_id": 0, "file": false, "id": "us-east-1:ami-1",
        "metadata": {"region.us-east-1": "ami-1"}}});
    assert_eq!(json(&version), wanted);
    publication.respond(answer(200, r#"{"version": 7}"#), 0, &Fixed::default());
    let receipt = Receipt {
        slug: "hashicorp/foobar/aws.ami/7".into(),
        tag: "hashicorp/foobar".into(),
        artifact_type: "aws.ami".into(),
        version: 7,
        id: "us-east-1:ami-1".into(),
        url: "http://127.0.0.1:1/hashicorp/foobar".into(),
        size: None,
        sha256: None,
        confirmed: false,
    };
    assert_eq!(
        publication.next(),
        Step::Done(Achievement::Published(vec![receipt]))
    );
}

#[test]
fn requests_carry_the_token_and_uploads_do_not() {
    let mut publication = begin(CONFIG, &file());
    for (status, body) in [(200, ""), (200, FOUND), (200, NO_VERSIONS), (200, UPLOAD)] {
        let request = request(&publication);
        let token = request
            .headers
            .iter()
            .find(|h| h.name == "X-Atlas-Token")
            .unwrap();
        assert_eq!(
            (token.value.as_str(), token.sensitive),
            ("tok.secret", true)
        );
        publication.respond(answer(status, body), 0, &disk());
    }
    let upload = request(&publication);
    assert_eq!((upload.method, upload.sensitive_url), (Method::Put, true));
    assert_eq!(
        upload.body,
        Body::Range(ByteRange {
            source: BodySource::File("/out/disk.gz".into()),
            offset: 0,
            length: 12,
        })
    );
    let names: Vec<_> = upload.headers.iter().map(|h| h.name.as_ref()).collect();
    assert_eq!(names, ["User-Agent"]);
    publication.respond(answer(204, ""), 0, &disk());
    let Step::Done(Achievement::Published(receipts)) = publication.next() else {
        panic!("not done")
    };
    assert_eq!((receipts[0].version, receipts[0].size), (3, Some(12)));
}

#[test]
fn every_token_is_verified_first_and_a_sequence_hands_on_its_artifact() {
    let one = CONFIG.replace("foobar", "one");
    let two = CONFIG.replace("foobar", "two");
    let mut publication = begin_with(&[(&one, false), (&two, true)], &ami()).unwrap();
    let answers = [
        (200, ""),
        (200, ""),
        (200, FOUND),
        (200, r#"{"version": 1}"#),
        (200, FOUND),
    ];
    let sent = drive(&mut publication, &answers, &Fixed::default());
    assert_eq!(
        sent[..2],
        ["GET /api/v1/authenticate", "GET /api/v1/authenticate"]
    );
    assert_eq!(sent[4], "GET /api/v1/artifacts/hashicorp/two");
    let version = json(&request(&publication));
    assert_eq!(version["artifact_version"]["id"], "hashicorp/one/aws.ami/1");
    assert_eq!(
        version["artifact_version"]["metadata"],
        serde_json::Value::Null
    );
    publication.respond(answer(422, r#"{"errors": ["no"]}"#), 0, &Fixed::default());
    let failure = failure(&publication);
    assert_eq!(failure.published[0].slug, "hashicorp/one/aws.ami/1");
}

#[test]
fn an_artifact_that_somebody_else_just_made_is_used() {
    let taken = r#"{"errors": ["Name has already been taken"]}"#;
    let mut publication = begin(CONFIG, &ami());
    let answers = [
        (200, ""),
        (404, ""),
        (422, taken),
        (200, FOUND),
        (200, r#"{"version": 2}"#),
    ];
    drive(&mut publication, &answers, &Fixed::default());
    assert!(matches!(publication.next(), Step::Done(_)));
    let mut publication = begin(CONFIG, &ami());
    drive(
        &mut publication,
        &[(200, ""), (404, ""), (422, taken), (404, "")],
        &Fixed::default(),
    );
    let message = failure(&publication).message;
    assert_eq!(
        message,
        "could not create the artifact: Name has already been taken"
    );
}

#[test]
fn failures_say_what_and_never_the_token() {
    let failed = |answers: &[(u16, &str)]| {
        let mut publication = begin(CONFIG, &ami());
        drive(&mut publication, answers, &Fixed::default());
        let failure = failure(&publication);
        assert!(
            !failure.message.contains("tok.secret"),
            "{}",
            failure.message
        );
        (failure.code.as_str(), failure.message)
    };
    assert_eq!(failed(&[(401, "")]).0, "authentication-failed");
    assert_eq!(failed(&[(200, ""), (200, "<html>")]).0, "unexpected-answer");
    assert_eq!(failed(&[(200, ""), (200, "[]")]).0, "unexpected-answer");
    assert_eq!(
        failed(&[(200, ""), (501, "tok.secret")])
            .1
            .matches("[redacted]")
            .count(),
        1
    );
    let (code, message) = failed(&[
        (200, ""),
        (200, FOUND),
        (
            422,
            r#"{"errors": ["Type is invalid", "Id can't be blank"]}"#,
        ),
    ]);
    assert_eq!(code, "rejected");
    assert!(
        message.ends_with("Type is invalid, Id can't be blank"),
        "{message}"
    );
}

#[test]
fn a_token_that_was_accepted_and_is_not_any_more_has_expired() {
    let wanted = "could not find the artifact: authentication failed: the token is not accepted any \
                  more: it has expired or been revoked since this publication began; with a new \
                  token, --resume goes on from the checkpoint";
    let mut publication = begin(CONFIG, &ami());
    drive(&mut publication, &[(200, ""), (401, "")], &Fixed::default());
    let failed = failure(&publication);
    assert_eq!(
        (failed.code, failed.message.as_str()),
        (FailureCode::AuthenticationFailed, wanted)
    );
    let mut publication = begin(CONFIG, &ami());
    drive(&mut publication, &[(401, "")], &Fixed::default());
    let message = failure(&publication).message;
    assert!(
        message.ends_with("is not accepted; check `token`, or ATLAS_TOKEN"),
        "{message}"
    );
}

#[test]
fn a_token_that_a_server_repeats_is_not_shown() {
    let mut publication = begin(CONFIG, &ami());
    // At the end of what is shown of an answer, half of it would not be known any more.
    let body = format!("TOK.SECRET {}tok.secret", "x ".repeat(142));
    drive(
        &mut publication,
        &[(200, ""), (403, &body)],
        &Fixed::default(),
    );
    let message = failure(&publication).message.to_lowercase();
    assert!(
        message.contains("[redacted] x x") && !message.contains("tok"),
        "{message}"
    );
}

#[test]
fn an_impossible_state_is_a_failure() {
    let states: [fn() -> State; 4] = [
        || State::Verify,
        || State::Find,
        || State::NewVersion(Payload::None),
        || State::Confirm,
    ];
    for state in states {
        let mut publication = begin(CONFIG, &ami());
        publication.current = 1;
        publication.state = state();
        assert_eq!(failure(&publication).code, FailureCode::InternalError);
        publication.respond(
            answer(200, r#"{"version": 1, "versions": []}"#),
            0,
            &Fixed::default(),
        );
        assert_eq!(failure(&publication).code, FailureCode::InternalError);
    }
}

/// Lets requests fail like this until there are no more; how often the one under way was sent.
fn exhaust(publication: &mut Publication, outcome: &Outcome) -> u32 {
    let first = publication.next();
    let mut sent = 0;
    loop {
        match publication.next() {
            step @ Step::Send(_) => {
                sent += u32::from(step == first);
                publication.respond(outcome.clone(), 0, &disk());
            }
            Step::Wait(pause) => {
                assert_eq!(publication.next(), Step::Wait(pause.clone()));
                publication.respond(outcome.clone(), 0, &disk());
                assert_eq!(
                    publication.next(),
                    Step::Wait(pause),
                    "nothing was under way"
                );
                publication.respond(Outcome::Waited, 0, &disk());
            }
            _ => return sent,
        }
    }
}

#[test]
fn a_vagrant_box_needs_a_provider() {
    let config = CONFIG.replace("aws.ami", "vagrant.box");
    let findings = begin_with(&[(&config, false)], &file()).unwrap_err();
    assert_eq!(findings[0].code.as_str(), "missing-provider");
    assert_eq!(findings[0].position.unwrap().line, 1);
    let stated = config.replace(
        "\"token\"",
        "\"metadata\": {\"provider\": \"x\"}, \"token\"",
    );
    assert!(begin_with(&[(&stated, false)], &file()).is_ok());
    let vagrant = Artifact {
        builder_id: "mitchellh.post-processor.vagrant".into(),
        id: "virtualbox".into(),
        ..file()
    };
    let mut publication = begin(&config, &vagrant);
    drive(&mut publication, &[(200, ""), (200, FOUND)], &disk());
    let version = json(&request(&publication));
    let metadata = serde_json::json!({"provider": "virtualbox"});
    assert_eq!(version["artifact_version"]["metadata"], metadata);
}

#[test]
fn a_type_that_differs_is_a_warning() {
    let artifact = Artifact {
        artifact_type: Some("amazon.image".into()),
        ..ami()
    };
    let publication = begin(CONFIG, &artifact);
    assert_eq!(
        publication.warnings()[0].code.as_str(),
        "artifact-type-differs"
    );
    let meant = CONFIG.replace("\"token\"", "\"artifact_type_override\": true, \"token\"");
    assert!(begin(&meant, &artifact).warnings().is_empty());
}

#[test]
fn nothing_is_sent_if_one_of_several_is_wrong() {
    let findings = begin_with(&[(CONFIG, false), ("{}", false), ("[", false)], &ami());
    let codes: Vec<_> = findings
        .unwrap_err()
        .iter()
        .map(|f| f.code.as_str())
        .collect();
    assert_eq!(
        codes,
        ["missing-field", "missing-field", "missing-token", "syntax"]
    );
}

#[test]
fn no_post_processors_are_done_at_once() {
    let publication = begin_with(&[], &ami()).unwrap();
    assert_eq!(
        publication.next(),
        Step::Done(Achievement::Published(Vec::new()))
    );
}

mod wild {
    //! Servers answer anything; the machine always stands somewhere sensible.

    use proptest::prelude::*;

    use super::*;

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        let body = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            Just(FOUND.into()),
            Just(UPLOAD.into()),
            r#"\{"(version|upload_path|errors|artifact)": (-?[0-9]{1,25}|"[ -~]{0,20}"|\[\]|null|\{\})\}"#
                .prop_map(String::into_bytes),
        ];
        let status = prop_oneof![3 => Just(200u16), 2 => Just(404), 1 => any::<u16>()];
        prop_oneof![
            5 => (status, body).prop_map(|(status, body)| Outcome::Answered(Response {
                status,
                headers: vec![("location".into(), String::from_utf8_lossy(&body).into())],
                body,
                sent: ALL,
                sent_sha256: None,
                saved: None,
            })),
            1 => Just(Outcome::NoAnswer(TransportError::Timeout)),
            1 => Just(Outcome::Packed(1)),
            2 => Just(Outcome::Waited),
        ]
    }

    proptest! {
        #[test]
        fn any_answers_lead_to_an_end(outcomes in prop::collection::vec(any_outcome(), 60)) {
            let mut publication = begin(CONFIG, &file());
            for outcome in outcomes {
                let before = publication.next();
                publication.respond(outcome, 0, &disk());
                if matches!(before, Step::Done(_) | Step::Failed(_)) {
                    prop_assert_eq!(before, publication.next());
                }
            }
            let refused = Outcome::NoAnswer(TransportError::Refused);
            exhaust(&mut publication, &refused);
            prop_assert!(matches!(publication.next(), Step::Done(_) | Step::Failed(_)));
        }
    }
}
