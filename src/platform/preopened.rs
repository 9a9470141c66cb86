//! Which of the directories that a host has opened a path is in. WASI leaves that to the guest; this is the rule of
//! WASI's C library, which all of its guests share.
//!
//! A guest has no working directory: a relative path is one from the root.

/// The index of the directory with the longest name that `path` begins with, the last of equals; and the path from
/// there on. The names are [plain].
pub(super) fn longest<'n, 'p>(
    names: impl Iterator<Item = &'n str>,
    path: &'p str,
) -> Option<(usize, &'p str)> {
    let path = plain(path);
    let (index, name) = names
        .enumerate()
        .filter(|(_, name)| contains(name, path))
        .max_by_key(|(_, name)| name.len())?;
    let rest = path.get(name.len()..)?.trim_start_matches('/');
    Some((index, if rest.is_empty() { "." } else { rest }))
}

/// Without what says only where it begins: `/` and `./`.
pub(super) fn plain(mut path: &str) -> &str {
    while let Some(rest) = path.strip_prefix('/').or_else(|| path.strip_prefix("./")) {
        path = rest;
    }
    if path == "." { "" } else { path }
}

fn contains(directory: &str, path: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    directory.is_empty()
        || path
            .strip_prefix(directory)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'p>(names: &[&str], path: &'p str) -> Option<(usize, &'p str)> {
        longest(names.iter().map(|name| plain(name)), path)
    }

    #[test]
    fn the_longest_name_has_the_path() {
        let names = ["/", "/work", "/work/output", "/workshop"];
        assert_eq!(find(&names, "/work/output/a/b"), Some((2, "a/b")));
        assert_eq!(find(&names, "/work/outputs"), Some((1, "outputs")));
        assert_eq!(find(&names, "/work"), Some((1, ".")));
        assert_eq!(find(&names, "/etc/x"), Some((0, "etc/x")));
        assert_eq!(find(&["/work", "/other"], "/etc/x"), None);
    }

    #[test]
    fn the_last_of_equal_names_has_the_path() {
        assert_eq!(find(&["a", "./a", "a"], "a/b"), Some((2, "b")));
    }

    #[test]
    fn a_relative_path_is_one_from_the_root() {
        assert_eq!(find(&["."], "output/a"), Some((0, "output/a")));
        assert_eq!(find(&["output"], "./output//a"), Some((0, "a")));
        assert_eq!(find(&["/output"], "output"), Some((0, ".")));
        assert_eq!(find(&[".."], "../a"), Some((0, "a")));
        assert_eq!(find(&["."], "."), Some((0, ".")));
    }
}
