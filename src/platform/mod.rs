//! What the core needs of the machine that it runs on.

#[cfg(any(test, target_family = "wasm"))]
mod preopened;
#[cfg(target_family = "wasm")]
pub mod wasi;

use crate::packing::Files;

/// The machine as the core sees it. In the component this is WASI (`wasi`), in tests a value.
pub trait Platform {
    /// The environment variable of that name, if it is set and the host passes it on.
    fn environment(&self, name: &str) -> Option<String>;

    /// The same, but for an empty one, which is as good as none, as in the original.
    fn variable(&self, name: &str) -> Option<String> {
        self.environment(name).filter(|value| !value.is_empty())
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> u64;

    /// The working directory, if there is such a thing.
    fn working_directory(&self) -> Option<String>;

    /// Fills `bytes` with random ones.
    fn random(&self, bytes: &mut [u8]);

    /// The files that may be read.
    fn files(&self) -> &dyn Files;
}

#[cfg(test)]
pub mod fixed {
    //! Platform that always answer the same.

    use super::Platform;
    use crate::packing::{Files, Memory};
    use std::collections::BTreeMap;

    /// Nothing but what is put into it.
    pub struct Fixed {
        /// The environment.
        pub environment: BTreeMap<String, String>,
        /// The files.
        pub(crate) files: Memory,
        /// Every random byte.
        pub random: u8,
    }

    impl Default for Fixed {
        fn default() -> Self {
            Self {
                environment: BTreeMap::new(),
                files: Memory::default(),
                random: 7,
            }
        }
    }

    impl Fixed {
        /// With these environment variables.
        pub fn env(variables: &[(&str, &str)]) -> Self {
            let pairs = variables.iter();
            Self {
                environment: pairs.map(|(k, v)| ((*k).into(), (*v).into())).collect(),
                ..Self::default()
            }
        }

        /// With one file.
        pub fn file(path: &str, bytes: &[u8]) -> Self {
            Self {
                files: Memory::new().file(path, bytes),
                ..Self::default()
            }
        }
    }

    impl Platform for Fixed {
        fn environment(&self, name: &str) -> Option<String> {
            self.environment.get(name).cloned()
        }

        fn now(&self) -> u64 {
            1_795_414_013
        }

        fn working_directory(&self) -> Option<String> {
            Some("/work".into())
        }

        fn random(&self, bytes: &mut [u8]) {
            bytes.fill(self.random);
        }

        fn files(&self) -> &dyn Files {
            &self.files
        }
    }
}
