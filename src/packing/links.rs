//! Symbolic links: where they lead. The rule is in [`packing`](super).
//!
//! Links are read one by one, not left to the system's `realpath`, which WASI does not have.

use super::error::PackError;
use super::files::{Entry, Files};
use super::paths;
use std::io;

/// How many links may follow each other. Linux gives up at 40 as well.
const MOST_LINKS: usize = 40;

/// Where the link at `path` leads in the end, and what is there. People know it as `shown`.
pub(crate) fn follow(
    files: &dyn Files,
    path: &str,
    shown: &str,
) -> Result<(String, Entry), PackError> {
    let real = real_path(files, path, shown)?;
    match files.inspect(&real) {
        Ok(Entry::Symlink) => Err(PackError::LinkCycle {
            path: shown.to_owned(),
        }),
        Ok(entry) => Ok((real, entry)),
        Err(cause) => Err(lost(files, shown, real, cause)),
    }
}

/// A path without any link in it. Errors are about `shown`.
///
/// A part that cannot be inspected, as those above the directories that a sandbox opens, is taken for what it says.
pub(crate) fn real_path(files: &dyn Files, path: &str, shown: &str) -> Result<String, PackError> {
    let mut real = String::new();
    let mut ahead: Vec<String> = Vec::new();
    go_on(path, &mut real, &mut ahead);
    let mut links = 0;
    while let Some(part) = ahead.pop() {
        match (part.as_str(), paths::split_last(&real)) {
            ("" | ".", _) => {}
            ("..", (up, name)) if !matches!(name, "" | "..") => real = up.to_owned(),
            ("..", _) if real == "/" => {}
            _ => {
                let next = paths::join(&real, &part);
                if !matches!(files.inspect(&next), Ok(Entry::Symlink)) {
                    real = next;
                    continue;
                }
                links += 1;
                if links > MOST_LINKS {
                    return Err(PackError::LinkCycle {
                        path: shown.to_owned(),
                    });
                }
                let link = read(files, &next, shown)?;
                go_on(&link, &mut real, &mut ahead);
            }
        }
    }
    Ok(real)
}

/// The parts of `path` are next; an absolute path begins again at the root.
fn go_on(path: &str, real: &mut String, ahead: &mut Vec<String>) {
    if path.starts_with('/') {
        "/".clone_into(real);
    }
    ahead.extend(path.split('/').rev().map(str::to_owned));
}

/// Why a link led to nothing at `target`.
///
/// A sandbox shows nothing outside of its directories, not even whether something is there. But of a place inside it shows
/// a directory above, and without a sandbox that is the root at least.
fn lost(files: &dyn Files, shown: &str, target: String, cause: io::Error) -> PackError {
    let path = shown.to_owned();
    let mut above = target.as_str();
    let is_inside = loop {
        above = paths::split_last(above).0;
        match files.inspect(if above.is_empty() { "." } else { above }) {
            Ok(_) => break true,
            Err(_) if matches!(above, "" | "/") => break false,
            Err(_) => {}
        }
    };
    match cause.kind() {
        _ if !is_inside => PackError::LinkOutside { path, target },
        io::ErrorKind::NotFound => PackError::BrokenLink { path, target },
        _ => PackError::Unreadable { path, cause },
    }
}

/// What the link at `path` says.
fn read(files: &dyn Files, path: &str, shown: &str) -> Result<String, PackError> {
    let link = files.read_link(path).map_err(|cause| match cause.kind() {
        // The link itself has been seen. Hosts of WASI do not tell a guest what an absolute one says.
        io::ErrorKind::PermissionDenied => PackError::AbsoluteLink {
            path: shown.to_owned(),
        },
        _ => PackError::reading(shown, cause),
    })?;
    link.into_string().map_err(|link| PackError::NotUtf8 {
        directory: shown.to_owned(),
        name: link.to_string_lossy().into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing::memory::Memory;

    #[test]
    fn targets_are_followed_to_the_end() {
        let files = Memory::new()
            .file("/d/disk.img", b"")
            .link("/d/sub/one", "../two")
            .link("/d/two", "/d/disk.img")
            .link("/d/broken", "nothing")
            .link("/d/round", "about")
            .link("/d/about", "round");
        assert_eq!(
            follow(&files, "/d/disk.img", "/d/disk.img").unwrap().0,
            "/d/disk.img"
        );
        assert_eq!(
            paths::split_last(&follow(&files, "/d/sub/one", "/d/sub/one").unwrap().0).1,
            "disk.img"
        );
        assert!(
            matches!(follow(&files, "/d/broken", "/d/broken"), Err(PackError::BrokenLink { path, target }) if path == "/d/broken" && target == "/d/nothing")
        );
        assert!(
            matches!(follow(&files, "/d/round", "/d/round"), Err(PackError::LinkCycle { path }) if path == "/d/round")
        );
    }

    #[test]
    fn real_paths_have_no_links_and_no_dots() {
        let files = Memory::new()
            .directory("/a/b/c")
            .link("/a/up", "..")
            .link("/a/c", "b/c")
            .link("/l", "/a/c")
            .link("/loop", "loop")
            .link("rel", "x/y")
            .directory("x/y");
        for (path, expected) in [
            ("/a/b/c", "/a/b/c"),
            ("/l", "/a/b/c"),
            ("/l/..", "/a/b"),
            ("/a/up/a/up/l", "/a/b/c"),
            ("/../..", "/"),
            ("rel/../..", ""),
            ("rel/../../..", ".."),
            ("rel/../../../../q", "../../q"),
            ("./x/./y", "x/y"),
            ("/not/there", "/not/there"),
        ] {
            assert_eq!(real_path(&files, path, path).unwrap(), expected, "{path}");
        }
        assert!(
            matches!(real_path(&files, "/loop/x", "/loop/x"), Err(PackError::LinkCycle { path }) if path == "/loop/x")
        );
    }
}
