//! Any text as a Packer template.
#![no_main]

use atlas_fuzz::{Machine, build, check};
use atlas_post_processor::{configuration, template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    template::environment(text);
    for name in [None, Some("vm")] {
        match template::select(text, build().run, name, &Machine) {
            Err(findings) => check(&findings, text),
            Ok(selection) => {
                check(&selection.warnings, text);
                for post_processor in &selection.post_processors {
                    // Their findings point into the template.
                    match configuration::read(post_processor, &selection.build, &Machine) {
                        Ok((_, warnings)) => check(&warnings, text),
                        Err(findings) => check(&findings, text),
                    }
                }
            }
        }
    }
});
