//! SHA-256 of the beginning of a file, to go on from there.

use std::fs::File;
use std::io;

use sha2::{Digest, Sha256};

use crate::contract::FileError;

/// How much is read at once, and may be until somebody who gave it up is rid of it.
const BLOCK: usize = 1 << 20;

/// The SHA-256 of so many bytes from the start of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beginning {
    hash: Sha256,
    length: u64,
}

impl Beginning {
    /// How many bytes it is of.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Goes on with the bytes that follow.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
    }

    /// Makes it that of the first `length` bytes of the file, which it reads as far as it has to, and
    /// only as long as it is wanted.
    pub(crate) fn reach(
        &mut self,
        file: &File,
        length: u64,
        is_wanted: impl Fn() -> bool,
    ) -> Result<(), FileError> {
        if self.length > length {
            *self = Self::default();
        }
        let mut block = vec![0; BLOCK.min(usize::try_from(length - self.length).unwrap_or(BLOCK))];
        while self.length < length && is_wanted() {
            let left = usize::try_from(length - self.length).unwrap_or(BLOCK);
            let room = block.len().min(left);
            let room = block.get_mut(..room).unwrap_or_default();
            match read_at(file, self.length, room)? {
                0 => return Err(too_short()),
                read => self.add(room.get(..read).unwrap_or_default()),
            }
        }
        Ok(())
    }

    /// In hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        format!("{:x}", self.hash.clone().finalize())
    }
}

/// A file ends before what is wanted of it.
pub(crate) fn too_short() -> FileError {
    FileError::Other("it is shorter than it was".to_owned())
}

/// Reads from a place. Others may be reading from the same file: there must be no common position.
pub(crate) fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    // There is a common position, and nobody else who reads.
    #[cfg(target_family = "wasm")]
    io::Seek::seek(&mut &*file, io::SeekFrom::Start(offset))?;
    loop {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(file, buffer, offset);
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset);
        #[cfg(target_family = "wasm")]
        let read = io::Read::read(&mut &*file, buffer);
        match read {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn it_is_that_of_so_many_bytes_however_it_came_there() {
        let mut file = tempfile::tempfile().unwrap();
        let content: Vec<u8> = (0..BLOCK + 1000).map(|n| (n % 251) as u8).collect();
        file.write_all(&content).unwrap();
        let wanted = |length: usize| format!("{:x}", Sha256::digest(&content[..length]));
        let mut beginning = Beginning::default();
        for length in [10, BLOCK + 7, 3, 3] {
            beginning.reach(&file, length as u64, || true).unwrap();
            assert_eq!(beginning.sha256(), wanted(length));
        }
        beginning.add(&content[3..9]);
        assert_eq!((beginning.length(), beginning.sha256()), (9, wanted(9)));
        let beyond = content.len() as u64 + 1;
        assert_eq!(beginning.reach(&file, beyond, || true), Err(too_short()));
        let mut given_up = Beginning::default();
        given_up.reach(&file, 5, || false).unwrap();
        assert_eq!(given_up.length(), 0);
    }
}
