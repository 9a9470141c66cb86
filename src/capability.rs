//! The only place that touches WASI: environment, clock, random numbers, files.

use std::fs::File;
use std::io;

use wasi::cli::environment::{get_environment, initial_cwd};
use wasi::clocks::wall_clock;
use wasi::random::random::get_random_bytes;

use crate::surroundings::{OpenFile, Surroundings};

/// What the host lets the component see.
pub struct Wasi;

impl Surroundings for Wasi {
    fn environment(&self, name: &str) -> Option<String> {
        let mut variables = get_environment().into_iter();
        variables.find(|(n, _)| n == name).map(|(_, value)| value)
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

    fn open(&self, path: &str) -> io::Result<OpenFile> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        Ok(OpenFile {
            size: metadata.len(),
            reader: Box::new(file),
        })
    }
}
