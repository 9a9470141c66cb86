//! What of an artifact's files is uploaded.

use super::failure::{Failure, FailureCode};
use crate::surroundings::Surroundings;

/// What is uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Nothing: the artifact has no files.
    None,
    /// One file, as it is.
    AsIs {
        /// Where it is.
        path: String,
        /// Its bytes.
        size: u64,
    },
}

/// How a gzip file begins: the magic number and the only method there is (RFC 1952, 2.3.1).
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

impl Payload {
    /// Looks at an artifact's files.
    ///
    /// # Errors
    /// A file can't be read, or they are not one gzip file.
    pub fn of(files: &[String], surroundings: &dyn Surroundings) -> Result<Self, Failure> {
        let unreadable = |message| Failure::new(FailureCode::FileUnreadable, message);
        let path = match files {
            [] => return Ok(Self::None),
            [path] => path,
            _ => {
                return Err(unreadable(
                    "archives of several files are not made yet".into(),
                ));
            }
        };
        let cannot_read = |error| unreadable(format!("the file {path} can't be read: {error}"));
        let mut file = surroundings.open(path).map_err(cannot_read)?;
        let mut start = Vec::new();
        let mut head = std::io::Read::take(&mut file.reader, GZIP.len() as u64);
        std::io::Read::read_to_end(&mut head, &mut start).map_err(cannot_read)?;
        if start != GZIP {
            return Err(unreadable(format!(
                "{path} is not a gzip file; archives are not made yet"
            )));
        }
        Ok(Self::AsIs {
            path: path.clone(),
            size: file.size,
        })
    }
}
