//! Anything as the answers to a publication's requests, and the program broken off in between.
#![no_main]

use atlas_fuzz::{FILE, Machine, TOKEN, build, post_processor};
use atlas_post_processor::artifact::Artifact;
use atlas_post_processor::atlas::{Request, Response, TransportError};
use atlas_post_processor::post_processor::PostProcessor;
use atlas_post_processor::publication::{Options, Outcome, Publication, Step};
use libfuzzer_sys::fuzz_target;

const ATLAS: &str = "https://atlas.example/";

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = bytes.split(|byte| *byte == 0xff);
    let config = |name: &str, kind: &str| {
        let config = format!(
            r#"{{"artifact": "hashicorp/{name}", "artifact_type": "{kind}", "atlas_url": "{ATLAS}"}}"#
        );
        post_processor(&config)
    };
    let mut chained = config("bar", "b");
    chained.chained = true;
    let post_processors = [config("foo", "a"), chained];
    let artifact = Artifact {
        builder_id: "packer.file".into(),
        id: "File".into(),
        files: vec![FILE.into()],
        ..Artifact::default()
    };
    let options = Options::default();
    let begun = Publication::begin(&post_processors, &build(), &artifact, options, &Machine);
    let Ok(mut publication) = begun else {
        panic!("it can't begin")
    };
    // Every request has a bounded number of attempts, and there is a bounded number of requests.
    for _ in 0..1000 {
        let checkpoint = publication.checkpoint();
        assert!(!checkpoint.contains(TOKEN));
        let step = publication.next();
        assert_eq!(step, publication.next());
        let outcome = match step {
            Step::Send(request) => {
                check(&request);
                match pieces.next() {
                    Some(piece) if piece.first() == Some(&b'!') => {
                        publication = resumed(&post_processors, &artifact, &checkpoint);
                        continue;
                    }
                    Some(piece) => outcome(piece, &request),
                    None => Outcome::NoAnswer(TransportError::Refused),
                }
            }
            Step::Pack(files) => {
                assert_eq!(files, artifact.files);
                Outcome::Packed(7)
            }
            Step::Wait(pause) => {
                assert!(!pause.reason.contains(TOKEN));
                Outcome::Waited
            }
            Step::Done(receipts) => {
                assert_eq!(receipts.len(), 2);
                return;
            }
            Step::Failed(failure) => {
                assert!(!failure.message.contains(TOKEN), "{}", failure.message);
                assert!(failure.message.chars().all(|c| !c.is_control()));
                return;
            }
        };
        publication.respond(outcome, &Machine);
    }
    panic!("it does not end");
});

fn resumed(
    post_processors: &[PostProcessor],
    artifact: &Artifact,
    checkpoint: &str,
) -> Publication {
    let options = Options::default();
    let build = build();
    let resumed = Publication::resume(
        post_processors,
        &build,
        artifact,
        options,
        checkpoint,
        &Machine,
    );
    match resumed {
        Ok(publication) => publication,
        Err(findings) => panic!("{findings:?} {checkpoint}"),
    }
}

/// The token goes to Atlas alone, and nothing but a file goes anywhere else.
fn check(request: &Request) {
    let has_token = request.headers.iter().any(|h| h.value.contains(TOKEN));
    let is_to_atlas = request.url.starts_with(ATLAS);
    assert!(!has_token || is_to_atlas, "{}", request.url);
    assert!(is_to_atlas || request.method == "PUT", "{}", request.url);
    assert!(request.url.starts_with("https://"), "{}", request.url);
}

/// The first byte says what happens, the second with which status; the rest is the body, or after
/// a line that begins with `@` where to.
fn outcome(piece: &[u8], request: &Request) -> Outcome {
    let (kind, rest) = piece.split_first().unwrap_or((&b'2', &[]));
    let error = match kind {
        b'r' => TransportError::Refused,
        b'i' => TransportError::Interrupted,
        b't' => TransportError::Timeout,
        b'l' => TransportError::ResponseTooLarge,
        b'o' => TransportError::Other(String::from_utf8_lossy(rest).into_owned()),
        _ => return Outcome::Answered(response(*kind, rest, request)),
    };
    Outcome::NoAnswer(error)
}

fn response(kind: u8, rest: &[u8], request: &Request) -> Response {
    let (low, body) = rest.split_first().unwrap_or((&0, &[]));
    let status = match kind {
        b'3' => 300 + u16::from(*low % 16),
        b'4' => 400 + u16::from(*low % 64),
        b'5' => 500 + u16::from(*low % 16),
        _ => 200,
    };
    let text = String::from_utf8_lossy(body).into_owned();
    let location = text.strip_prefix('@').map(|text| ("Location", text.into()));
    let after = text
        .strip_prefix('~')
        .map(|text| ("Retry-After", text.into()));
    let key = request.headers.iter().find(|h| h.name == "Idempotency-Key");
    let key = key
        .filter(|_| kind == b'k')
        .map(|h| (h.name, h.value.clone()));
    let headers = [location, after, key].into_iter().flatten();
    Response {
        status,
        headers: headers.map(|(name, value)| (name.into(), value)).collect(),
        body: body.into(),
        sent_sha256: None,
    }
}
