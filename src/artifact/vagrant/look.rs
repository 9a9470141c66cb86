//! Looking into a box: a tar, compressed or not, with a `metadata.json` that names the provider.
//!
//! Only as much is read as leads to that. What can't be told is not judged: Vagrant also reads boxes
//! in other compressions, and a file that can't be read is named when it is packed, which is before a version
//! is made, too.

use std::io::{self, Read};

use super::gunzip::Gunzip;
use crate::artifact::Artifact;
use crate::diagnostic::{Code, Problem, Source};
use crate::json::{self, Value};
use crate::packing::{Entry, Files, Reader};

/// The most bytes that are uncompressed. `metadata.json` comes early in most boxes, but behind a disk whose
/// name comes before it in the alphabet.
const MOST_BYTES: u64 = 32 << 20;

/// The most members that are looked at.
const MOST_MEMBERS: usize = 10_000;

/// The most bytes of a `metadata.json`. Those of Packer have some ten.
const MOST_METADATA: u64 = 64 << 10;

/// One unit of a tar (POSIX.1-2017, pax, "ustar Interchange Format").
const BLOCK: usize = 512;

/// How files begin that may be boxes, but that are not looked into: xz, zstd, bzip2, zip.
const OTHER_FORMATS: [&[u8]; 4] = [b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"BZh", b"PK\x03\x04"];

/// The provider that the artifact's box is for, if that can be told.
///
/// # Errors
/// The artifact's file is not a box.
pub fn look_into(artifact: &Artifact, files: &dyn Files) -> Result<Option<String>, Problem> {
    let [path] = artifact.files.as_slice() else {
        return Ok(None);
    };
    let refused = |what: &str| {
        let message = format!("`{}` is not a Vagrant box: {what}", path.escape_debug());
        Problem::error(Code::NotABox, message)
            .help("publish what the `vagrant` post-processor makes: put it before `atlas`, in one sequence")
    };
    let metadata = match metadata(files, path) {
        Ok(Found::Metadata(text)) => text,
        Ok(Found::Nothing) => return Err(refused("it has no `metadata.json`")),
        Ok(Found::NoArchive) => return Err(refused("it is not a tar archive, compressed or not")),
        Ok(Found::Unknown) => return Ok(None),
        Err(error) if is_damaged(&error) => return Err(refused("it is damaged, or cut off")),
        Err(_) => return Ok(None),
    };
    let text = String::from_utf8_lossy(&metadata);
    let provider = json::parse(&text, Source::Files, None)
        .ok()
        .and_then(|document| {
            let provider = document.root().get("provider").and_then(Value::as_str);
            provider.filter(|p| !p.is_empty()).map(str::to_owned)
        });
    match provider {
        Some(provider) => Ok(Some(provider)),
        None => Err(refused("its `metadata.json` has no string `provider`")),
    }
}

/// Whether the content is at fault, not the reading.
fn is_damaged(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    )
}

enum Found {
    /// The text of `metadata.json`.
    Metadata(Vec<u8>),
    /// The archive has none.
    Nothing,
    /// This is not an archive.
    NoArchive,
    /// It is not known, or would take too long to know.
    Unknown,
}

fn metadata(files: &dyn Files, path: &str) -> io::Result<Found> {
    if let Entry::Directory(_) = files.inspect(path)? {
        return Ok(Found::Unknown);
    }
    let mut file = Content {
        file: files.open(path)?,
        offset: 0,
    };
    let mut start = [0; 6];
    let length = fill(&mut file, &mut start)?;
    file.offset = 0;
    let start = start.get(..length).unwrap_or_default();
    if OTHER_FORMATS.iter().any(|format| start.starts_with(format)) {
        return Ok(Found::Unknown);
    }
    match start.starts_with(&[0x1f, 0x8b]) {
        true => search(&mut Tar::Compressed(Box::new(Gunzip::new(file)))),
        false => search(&mut Tar::Plain(file)),
    }
}

