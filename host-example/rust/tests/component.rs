//! The component as a host sees it before it runs.

use std::fs;

use atlas_host::{COMPONENT, Component};

#[test]
fn a_component_that_imports_sockets_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sockets.wat");
    let text = r#"(component (import "wasi:sockets/instance-network@0.2.6" (instance
        (export "network" (type $network (sub resource)))
        (export "instance-network" (func (result (own $network)))))))"#;
    fs::write(&file, text).unwrap();
    let Err(error) = Component::from_file(&file) else {
        panic!("it was loaded");
    };
    assert!(error.to_string().contains("wasi:sockets"), "{error}");
}

#[test]
fn what_is_no_component_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("nothing.wasm");
    fs::write(&file, "nothing").unwrap();
    assert!(Component::from_file(&file).is_err());
    assert!(Component::from_file(&directory.path().join("missing.wasm")).is_err());
}

#[test]
fn the_embedded_component_loads() {
    assert!(COMPONENT.starts_with(b"\0asm"));
    assert!(Component::embedded().is_ok());
}
