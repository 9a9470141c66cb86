//! Anything as the answers to a publication's requests, and the program broken off in between.
#![no_main]

use atlas_fuzz::{ATLAS, FILE, Machine, TOKEN, build, check_request, outcome, post_processor};
use atlas_post_processor::artifact::Artifact;
use atlas_post_processor::atlas::TransportError;
use atlas_post_processor::post_processor::PostProcessor;
use atlas_post_processor::publication::{Options, Publication};
use atlas_post_processor::steps::{Achievement, Outcome, Step};
use libfuzzer_sys::fuzz_target;

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
                check_request(&request);
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
            Step::Done(Achievement::Published(receipts)) => {
                assert_eq!(receipts.len(), 2);
                return;
            }
            Step::Done(achievement) => panic!("{achievement:?}"),
            Step::Failed(failure) => {
                assert!(!failure.message.contains(TOKEN), "{}", failure.message);
                assert!(failure.message.chars().all(|c| !c.is_control()));
                return;
            }
        };
        publication.respond(outcome, 0, &Machine);
    }
    panic!("it does not end");
});

fn resumed(
    post_processors: &[PostProcessor],
    artifact: &Artifact,
    checkpoint: &str,
) -> Publication {
    let options = Options {
        checkpoint: Some(checkpoint.into()),
        ..Options::default()
    };
    let resumed = Publication::begin(post_processors, &build(), artifact, options, &Machine);
    match resumed {
        Ok(publication) => publication,
        Err(findings) => panic!("{findings:?} {checkpoint}"),
    }
}
