//! Any text as a Go template.
#![no_main]

use atlas_fuzz::build;
use atlas_post_processor::interpolation::Template;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let random = |bytes: &mut [u8]| bytes.fill(7);
    let Ok(template) = Template::parse(text) else {
        return;
    };
    template.literal_arguments("env");
    let build = build();
    if let Ok(rendered) = template.render(&build.scope(&random)) {
        assert!(text.contains("{{") || rendered == text);
    }
});
