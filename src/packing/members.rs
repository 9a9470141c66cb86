//! The members of an archive: which files it has and what they are called.
//!
//! The names are the original's: those of the files relative to one directory, in the order of a walk (part by part of the
//! name, each compared by its bytes, so a directory comes right before its contents). Symbolic links are followed; what
//! they lead to is called by the link's name. Two things differ from the original:
//! - A directory among several listed paths brings its contents. The original made an empty member of it, silently.
//! - Listed paths are paths. The original took them for glob patterns and left out, silently, what they did not match.

use super::error::PackError;
use super::files::{Entry, Files, Stamp, Time};
use super::{links, paths};
use crate::order;
use std::ffi::OsString;

/// One member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name in the archive; a directory's ends in `/`.
    pub name: String,
    /// Where the file or directory is.
    pub path: String,
    /// Its permission bits. WASI does not tell them: 0644 for files and 0755 for directories, unless the host
    /// [says otherwise](super::Archive::set_permissions).
    pub permissions: u32,
    /// The time of the last modification. That of a directory is the newest among the files in it, at any depth; only
    /// without files it is its own. So what else appears in a directory, a log or a temporary file, changes no archive.
    pub modified: Time,
    /// What is in it.
    pub content: Content,
}

/// What is in a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing: the members it contains are members of the archive themselves.
    Directory,
    /// The bytes of a file.
    File {
        /// Its length in bytes.
        size: u64,
    },
}

impl Content {
    /// The permissions of a member with this content that nothing is known of.
    fn usual_permissions(&self) -> u32 {
        match self {
            Self::Directory => 0o755,
            Self::File { .. } => 0o644,
        }
    }
}

impl Member {
    fn new(name: String, path: String, modified: Time, content: Content) -> Self {
        Self {
            permissions: content.usual_permissions(),
            name,
            path,
            modified,
            content,
        }
    }
}

/// A single file, under this name.
pub(crate) fn of_file(name: &str, path: &str, stamp: Stamp) -> Vec<Member> {
    let content = Content::File { size: stamp.size };
    let member = Member::new(name.to_owned(), path.to_owned(), stamp.modified, content);
    vec![member]
}

/// All that is in a directory, named relative to it.
pub(crate) fn of_directory(files: &dyn Files, path: &str) -> Result<Vec<Member>, PackError> {
    let mut walk = Walk::new(files);
    walk.go_through(Directory::new(
        files,
        path,
        "",
        links::real_path(files, path, path)?,
    )?)?;
    walk.members()
}

/// Several normalised paths, named relative to their longest common directory, and the directories between.
pub(crate) fn of_several(files: &dyn Files, listed: &[String]) -> Result<Vec<Member>, PackError> {
    let mut walk = Walk::new(files);
    for (path, name) in listed.iter().zip(paths::relative_names(listed)?) {
        let modified = walk.add(path, &name)?;
        for (end, _) in name.match_indices('/') {
            let parent = name.get(..end).unwrap_or_default();
            // The name is the end of the path.
            let parent_path = path.get(..path.len() - (name.len() - end));
            walk.found.push(Found {
                name: parent.to_owned(),
                path: path.clone(),
                source: parent_path.unwrap_or_default().to_owned(),
                modified,
                size: None,
                newest_file: None,
            });
        }
    }
    walk.members()
}

struct Walk<'a> {
    files: &'a dyn Files,
    found: Vec<Found>,
}

struct Found {
    /// Its name in the archive (without a `/` at the end).
    name: String,
    /// The path that people know.
    path: String,
    /// The path that is read.
    source: String,
    modified: Time,
    /// `None` is a directory.
    size: Option<u64>,
    /// The time of the newest file in it, if it is a directory with files.
    newest_file: Option<Time>,
}

/// A directory that is being walked.
struct Directory {
    /// The path that people know.
    path: String,
    name: String,
    /// Its path without links: what is read, and what tells that the walk is in it already.
    real: String,
    children: std::vec::IntoIter<OsString>,
}

impl Directory {
    fn new(files: &dyn Files, path: &str, name: &str, real: String) -> Result<Self, PackError> {
        let children = files
            .list(&real)
            .map_err(|cause| PackError::reading(path, cause))?;
        Ok(Self {
            path: path.to_owned(),
            name: name.to_owned(),
            real,
            children: children.into_iter(),
        })
    }
}

impl<'a> Walk<'a> {
    fn new(files: &'a dyn Files) -> Self {
        Self {
            files,
            found: Vec::new(),
        }
    }

    /// Adds what is at `path`, and all that is in it, under `name`. Returns its time.
    fn add(&mut self, path: &str, name: &str) -> Result<Time, PackError> {
        let (modified, directory) = self.look(path, name, None)?;
        directory.map_or(Ok(()), |directory| self.go_through(directory))?;
        Ok(modified)
    }

