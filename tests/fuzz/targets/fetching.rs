//! Anything as the answers to a search and a download, and the program broken off in between.
#![no_main]

use atlas_fuzz::{ATLAS, Machine, TOKEN, check_request, outcome};
use atlas_post_processor::atlas::TransportError;
use atlas_post_processor::fetching::{Fetch, Options, Query};
use atlas_post_processor::steps::{Achievement, Outcome, Step};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = bytes.split(|byte| *byte == 0xff);
    let mut fetch = begin(None, 0);
    let mut saved = 0;
    // Every request has a bounded number of attempts, but for those that bring more of the file.
    for _ in 0..1000 {
        let checkpoint = fetch.checkpoint();
        assert!(!checkpoint.contains(TOKEN));
        let step = fetch.next();
        assert_eq!(step, fetch.next());
        let outcome = match step {
            Step::Send(request) => {
                check_request(&request);
                match pieces.next() {
                    Some(piece) if piece.first() == Some(&b'!') => {
                        fetch = begin(Some(checkpoint), saved);
                        continue;
                    }
                    Some(piece) => outcome(piece, &request),
                    None => Outcome::NoAnswer(TransportError::Refused),
                }
            }
            Step::Pack(files) => panic!("{files:?}"),
            Step::Wait(pause) => {
                assert!(!pause.reason.contains(TOKEN));
                Outcome::Waited
            }
            Step::Done(Achievement::Downloaded(download)) => {
                assert_eq!(download.sha256, "0".repeat(64));
                assert_eq!(checkpoint, "");
                return;
            }
            Step::Done(achievement) => panic!("{achievement:?}"),
            Step::Failed(failure) => {
                assert!(!failure.message.contains(TOKEN), "{}", failure.message);
                assert!(failure.message.chars().all(|c| !c.is_control()));
                return;
            }
        };
        if let Outcome::Answered(response) = &outcome {
            saved = response.saved.as_ref().map_or(saved, |s| s.size);
        }
        fetch.respond(outcome, 0, &Machine);
    }
    panic!("it does not end");
});

fn begin(checkpoint: Option<String>, saved: u64) -> Fetch {
    let query = Query {
        slug: "hashicorp/foo/a".into(),
        ..Query::default()
    };
    let options = Options {
        address: Some(ATLAS.into()),
        checkpoint: checkpoint.map(String::into_bytes),
        saved,
        ..Options::default()
    };
    match Fetch::download(query, options, &Machine) {
        Ok(fetch) => fetch,
        Err(findings) => panic!("{findings:?}"),
    }
}
