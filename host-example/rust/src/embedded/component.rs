//! The compiled component: from bytes to something that can be instantiated.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use wasmtime::component::{self, Linker};
use wasmtime::{Engine, PoolingAllocationConfig};

use super::Guest;
use super::generated::PostProcessorPre;
use super::sandbox::{Sandbox, State};
use crate::error::Error;
use crate::instance::Instance;

/// The component's bytes (`.wasm`), as [`Component::embedded`] runs it.
pub const COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/atlas_post_processor.wasm"));

/// The same, compiled ahead of time by the build script.
const PRECOMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/atlas_post_processor.cwasm"));

/// How often a running guest is interrupted to look at its deadline and to let other tasks run.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How many instances an engine can have at once.
const INSTANCES: u32 = 200;

/// The component, compiled and linked. Cheap to clone; share it between threads.
#[derive(Clone)]
pub struct Component {
    pre: Arc<PostProcessorPre<State>>,
}

impl Component {
    /// The component that this crate was built with.
    pub fn embedded() -> Result<Self, Error> {
        let engine = engine()?;
        // SAFETY: the bytes are in this program since its build, whose build script made them with
        // wasmtime of the same version. Nothing else can have written them.
        #[allow(
            unsafe_code,
            reason = "wasmtime can't tell precompiled code from other bytes"
        )]
        let component = unsafe { component::Component::deserialize(&engine, PRECOMPILED) };
        Self::link(&engine, component)
    }

    /// Another component of the same contract, from a file (`.wasm`, or its text form `.wat`).
    /// It is compiled now, which takes a while.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let engine = engine()?;
        let component = component::Component::from_file(&engine, path);
        Self::link(&engine, component)
    }

    /// A fresh instance in that sandbox. Instances share nothing but the compiled code.
    pub async fn instance(&self, sandbox: &Sandbox) -> Result<Instance, Error> {
        Ok(Instance::new(Guest::new(&self.pre, sandbox).await?))
    }

    fn link(
        engine: &Engine,
        component: wasmtime::Result<component::Component>,
    ) -> Result<Self, Error> {
        let link = || {
            let mut linker = Linker::new(engine);
            add_wasi(&mut linker)?;
            PostProcessorPre::new(linker.instantiate_pre(&component?)?)
        };
        let pre = link().map_err(|error| Error::Component(format!("{error:#}")))?;
        Ok(Self { pre: Arc::new(pre) })
    }
}

/// An engine whose epoch advances.
pub(crate) fn engine() -> Result<Engine, Error> {
    let mut config = atlas_engine::config();
    config.allocation_strategy(pool());
    // Where so much address space can't be had, each instance asks the system for its own.
    let engine = Engine::new(&config).or_else(|_| Engine::new(&atlas_engine::config()));
    let engine = engine.map_err(|error| Error::Component(format!("{error:#}")))?;
    start_ticking(&engine);
    Ok(engine)
}

/// Memories and stacks are kept for the next instance and call: getting them from the system takes
/// longer than most calls.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.max_memory_size(1 << 30)
        .total_component_instances(INSTANCES)
        .total_core_instances(10 * INSTANCES)
        .total_memories(INSTANCES)
        .total_tables(10 * INSTANCES)
        .total_stacks(INSTANCES);
    pool
}

/// Advances the engine's epoch for as long as the engine lives.
fn start_ticking(engine: &Engine) {
    let engine = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    });
}

/// Links what the component may import, interface by interface: no `wasi:sockets`, no `wasi:http`.
/// A component that imports anything else is refused when it is loaded.
pub(crate) fn add_wasi(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
    use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
    use wasmtime_wasi::p2::bindings::{cli, filesystem, random};
    use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};

    // wasi:io, wasi:clocks, wasi:random/random and the three standard streams.
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    random::insecure::add_to_linker::<_, WasiRandom>(linker, State::random)?;
    random::insecure_seed::add_to_linker::<_, WasiRandom>(linker, State::random)?;
    filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, State::filesystem)?;
    filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, State::filesystem)?;
    cli::environment::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::exit::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, State::cli)
}