    /// Adds all that is in a directory. It keeps a list of where it is instead of calling itself: the stack of a
    /// WebAssembly instance is too short for the deepest trees.
    fn go_through(&mut self, directory: Directory) -> Result<(), PackError> {
        let mut inside = vec![directory];
        while let Some(directory) = inside.last_mut() {
            let Some(child) = directory.children.next() else {
                inside.pop();
                continue;
            };
            let child = child.into_string().map_err(|child| PackError::NotUtf8 {
                directory: directory.path.clone(),
                name: child.to_string_lossy().into_owned(),
            })?;
            let path = paths::join(&directory.path, &child);
            let name = paths::join(&directory.name, &child);
            if let (_, Some(below)) = self.look(&path, &name, Some(&directory.real))? {
                if inside.iter().any(|above| above.real == below.real) {
                    return Err(PackError::LinkCycle { path });
                }
                inside.push(below);
            }
        }
        Ok(())
    }

    /// Adds what is at `path`, in a directory with the real path `parent`, under `name`. Returns its time and, when it is
    /// a directory, that, for what is in it.
    ///
    /// What a link leads to is read where it is: a sandbox may have opened that place and yet not follow the link.
    fn look(
        &mut self,
        path: &str,
        name: &str,
        parent: Option<&str>,
    ) -> Result<(Time, Option<Directory>), PackError> {
        let reading = |cause| PackError::reading(path, cause);
        let place = match parent {
            Some(parent) => paths::join(parent, paths::split_last(path).1),
            None => path.to_owned(),
        };
        let (source, there) = match self.files.inspect(&place).map_err(reading)? {
            Entry::Symlink => links::follow(self.files, &place, path)?,
            there => (place, there),
        };
        let found = |modified, size| Found {
            name: name.to_owned(),
            path: path.to_owned(),
            source: source.clone(),
            modified,
            size,
            newest_file: None,
        };
        match there {
            Entry::File(Stamp { size, modified }) => {
                self.found.push(found(modified, Some(size)));
                // Whether it can be read is better known now than after a version has been made.
                self.files.open(&source).map_err(reading)?;
                Ok((modified, None))
            }
            Entry::Directory(modified) => {
                self.found.push(found(modified, None));
                let real = match parent {
                    Some(_) => source,
                    None => links::real_path(self.files, path, path)?,
                };
                Ok((
                    modified,
                    Some(Directory::new(self.files, path, name, real)?),
                ))
            }
            Entry::Special => Err(PackError::Special {
                path: path.to_owned(),
            }),
            Entry::Symlink => Err(PackError::LinkCycle {
                path: path.to_owned(),
            }),
        }
    }

    fn members(mut self) -> Result<Vec<Member>, PackError> {
        order::sort_by(&mut self.found, |a, b| a.name.cmp(&b.name));
        self.once_each()?;
        self.date_directories();
        let member = |found: Found| match found.size {
            Some(size) => Member::new(
                found.name,
                found.source,
                found.modified,
                Content::File { size },
            ),
            None => {
                let modified = found.newest_file.unwrap_or(found.modified);
                Member::new(found.name + "/", found.source, modified, Content::Directory)
            }
        };
        let mut members: Vec<Member> = self.found.into_iter().map(member).collect();
        order::sort_by(&mut members, |a, b| {
            a.name.split('/').cmp(b.name.split('/'))
        });
        Ok(members)
    }

    /// Keeps one of those that came twice, which must be the same.
    fn once_each(&mut self) -> Result<(), PackError> {
        let mut error = None;
        self.found.dedup_by(|new, old| {
            if new.name != old.name {
                return false;
            }
            let directories = old.size.is_none() && new.size.is_none();
            if !directories && (old.path != new.path || old.size != new.size) {
                error.get_or_insert_with(|| PackError::SameName {
                    name: old.name.clone(),
                    first: old.path.clone(),
                    second: new.path.clone(),
                });
            }
            true
        });
        error.map_or(Ok(()), Err)
    }

    /// Finds the newest file in each directory, at any depth.
    fn date_directories(&mut self) {
        let files = self.found.iter().filter(|found| found.size.is_some());
        let files: Vec<_> = files.map(|f| (f.name.clone(), f.modified)).collect();
        for (name, modified) in files {
            let mut directory = paths::split_last(&name).0;
            while let Ok(place) = self
                .found
                .binary_search_by(|found| (*found.name).cmp(directory))
                && let Some(found) = self.found.get_mut(place)
            {
                found.newest_file = found.newest_file.max(Some(modified));
                directory = paths::split_last(directory).0;
            }
        }
    }
}
