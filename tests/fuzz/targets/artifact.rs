//! Any text as a description of an artifact, and as what Packer's `manifest` post-processor wrote.
#![no_main]

use atlas_fuzz::check;
use atlas_post_processor::artifact::{from_manifest, from_record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let record = from_record(text).map(|(artifact, warnings)| {
        check(&warnings, text);
        artifact
    });
    for artifact in [record, from_manifest(text, "vm", "file")] {
        match artifact {
            Ok(artifact) => assert!(!artifact.builder_id.is_empty()),
            Err(findings) => check(&findings, text),
        }
    }
});
