//! wasmtime, configured as the library runs the component and as its build script compiles it.
//!
//! Both depend on this package, so that both get the same wasmtime with the same features: cargo then
//! compiles it once, and wasmtime takes code that was compiled ahead of time only from an engine that
//! is configured the same.

use wasmtime::{Config, Engine};

/// The configuration, but for the machine that it compiles for.
pub fn config() -> Config {
    let mut config = Config::new();
    // What stops a guest that does not come back.
    config.epoch_interruption(true);
    // The component is built without names and debug information: there is nothing to map to.
    config.generate_address_map(false);
    config
}

/// Compiles a component ahead of time, for any machine of that target.
pub fn precompile(component: &[u8], target: &str) -> wasmtime::Result<Vec<u8>> {
    let mut config = config();
    config.target(target)?;
    Engine::new(&config)?.precompile_component(component)
}
