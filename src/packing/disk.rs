//! [`Files`] over the standard library, for tests on a real file system. The component has its own, over
//! `wasi:filesystem`.

use super::files::{Entry, Files, Reader, Stamp, Time};
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::time::{SystemTime, UNIX_EPOCH};

/// The file system of the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn inspect(&self, path: &str) -> io::Result<Entry> {
        entry(&fs::symlink_metadata(path)?)
    }

    fn read_link(&self, path: &str) -> io::Result<OsString> {
        Ok(fs::read_link(path)?.into_os_string())
    }

    fn list(&self, path: &str) -> io::Result<Vec<OsString>> {
        fs::read_dir(path)?
            .map(|entry| Ok(entry?.file_name()))
            .collect()
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Reader>> {
        Ok(Box::new(OpenFile {
            file: File::open(path)?,
            position: 0,
        }))
    }
}

/// A file and where the next read would begin, so that reading on needs no seek.
struct OpenFile {
    file: File,
    position: u64,
}

impl Reader for OpenFile {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position != offset {
            self.position = self.file.seek(SeekFrom::Start(offset))?;
        }
        let count = self.file.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }

    fn inspect(&self) -> io::Result<Entry> {
        entry(&self.file.metadata()?)
    }
}

fn entry(metadata: &Metadata) -> io::Result<Entry> {
    let kind = metadata.file_type();
    Ok(if kind.is_file() {
        Entry::File(Stamp {
            size: metadata.len(),
            modified: time(metadata.modified()?),
        })
    } else if kind.is_dir() {
        Entry::Directory(time(metadata.modified()?))
    } else if kind.is_symlink() {
        Entry::Symlink
    } else {
        Entry::Special
    })
}

/// Before 1970 everything is 1970, on every system: WASI has no earlier times, and archives must not differ by host.
fn time(modified: SystemTime) -> Time {
    modified.duration_since(UNIX_EPOCH).map_or_else(
        |_| Time::default(),
        |since| Time {
            seconds: since.as_secs(),
            nanoseconds: since.subsec_nanos(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_count_from_1970() {
        assert_eq!(
            time(UNIX_EPOCH - Duration::from_millis(1500)),
            Time {
                seconds: 0,
                nanoseconds: 0
            }
        );
        assert_eq!(
            time(UNIX_EPOCH + Duration::new(5, 7)),
            Time {
                seconds: 5,
                nanoseconds: 7
            }
        );
    }

    #[test]
    fn reads_forward_backward_and_past_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("f");
        fs::write(&path, b"0123456789").unwrap();
        let mut file = Disk.open(path.to_str().unwrap()).unwrap();
        let mut buffer = [0; 4];
        for (offset, expected) in [
            (6, &b"6789"[..]),
            (0, b"0123"),
            (4, b"4567"),
            (8, b"89"),
            (10, b""),
            (99, b""),
        ] {
            let count = file.read_at(offset, &mut buffer).unwrap();
            assert_eq!(&buffer[..count], expected, "at {offset}");
        }
    }
}
