//! The only place that touches WASI: environment, clock, random numbers, files, what a panic says.

mod error;
mod files;
#[expect(
    unsafe_code,
    reason = "what runs first is said in a section of its own"
)]
mod panic;

use std::cell::OnceCell;

use ::wasi::cli::environment::{get_environment, initial_cwd};
use ::wasi::clocks::wall_clock;
use ::wasi::random::random::get_random_bytes;

use super::{Platform, preopened};
use crate::packing::Files;
use files::Directories;

/// What the host lets the component see. Made anew for each call into the component.
#[derive(Default)]
pub struct Wasi {
    /// Read once: all of it crosses the border each time.
    environment: OnceCell<Vec<(String, String)>>,
    directories: Directories,
}

impl Platform for Wasi {
    fn environment(&self, name: &str) -> Option<String> {
        let environment = self.environment.get_or_init(get_environment);
        let variable = environment.iter().find(|(n, _)| n == name);
        variable.map(|(_, value)| value.clone())
    }

    fn now(&self) -> u64 {
        wall_clock::now().seconds
    }

    fn working_directory(&self) -> Option<String> {
        initial_cwd()
    }

    fn random(&self, bytes: &mut [u8]) {
        let random = get_random_bytes(bytes.len() as u64);
        for (byte, random) in bytes.iter_mut().zip(random) {
            *byte = random;
        }
    }

    fn files(&self) -> &dyn Files {
        &self.directories
    }
}
