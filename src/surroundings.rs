//! What the core needs of the machine that it runs on.

use std::io;

/// The machine as the core sees it. In the component this is WASI (`capability`), in tests a value.
pub trait Surroundings {
    /// The environment variable of that name, if it is set and the host passes it on.
    fn environment(&self, name: &str) -> Option<String>;

    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> u64;

    /// The working directory, if there is such a thing.
    fn working_directory(&self) -> Option<String>;

    /// Fills `bytes` with random ones.
    fn random(&self, bytes: &mut [u8]);

    /// Opens a regular file for reading.
    fn open(&self, path: &str) -> io::Result<OpenFile>;
}

/// A regular file, open for reading.
pub struct OpenFile {
    /// Its bytes.
    pub reader: Box<dyn io::Read>,
    /// How many they are.
    pub size: u64,
}

#[cfg(test)]
pub mod fixed {
    //! Surroundings that always answer the same.

    use std::collections::BTreeMap;
    use std::io;

    use super::{OpenFile, Surroundings};

    /// Nothing but what is put into it.
    #[derive(Default)]
    pub struct Fixed {
        /// The environment.
        pub environment: BTreeMap<String, String>,
        /// Regular files by path.
        pub files: BTreeMap<String, Vec<u8>>,
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
                files: BTreeMap::from([(path.to_owned(), bytes.to_vec())]),
                ..Self::default()
            }
        }
    }

    impl Surroundings for Fixed {
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
            bytes.fill(7);
        }

        fn open(&self, path: &str) -> io::Result<OpenFile> {
            let bytes = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
            Ok(OpenFile {
                size: bytes.len() as u64,
                reader: Box::new(io::Cursor::new(bytes.clone())),
            })
        }
    }
}
