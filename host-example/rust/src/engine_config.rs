//! How the engine compiles and runs components.
//!
//! The build script compiles the component ahead of time with it, the library loads that code with
//! it: wasmtime takes such code only from an engine that is configured the same.

use wasmtime::Config;

/// The configuration, but for the machine that it compiles for.
pub(crate) fn engine_config() -> Config {
    let mut config = Config::new();
    // What stops a guest that does not come back.
    config.epoch_interruption(true);
    // The component is built without names and debug information: there is nothing to map to.
    config.generate_address_map(false);
    config
}
