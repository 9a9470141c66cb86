//! Any text as a checkpoint.
#![no_main]

use atlas_fuzz::{Machine, build, check, post_processor};
use atlas_post_processor::artifact::Artifact;
use atlas_post_processor::publication::{Options, Publication};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let config = r#"{"artifact": "hashicorp/foobar", "artifact_type": "aws.ami"}"#;
    let artifact = Artifact {
        builder_id: "mitchellh.amazonebs".into(),
        id: "us-east-1:ami-1".into(),
        ..Artifact::default()
    };
    let resume = |text: &str| {
        let all = [post_processor(config)];
        let options = Options {
            checkpoint: Some(text.into()),
            ..Options::default()
        };
        Publication::begin(&all, &build(), &artifact, options, &Machine)
    };
    match resume(text) {
        Err(findings) => check(&findings, config),
        Ok(publication) => {
            publication.next();
            let again = publication.checkpoint();
            match resume(&again) {
                Ok(same) => assert_eq!(same.checkpoint(), again),
                Err(findings) => panic!("{findings:?}"),
            }
        }
    }
});