/// Goes from member to member.
fn search(tar: &mut Tar) -> io::Result<Found> {
    let mut left = MOST_BYTES;
    for index in 0..MOST_MEMBERS {
        let mut header = [0; BLOCK];
        let length = fill(tar, &mut header)?;
        let Some(size) = size(&header).filter(|_| length == BLOCK) else {
            // An archive ends in blocks of zeros, or just ends.
            let ends = header.iter().all(|&byte| byte == 0);
            return match (ends, index) {
                (_, 0) => Ok(Found::NoArchive),
                (true, _) => Ok(Found::Nothing),
                (false, _) => Err(io::ErrorKind::InvalidData.into()),
            };
        };
        if is_metadata(&header) {
            let mut text = Vec::new();
            tar.take(size.min(MOST_METADATA)).read_to_end(&mut text)?;
            return Ok(Found::Metadata(text));
        }
        let size = size.div_ceil(BLOCK as u64) * BLOCK as u64;
        if !tar.skip(size, &mut left)? {
            break;
        }
    }
    Ok(Found::Unknown)
}

/// How many bytes follow a member's header. `None` if it is not a header, which its sum tells.
fn size(header: &[u8; BLOCK]) -> Option<u64> {
    let (sum, own) = (octal(header.get(148..156)?)?, header.get(148..156)?);
    let all: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
    let own: u64 = own.iter().map(|&byte| u64::from(byte)).sum();
    // The sum is that of the header with spaces in its own place.
    if all - own + 8 * u64::from(b' ') != sum {
        return None;
    }
    match header.get(124..136)? {
        // GNU's form of what eleven octal digits can't hold.
        [0x80, _, _, _, rest @ ..] => {
            Some(u64::from_be_bytes(rest.try_into().ok()?) & (u64::MAX >> 1))
        }
        digits => octal(digits),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}

fn is_metadata(header: &[u8; BLOCK]) -> bool {
    let name = header.split(|&byte| byte == 0).next().unwrap_or_default();
    let name = name.strip_prefix(b"./").unwrap_or(name);
    name == b"metadata.json" && matches!(header.get(156), Some(b'0' | 0))
}

/// The bytes of a file, in their order.
struct Content {
    file: Box<dyn Reader>,
    offset: u64,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(self.offset, buffer)?;
        self.offset += count as u64;
        Ok(count)
    }
}

/// The bytes of a tar.
enum Tar {
    Plain(Content),
    Compressed(Box<Gunzip<Content>>),
}

impl Read for Tar {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(content) => content.read(buffer),
            Self::Compressed(content) => content.read(buffer),
        }
    }
}

impl Tar {
    /// Leaves so many bytes out. False if that would take too long.
    fn skip(&mut self, bytes: u64, left: &mut u64) -> io::Result<bool> {
        match self {
            Self::Plain(content) => match content.offset.checked_add(bytes) {
                Some(offset) => content.offset = offset,
                None => return Err(io::ErrorKind::InvalidData.into()),
            },
            Self::Compressed(_) => {
                let Some(less) = left.checked_sub(bytes) else {
                    return Ok(false);
                };
                *left = less;
                let mut rest = bytes;
                let mut buffer = [0; 8 << 10];
                while rest > 0 {
                    let part = buffer
                        .len()
                        .min(usize::try_from(rest).unwrap_or(usize::MAX));
                    let part = buffer.get_mut(..part).unwrap_or_default();
                    let count = self.read(part)?;
                    if count == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    rest -= count as u64;
                }
            }
        }
        Ok(true)
    }
}

/// Reads until the buffer is full or there is no more.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    loop {
        let count = source.read(buffer.get_mut(filled..).unwrap_or_default())?;
        filled += count;
        if count == 0 {
            return Ok(filled);
        }
    }
}

#[cfg(test)]
mod tests;
