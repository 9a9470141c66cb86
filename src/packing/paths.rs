//! Paths as text: separated by `/`, made comparable without asking the file system.

use super::error::PackError;

/// The path without empty parts, `.` parts and a `/` at its end: equal paths become equal text. A `./` at the beginning
/// stays, for it is a directory that paths can have in common.
pub(crate) fn normalise(path: &str) -> Result<String, PackError> {
    if path.is_empty() {
        return Err(PackError::EmptyPath);
    }
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let parts = parts.join("/");
    Ok(if path.starts_with('/') {
        format!("/{parts}")
    } else if parts.is_empty() {
        ".".to_owned()
    } else if path == "." || path.starts_with("./") {
        format!("./{parts}")
    } else {
        parts
    })
}

/// `directory` and `name` as one path.
pub(crate) fn join(directory: &str, name: &str) -> String {
    let separator = if directory.is_empty() || directory.ends_with('/') {
        ""
    } else {
        "/"
    };
    format!("{directory}{separator}{name}")
}

/// The directory of a normalised path, and its last part.
pub(crate) fn split_last(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some(split) => split,
        None => ("", path),
    }
}

/// The parts of a normalised path from where it begins (`/`, `.` or the first name) on. `x/..` goes away, as it would if
/// no part of the path were a symbolic link: in an archive `..` cannot be named.
fn parts(path: &str) -> Vec<&str> {
    let (mut parts, rest) = match path.strip_prefix('/') {
        Some(rest) => (vec!["/"], rest),
        None => (Vec::new(), path),
    };
    for part in rest.split('/').filter(|part| !part.is_empty()) {
        match (part, parts.last()) {
            ("..", Some(&"/")) => {}
            ("..", Some(&last)) if !matches!(last, ".." | ".") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts
}

/// The names of several normalised paths, relative to the longest directory they have in common, in their order.
pub(crate) fn relative_names(paths: &[String]) -> Result<Vec<String>, PackError> {
    let split: Vec<Vec<&str>> = paths.iter().map(|path| parts(path)).collect();
    let Some((first, others)) = split.split_first() else {
        return Ok(Vec::new());
    };
    let no_common = |index: usize| PackError::NoCommonDirectory {
        first: paths.first().cloned().unwrap_or_default(),
        second: paths.get(index).cloned().unwrap_or_default(),
    };
    let mut common = directory(first);
    for (index, other) in others.iter().enumerate() {
        let shared = common
            .iter()
            .zip(directory(other))
            .take_while(|(a, b)| **a == **b)
            .count();
        common = common.get(..shared).unwrap_or_default();
        if common.is_empty() {
            return Err(no_common(index + 1));
        }
    }
    let name = |(index, parts): (usize, &Vec<&str>)| match parts.get(common.len()..) {
        Some(name) if !name.is_empty() && !name.contains(&"..") => Ok(name.join("/")),
        _ => Err(no_common(index)),
    };
    split.iter().enumerate().map(name).collect()
}

/// All parts but the last.
fn directory<'a, 'b>(parts: &'b [&'a str]) -> &'b [&'a str] {
    parts.split_last().map_or(&[], |(_, directory)| directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Result<Vec<String>, PackError> {
        let paths: Vec<String> = paths.iter().map(|path| normalise(path).unwrap()).collect();
        relative_names(&paths)
    }

    #[test]
    fn equal_paths_become_equal_text() {
        for (path, expected) in [
            ("/", "/"),
            ("//a//b/./c/", "/a/b/c"),
            ("a/./b/", "a/b"),
            ("./a", "./a"),
            (".", "."),
            ("./", "."),
            ("../a", "../a"),
            ("a/../b", "a/../b"),
        ] {
            assert_eq!(normalise(path).unwrap(), expected, "{path}");
        }
        assert!(matches!(normalise(""), Err(PackError::EmptyPath)));
    }

    #[test]
    fn names_are_relative_to_the_longest_common_directory() {
        for (paths, expected) in [
            (&["/d/out/x/a", "/d/out/y/z/b"][..], &["x/a", "y/z/b"][..]),
            (&["/d/a", "/d/ab"], &["a", "ab"]),
            (&["/d/a", "/d/a/b"], &["a", "a/b"]),
            (&["/x/a", "/y/b"], &["x/a", "y/b"]),
            (&["out/a", "out/b"], &["a", "b"]),
            (&["./a", "./b"], &["a", "b"]),
            (&["../a", "../b"], &["a", "b"]),
            (&["/d/x/../a", "/d/b"], &["a", "b"]),
            (&["/../a", "/b"], &["a", "b"]),
        ] {
            assert_eq!(names(paths).unwrap(), expected, "{paths:?}");
        }
    }

    #[test]
    fn without_a_common_directory_two_paths_are_named() {
        for (paths, second) in [
            (&["a", "b"][..], "b"),
            (&["./a", "b"], "b"),
            (&["x/a", "x/b", "y/c"], "y/c"),
            (&["/x/a", "x/a"], "x/a"),
            (&["../a", "../../b"], "../../b"),
            (&[".", "./a"], "./a"),
        ] {
            match names(paths) {
                Err(PackError::NoCommonDirectory { second: named, .. }) => {
                    assert_eq!(named, second)
                }
                other => panic!("{paths:?}: {other:?}"),
            }
        }
    }
}
