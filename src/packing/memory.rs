//! [`Files`] in memory, for tests: what no disk offers at will, such as special and unreadable files, is there by a word.

use super::files::{Entry, Files, Reader, Stamp, Time};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;

/// The time of all files that are not given another.
pub(crate) const TIME: Time = Time {
    seconds: 1_500_000_000,
    nanoseconds: 42,
};

#[derive(Clone)]
enum Node {
    File(Vec<u8>, Time),
    /// So many zeros.
    Sparse(u64),
    /// A file that claims to be longer than it is.
    Short(u64),
    Directory(Time),
    Link(String),
    Special,
    Unreadable,
}

/// Files by their path.
#[derive(Clone, Default)]
pub(crate) struct Memory(BTreeMap<String, Node>);

impl Memory {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn file(self, path: &str, content: &[u8]) -> Self {
        self.file_at(path, content, TIME)
    }

    pub(crate) fn file_at(self, path: &str, content: &[u8], modified: Time) -> Self {
        self.node(path, Node::File(content.to_owned(), modified))
    }

    pub(crate) fn sparse(self, path: &str, size: u64) -> Self {
        self.node(path, Node::Sparse(size))
    }

    pub(crate) fn short(self, path: &str, size: u64) -> Self {
        self.node(path, Node::Short(size))
    }

    pub(crate) fn directory(self, path: &str) -> Self {
        self.directory_at(path, TIME)
    }

    pub(crate) fn directory_at(self, path: &str, modified: Time) -> Self {
        self.node(path, Node::Directory(modified))
    }

    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        self.node(path, Node::Link(target.to_owned()))
    }

    pub(crate) fn special(self, path: &str) -> Self {
        self.node(path, Node::Special)
    }

    pub(crate) fn unreadable(self, path: &str) -> Self {
        self.node(path, Node::Unreadable)
    }

    fn node(mut self, path: &str, node: Node) -> Self {
        for (end, _) in path.match_indices('/') {
            let parent = if end == 0 { "/" } else { &path[..end] };
            self.0
                .entry(parent.to_owned())
                .or_insert(Node::Directory(TIME));
        }
        self.0.insert(path.to_owned(), node);
        self
    }

    /// The node at a path, with links on the way followed as a system does it.
    fn find(&self, path: &str, follow: bool, links: u32) -> io::Result<(String, &Node)> {
        if links > 40 {
            return Err(io::Error::other("too many levels of symbolic links"));
        }
        let mut at = String::from(if path.starts_with('/') { "/" } else { "" });
        let mut parts = path
            .split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .peekable();
        while let Some(part) = parts.next() {
            if part == ".." {
                at.truncate(at.rfind('/').map_or(0, |end| end.max(1)));
                continue;
            }
            let next = if at.is_empty() || at == "/" {
                format!("{at}{part}")
            } else {
                format!("{at}/{part}")
            };
            match self.0.get(&next) {
                Some(Node::Link(target)) if follow || parts.peek().is_some() => {
                    let link = if target.starts_with('/') {
                        target.clone()
                    } else {
                        format!("{at}/{target}")
                    };
                    at = self.find(&link, true, links + 1)?.0;
                }
                Some(_) => at = next,
                None => return Err(io::ErrorKind::NotFound.into()),
            }
        }
        match self.0.get(&at) {
            Some(node) => Ok((at, node)),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn entry(node: &Node) -> Entry {
    match node {
        Node::File(content, modified) => Entry::File(Stamp {
            size: content.len() as u64,
            modified: *modified,
        }),
        Node::Sparse(size) | Node::Short(size) => Entry::File(Stamp {
            size: *size,
            modified: TIME,
        }),
        Node::Unreadable => Entry::File(Stamp {
            size: 1,
            modified: TIME,
        }),
        Node::Directory(modified) => Entry::Directory(*modified),
        Node::Link(_) => Entry::Symlink,
        Node::Special => Entry::Special,
    }
}

impl Files for Memory {
    fn inspect(&self, path: &str) -> io::Result<Entry> {
        Ok(entry(self.find(path, false, 0)?.1))
    }

    fn read_link(&self, path: &str) -> io::Result<OsString> {
        match self.find(path, false, 0)? {
            (_, Node::Link(target)) => Ok(target.into()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    fn list(&self, path: &str) -> io::Result<Vec<OsString>> {
        let directory = self.find(path, true, 0)?.0;
        let directory = if directory == "/" {
            directory
        } else {
            directory + "/"
        };
        let names = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(&directory));
        // Backwards: the order of a listing must not matter.
        Ok(names
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(OsString::from)
            .rev()
            .collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Reader>> {
        match self.find(path, true, 0)?.1 {
            Node::Unreadable => Err(io::ErrorKind::PermissionDenied.into()),
            node => Ok(Box::new(OpenNode(node.clone()))),
        }
    }
}

struct OpenNode(Node);

impl Reader for OpenNode {
    /// Never more than 1000 bytes of a file at once, as a system may do.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match &self.0 {
            Node::File(content, _) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|offset| content.get(offset..))
                    .unwrap_or_default();
                let count = rest.len().min(buffer.len()).min(1000);
                buffer[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
            Node::Sparse(size) => {
                let count = size.saturating_sub(offset).min(buffer.len() as u64) as usize;
                buffer[..count].fill(0);
                Ok(count)
            }
            _ => Ok(0),
        }
    }

    fn inspect(&self) -> io::Result<Entry> {
        Ok(entry(&self.0))
    }
}
