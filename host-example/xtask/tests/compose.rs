//! What a command imports of the contract is given by the component, or told to be missing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may its helpers"
)]

mod support;

use xtask::compose::{Error, compose};

use support::worlds::{component_of, imports};

const COMMAND: &str = "
    package test:command;
    world command {
        import atlas:post-processor/inputs@0.1.0;
        import atlas:post-processor/template@0.1.0;
        import wasi:cli/stdout@0.2.12;
        export wasi:cli/run@0.2.12;
    }";

const COMPONENT: &str = "
    package test:component;
    world component { include atlas:post-processor/post-processor@0.1.0; }";

/// Has but one of the interfaces.
const PART: &str = "
    package test:part;
    world part { export atlas:post-processor/inputs@0.1.0; }";

#[test]
fn the_command_gets_what_it_imports() {
    let composed = compose(&component_of(COMMAND), &component_of(COMPONENT)).unwrap();
    let left = imports(&composed);
    assert!(
        left.iter().any(|name| name == "wasi:cli/stdout@0.2.12"),
        "{left:?}"
    );
    for name in ["inputs", "template"] {
        let name = format!("atlas:post-processor/{name}@0.1.0");
        assert!(imports(&component_of(COMMAND)).contains(&name), "{name}");
        assert!(!left.contains(&name), "{left:?}");
    }
}

#[test]
fn what_the_component_lacks_is_told() {
    let Err(Error::Unmet(lacking)) = compose(&component_of(COMMAND), &component_of(PART)) else {
        panic!("composed");
    };
    assert_eq!(lacking, ["atlas:post-processor/template@0.1.0"]);
}

#[test]
fn what_is_no_component_is_told() {
    let error = compose(b"\0asm\x01\0\0\0", &component_of(COMPONENT)).unwrap_err();
    assert!(
        error.to_string().starts_with("the command is no component"),
        "{error}"
    );
}
