//! What an instance of the component may see and use.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};

use crate::error::Error;

const MEBIBYTE: usize = 1024 * 1024;
/// How much of what the guest writes to stderr is kept, to be shown should it break.
const OUTPUT_KEPT: usize = 16 * 1024;

/// What an instance may see and use. A new one: no environment, no files, 64 MiB of memory, ten
/// seconds for each call. No instance has an input, and what it prints is dropped.
#[derive(Debug, Clone)]
pub struct Sandbox {
    environment: Vec<(String, String)>,
    directories: Vec<PathBuf>,
    memory: usize,
    deadline: Duration,
}

impl Sandbox {
    /// The sandbox that allows the least.
    pub fn new() -> Self {
        Self {
            environment: Vec::new(),
            directories: Vec::new(),
            memory: 64 * MEBIBYTE,
            deadline: Duration::from_secs(10),
        }
    }

    /// Lets the guest see an environment variable.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Lets the guest see what this process has in its environment of these variables
    /// ([`Instance::environment`](crate::Instance::environment)).
    pub fn own_environment(mut self, names: &[String]) -> Self {
        let own = names
            .iter()
            .filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)));
        self.environment.extend(own);
        self
    }

    /// Lets the guest read what is in a directory, under the same path. It can't write there.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directories.push(path.into());
        self
    }

    /// The most memory that the guest gets, in bytes. It bounds what a call can return, too.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// The longest that a call may take.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// The same without the environment: packing needs files alone.
    pub(crate) fn without_environment(&self) -> Self {
        Self {
            environment: Vec::new(),
            ..self.clone()
        }
    }

    /// A store for one instance.
    pub(crate) fn store(&self, engine: &wasmtime::Engine) -> Result<Store<State>, Error> {
        let stderr = MemoryOutputPipe::new(OUTPUT_KEPT);
        let mut wasi = WasiCtx::builder();
        // Reading a file inline is faster than handing every read to another thread. It has to come
        // before the directories, which take it over.
        wasi.allow_blocking_current_thread(true)
            .envs(&self.environment)
            .stderr(stderr.clone());
        for path in &self.directories {
            wasi.preopened_dir(path, path.to_string_lossy(), FsPerms::ReadOnly)
                .map_err(|error| Error::Directory {
                    path: path.clone(),
                    source: error.downcast().unwrap_or_else(std::io::Error::other),
                })?;
        }
        let state = State {
            wasi: wasi.build(),
            table: ResourceTable::new(),
            stderr,
            limits: Limits {
                memory: self.memory,
                exceeded: false,
            },
            limit: self.deadline,
            due: Instant::now() + self.deadline,
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.limits);
        // What a call returns is copied, and may be the same bytes over and over.
        store.set_hostcall_fuel(self.memory);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|context| {
            if Instant::now() < context.data().due {
                Ok(UpdateDeadline::Yield(1))
            } else {
                Ok(UpdateDeadline::Interrupt)
            }
        });
        Ok(store)
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

/// What belongs to one instance on the host's side.
pub(crate) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    stderr: MemoryOutputPipe,
    limits: Limits,
    limit: Duration,
    due: Instant,
}

impl State {
    /// Starts the clock for a call.
    pub(crate) fn start_call(&mut self) {
        self.due = Instant::now() + self.limit;
    }

    /// Why that call ended in an error of the engine.
    pub(crate) fn explain(&self, call: &'static str, error: &wasmtime::Error) -> Error {
        if self.limits.exceeded {
            return Error::Memory {
                call,
                limit: self.limits.memory,
            };
        }
        if let Some(wasmtime::Trap::Interrupt) = error.downcast_ref() {
            return Error::Deadline {
                call,
                limit: self.limit,
            };
        }
        let output = self.stderr.contents();
        let output = String::from_utf8_lossy(&output);
        let separator = if output.trim().is_empty() { "" } else { ": " };
        Error::Trap {
            call,
            reason: format!("{}{separator}{}", error.root_cause(), output.trim()),
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// Bounds an instance's memory, and remembers that it hit the bound: the guest itself can only
/// abort when it does, which looks like any other trap.
struct Limits {
    memory: usize,
    exceeded: bool,
}

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.exceeded = desired > self.memory;
        Ok(!self.exceeded)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= 100_000)
    }

    fn instances(&self) -> usize {
        100
    }

    fn tables(&self) -> usize {
        100
    }

    /// One: the limit of memory is the limit of all memory then.
    fn memories(&self) -> usize {
        1
    }
}

#[cfg(test)]
#[path = "sandbox_tests.rs"]
mod tests;
