//! Any text as a post-processor's configuration, to the first request.
#![no_main]

use atlas_fuzz::{FILE, Machine, build, check, post_processor};
use atlas_post_processor::artifact::Artifact;
use atlas_post_processor::configuration;
use atlas_post_processor::publication::{Options, Publication};
use atlas_post_processor::steps::Step;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let post_processor = post_processor(text);
    match configuration::read(&post_processor, &build(), &Machine) {
        Ok((_, warnings)) => check(&warnings, text),
        Err(findings) => return check(&findings, text),
    }
    let artifact = Artifact {
        builder_id: "packer.file".into(),
        id: "File".into(),
        files: vec![FILE.into()],
        ..Artifact::default()
    };
    let options = Options::default();
    match Publication::begin(&[post_processor], &build(), &artifact, options, &Machine) {
        Err(findings) => check(&findings, text),
        Ok(publication) => match publication.next() {
            Step::Send(request) => assert!(request.url.ends_with("/api/v1/authenticate")),
            step => panic!("{step:?}"),
        },
    }
});
