//! What becomes of which files, and what does not.

use super::super::memory::{Memory, TIME};
use super::super::*;
use super::{archive_of, plan_of};
use crate::diagnostic::{Code, Source};
use std::ffi::OsString;
use std::io;

fn names(files: &dyn Files, paths: &[&str]) -> Vec<String> {
    let archive = archive_of(files, paths);
    archive
        .members()
        .iter()
        .map(|member| member.name.clone())
        .collect()
}

fn error(files: &dyn Files, paths: &[&str]) -> PackError {
    match plan_of(files, paths) {
        Err(error) => error,
        Ok(payload) => panic!("{paths:?}: {payload:?}"),
    }
}

const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff and so on";

#[test]
fn no_files_are_nothing() {
    assert!(matches!(plan_of(&Memory::new(), &[]), Ok(Payload::None)));
}

#[test]
fn one_gzip_file_is_passed_through() {
    let files = Memory::new()
        .file("/d/disk.gz", GZIP)
        .link("/d/link", "disk.gz");
    for path in ["/d/disk.gz", "/d/./disk.gz", "/d/link"] {
        match plan_of(&files, &[path]) {
            Ok(Payload::AsIs {
                path: given,
                size,
                modified,
            }) => {
                assert_eq!(
                    (given.as_str(), size, modified),
                    (path, GZIP.len() as u64, TIME)
                );
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    assert!(matches!(
        plan_of(&files, &["/d/disk.gz", "/d//disk.gz"]),
        Ok(Payload::AsIs { .. })
    ));
}

#[test]
fn a_gzip_file_with_others_is_a_member() {
    let files = Memory::new().file("/d/disk.gz", GZIP).file("/d/b", b"");
    assert_eq!(names(&files, &["/d/disk.gz", "/d/b"]), ["b", "disk.gz"]);
    assert_eq!(names(&files, &["/d"]), ["b", "disk.gz"]);
}

#[test]
fn one_file_goes_by_its_base_name() {
    let files = Memory::new()
        .file("/d/x/disk.img", b"x")
        .file("disk.img", b"x")
        .link("/d/gz", "x/truncated");
    let files = files.file("/d/x/truncated", &GZIP[..9]);
    assert_eq!(names(&files, &["/d/x/disk.img"]), ["disk.img"]);
    assert_eq!(names(&files, &["disk.img"]), ["disk.img"]);
    assert_eq!(names(&files, &["/d/x/../x/disk.img"]), ["disk.img"]);
    assert_eq!(names(&files, &["/d/gz"]), ["truncated"]);
}

#[test]
fn one_link_goes_by_the_name_of_its_target() {
    let files = Memory::new()
        .file("/d/x/disk.img", b"x")
        .link("/d/a", "b")
        .link("/d/b", "/d/x/disk.img");
    assert_eq!(names(&files, &["/d/a"]), ["disk.img"]);
}

#[test]
fn one_directory_is_its_contents() {
    let files = Memory::new()
        .file("/d/x/y/deep", b"")
        .file("/d/x-file", b"")
        .file("/d/x.file", b"")
        .directory("/d/empty")
        .link("/l", "d");
    let expected = ["empty/", "x/", "x/y/", "x/y/deep", "x-file", "x.file"];
    for path in ["/d", "/d/", "/d/.", "/l", "/d/x/.."] {
        assert_eq!(names(&files, &[path]), expected, "{path}");
    }
    assert_eq!(names(&files, &["/d/empty"]), [""; 0]);
}

#[test]
fn several_files_come_with_their_parents_and_nothing_else() {
    let files = Memory::new()
        .file("/d/out/x/a.bin", b"")
        .file("/d/out/x/skip", b"")
        .file("/d/out/y/z/b.bin", b"")
        .file("/e/c", b"");
    let golden = ["x/", "x/a.bin", "y/", "y/z/", "y/z/b.bin"];
    assert_eq!(
        names(&files, &["/d/out/x/a.bin", "/d/out/y/z/b.bin"]),
        golden
    );
    assert_eq!(
        names(
            &files,
            &["/d/out/y/z/b.bin", "/d/out/x/a.bin", "/d//out/x/a.bin"]
        ),
        golden
    );
    assert_eq!(
        names(&files, &["/d/out/x/skip", "/e/c"]),
        ["d/", "d/out/", "d/out/x/", "d/out/x/skip", "e/", "e/c"]
    );
}

#[test]
fn a_directory_among_several_brings_its_contents() {
    let files = Memory::new()
        .file("/d/x/a", b"")
        .file("/d/x/b", b"")
        .file("/d/c", b"")
        .directory("/d/e");
    assert_eq!(names(&files, &["/d/x", "/d/c"]), ["c", "x/", "x/a", "x/b"]);
    assert_eq!(
        names(&files, &["/d/x", "/d/x/a", "/d/e"]),
        ["e/", "x/", "x/a", "x/b"]
    );
}

#[test]
fn links_in_directories_are_followed_under_their_own_names() {
    let files = Memory::new()
        .file("/d/real/a", b"1")
        .link("/d/to-file", "real/a")
        .link("/d/to-directory", "real")
        .link("/d/to-outside", "/o")
        .file("/o/b", b"22");
    let expected = [
        "real/",
        "real/a",
        "to-directory/",
        "to-directory/a",
        "to-file",
        "to-outside/",
        "to-outside/b",
    ];
    assert_eq!(names(&files, &["/d"]), expected);
    assert_eq!(
        names(&files, &["/d/to-directory/a", "/d/to-file"]),
        ["to-directory/", "to-directory/a", "to-file"]
    );
    let sizes = |member: &Member| match member.content {
        Content::File { size } => size,
        Content::Directory => 0,
    };
    let archive = archive_of(&files, &["/d"]);
    assert_eq!(
        archive.members().iter().map(sizes).collect::<Vec<_>>(),
        [0, 1, 0, 1, 1, 0, 2]
    );
}

#[test]
fn circles_are_errors_that_name_the_link() {
    let itself = Memory::new().link("/d/loop", "loop").file("/d/a", b"");
    let parent = Memory::new().link("/d/x/up", "..").file("/d/a", b"");
    let around = Memory::new().link("/d/x/far", "/e").link("/e/back", "/d/x");
    let above = Memory::new().link("/d/x/top", "/").file("/d/x/a", b"");
    let relative = Memory::new().link("d/x/up", "../../d").file("d/a", b"");
    for (files, paths, named) in [
        (&itself, &["/d"][..], "/d/loop"),
        (&itself, &["/d/loop"], "/d/loop"),
        (&itself, &["/d/loop", "/d/a"], "/d/loop"),
        (&parent, &["/d"], "/d/x/up"),
        (&around, &["/d/x"], "/d/x/far/back"),
        (&above, &["/d/x"], "/d/x/top/d/x"),
        (&relative, &["d"], "d/x/up"),
    ] {
        match error(files, paths) {
            PackError::LinkCycle { path } => assert_eq!(path, named),
            other => panic!("{named}: {other}"),
        }
    }
    // The same directory twice, next to each other, is no circle.
    let twice = Memory::new()
        .link("/d/a", "/e")
        .link("/d/b", "/e")
        .file("/e/f", b"");
    assert_eq!(names(&twice, &["/d"]), ["a/", "a/f", "b/", "b/f"]);
}

#[test]
fn deep_trees_need_no_deep_stack() {
    let deep = vec!["a"; 1900].join("/");
    let files = Memory::new().file(&format!("/{deep}/f"), b"");
    let walk = move || assert_eq!(names(&files, &["/a"]).len(), 1900);
    std::thread::Builder::new()
        .stack_size(128 << 10)
        .spawn(walk)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn what_cannot_be_packed_is_named() {
    let files = Memory::new()
        .file("/d/a", b"")
        .link("/d/broken", "nowhere")
        .special("/d/pipe")
        .link("/d/to-pipe", "pipe")
        .unreadable("/d/secret")
        .unreadable("/s/secret")
        .special("/p/pipe")
        .link("/b/broken", "nowhere");
    let cases = [
        (&["/d/missing"][..], "`/d/missing` does not exist"),
        (&["/d/a", "/d/missing"], "`/d/missing` does not exist"),
        (
            &["/d/broken"],
            "`/d/broken` is a symbolic link to `/d/nowhere`, which does not exist",
        ),
        (
            &["/b"],
            "`/b/broken` is a symbolic link to `/b/nowhere`, which does not exist",
        ),
        (&["/d/pipe"], "`/d/pipe` is neither a file nor a directory"),
        (
            &["/d/to-pipe"],
            "`/d/to-pipe` is neither a file nor a directory",
        ),
        (
            &["/d/a", "/d/pipe"],
            "`/d/pipe` is neither a file nor a directory",
        ),
        (&["/p"], "`/p/pipe` is neither a file nor a directory"),
        (&["/d/secret"], "cannot read `/d/secret`: permission denied"),
        (
            &["/d/a", "/d/secret"],
            "cannot read `/d/secret`: permission denied",
        ),
        (&["/s"], "cannot read `/s/secret`: permission denied"),
        (&["a", "b"], "`a` and `b` have no directory in common"),
        (&["/d/a", ""], "without a path"),
    ];
    for (paths, expected) in cases {
        let error = error(&files, paths).to_string();
        assert!(error.contains(expected), "{paths:?}: {error}");
    }
}

/// What a sandbox shows of the files: what is below its directories, but not what absolute links say.
struct Sandbox<'a>(&'a Memory, &'a [&'a str]);

impl Sandbox<'_> {
    fn check(&self, path: &str) -> io::Result<()> {
        let is_in = |directory: &&&str| format!("{path}/").starts_with(&format!("{directory}/"));
        self.1
            .iter()
            .find(is_in)
            .map(|_| ())
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Files for Sandbox<'_> {
    fn inspect(&self, path: &str) -> io::Result<Entry> {
        self.check(path)?;
        self.0.inspect(path)
    }

    fn read_link(&self, path: &str) -> io::Result<OsString> {
        self.check(path)?;
        let link = self.0.read_link(path)?;
        match link.to_str() {
            Some(link) if link.starts_with('/') => Err(io::ErrorKind::PermissionDenied.into()),
            _ => Ok(link),
        }
    }

    fn list(&self, path: &str) -> io::Result<Vec<OsString>> {
        self.check(path)?;
        self.0.list(path)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Reader>> {
        self.check(path)?;
        self.0.open(path)
    }
}

#[test]
fn links_are_followed_wherever_a_sandbox_shows_what_they_lead_to() {
    let memory = Memory::new()
        .file("/w/out/a", b"a")
        .link("/w/out/near", "sub/../a")
        .link("/w/out/far", "../else/b")
        .file("/w/out/sub/c", b"c")
        .file("/w/else/b", b"b");
    let open = Sandbox(&memory, &["/w/out", "/w/else"]);
    assert_eq!(names(&open, &["/w/out/near"]), ["a"]);
    assert_eq!(names(&open, &["/w/out/far"]), ["b"]);
    assert_eq!(
        names(&open, &["/w/out/far", "/w/out/near"]),
        ["far", "near"]
    );
    assert_eq!(
        names(&open, &["/w/out"]),
        ["a", "far", "near", "sub/", "sub/c"]
    );

    let closed = Sandbox(&memory, &["/w/out"]);
    assert_eq!(names(&closed, &["/w/out/a", "/w/out/near"]), ["a", "near"]);
    for paths in [
        &["/w/out"][..],
        &["/w/out/far"],
        &["/w/out/far", "/w/out/a"],
    ] {
        match error(&closed, paths) {
            PackError::LinkOutside { path, target } => {
                assert_eq!((&*path, &*target), ("/w/out/far", "/w/else/b"), "{paths:?}");
            }
            other => panic!("{paths:?}: {other}"),
        }
    }
}

#[test]
fn a_link_that_leads_nowhere_inside_a_sandbox_is_broken_not_outside() {
    let memory = Memory::new()
        .link("/w/out/broken", "x/../no/file")
        .directory("/w/out/x");
    match error(&Sandbox(&memory, &["/w/out"]), &["/w/out"]) {
        PackError::BrokenLink { path, target } => {
            assert_eq!((&*path, &*target), ("/w/out/broken", "/w/out/no/file"));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn an_absolute_link_that_a_sandbox_hides_is_named() {
    let memory = Memory::new()
        .file("/w/out/a", b"a")
        .link("/w/out/sub/link", "/w/out/a");
    let sandbox = Sandbox(&memory, &["/w/out"]);
    for paths in [&["/w/out"][..], &["/w/out/sub/link", "/w/out/a"]] {
        let error = error(&sandbox, paths);
        assert!(
            matches!(&error, PackError::AbsoluteLink { path } if path == "/w/out/sub/link"),
            "{error}"
        );
    }
    assert_eq!(names(&memory, &["/w/out"]), ["a", "sub/", "sub/link"]);
}

#[test]
fn findings_have_a_name_for_programs_and_say_what_to_do() {
    let files = Memory::new()
        .file("/d/a", b"a")
        .link("/d/broken", "nowhere")
        .special("/d/pipe");
    for (paths, code, help) in [
        (
            &["/d/no"][..],
            Code::MissingFile,
            "check that the build wrote it",
        ),
        (&["/d/broken"], Code::BrokenLink, "restore its target"),
        (&["/d/pipe"], Code::UnreadableFile, "take it off"),
        (&["/d/a", "b"], Code::FileNames, "same directory"),
    ] {
        let error = error(&files, paths);
        let found = error.diagnostic();
        assert_eq!((found.source, found.code), (Source::Files, code));
        assert_eq!(found.message, error.to_string());
        assert!(
            found.help.is_some_and(|text| text.contains(help)),
            "{paths:?}"
        );
        assert!(!found.message.contains(help), "{paths:?}");
    }
}

#[test]
fn two_paths_with_one_name_are_an_error() {
    let files = Memory::new()
        .file("/d/a", b"1")
        .file("/e/x/b", b"")
        .link("/d/l", "/e/x")
        .file("/e/a", b"2");
    match error(&files, &["/d/a", "/d/l/../a"]) {
        PackError::SameName {
            name,
            first,
            second,
        } => {
            assert_eq!((&*name, &*first, &*second), ("a", "/d/a", "/d/l/../a"));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_directory_is_as_new_as_its_newest_file() {
    let at = |seconds| Time {
        seconds,
        nanoseconds: 0,
    };
    let files = Memory::new()
        .file_at("/d/x/old", b"", at(5))
        .file_at("/d/x/y/new", b"", at(9))
        .file_at("/d/x/z/older", b"", at(2))
        .directory("/d/empty");
    let archive = archive_of(&files, &["/d"]);
    let times: Vec<_> = archive
        .members()
        .iter()
        .map(|member| (&*member.name, member.modified))
        .collect();
    let expected = [
        ("empty/", TIME),
        ("x/", at(9)),
        ("x/old", at(5)),
        ("x/y/", at(9)),
        ("x/y/new", at(9)),
        ("x/z/", at(2)),
        ("x/z/older", at(2)),
    ];
    assert_eq!(times, expected);
}

#[test]
fn the_order_of_the_list_decides_nothing() {
    let at = |seconds| Time {
        seconds,
        nanoseconds: 0,
    };
    let files = Memory::new()
        .directory_at("/d/x/e", at(3))
        .directory_at("/d/y/e", at(4))
        .directory_at("/d/x", at(5));
    let members = |paths: &[&str]| archive_of(&files, paths).members().to_vec();
    let forward = members(&["/d/x", "/d/x/e", "/d/y/e"]);
    assert_eq!(forward, members(&["/d/y/e", "/d/x/e", "/d/x"]));
    assert_eq!(forward[0].modified, at(5));
}

#[test]
fn fingerprints_change_with_the_files() {
    let fingerprint = |files: &Memory, paths: &[&str]| plan_of(files, paths).unwrap().fingerprint();
    let files = Memory::new().file("/d/a", b"1").file("/d/b", GZIP);
    let paths: &[&str] = &["/d/a", "/d/b"];
    let before = fingerprint(&files, paths);
    assert_eq!(
        before,
        fingerprint(&files.clone().file("/d/unlisted", b""), &["/d/b", "/d/a"])
    );
    let later = Time {
        nanoseconds: 43,
        ..TIME
    };
    assert_ne!(
        before,
        fingerprint(&files.clone().file_at("/d/a", b"1", later), paths)
    );
    assert_ne!(
        before,
        fingerprint(&files.clone().file("/d/a", b"22"), paths)
    );
    assert_ne!(
        fingerprint(&files, &["/d/b"]),
        fingerprint(&files.clone().file_at("/d/b", GZIP, later), &["/d/b"])
    );
}

#[cfg(unix)]
mod on_disk {
    use super::*;
    use std::os::unix::ffi::OsStringExt;
    use std::{ffi::OsString, fs, os::unix::fs::symlink};

    fn path(directory: &tempfile::TempDir, name: &str) -> String {
        directory.path().join(name).to_str().unwrap().to_owned()
    }

    #[test]
    fn links_and_directories_are_as_in_memory() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| path(&directory, name);
        fs::create_dir_all(at("out/x")).unwrap();
        fs::write(at("out/x/disk.img"), "a disk").unwrap();
        symlink("x/disk.img", at("out/link.img")).unwrap();
        symlink(at("out/x"), at("out/absolute")).unwrap();
        assert_eq!(names(&Disk, &[&at("out/link.img")]), ["disk.img"]);
        let all = [
            "absolute/",
            "absolute/disk.img",
            "link.img",
            "x/",
            "x/disk.img",
        ];
        assert_eq!(names(&Disk, &[&at("out")]), all);
        symlink("../../out", at("out/x/round")).unwrap();
        assert!(matches!(
            error(&Disk, &[&at("out")]),
            PackError::LinkCycle { .. }
        ));
    }

    #[test]
    fn pipes_are_refused_without_opening_them() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = path(&directory, "pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap();
        assert!(made.success());
        for path in [pipe.as_str(), directory.path().to_str().unwrap()] {
            assert!(matches!(error(&Disk, &[path]), PackError::Special { path } if path == pipe));
        }
    }

    #[test]
    fn names_that_are_not_utf_8_are_shown_as_well_as_can_be() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(
            directory
                .path()
                .join(OsString::from_vec(b"caf\xe9".to_vec())),
            "",
        )
        .unwrap();
        let error = error(&Disk, &[directory.path().to_str().unwrap()]).to_string();
        assert!(error.contains("`caf\u{fffd}`"), "{error}");
    }
}

#[test]
fn permissions_are_what_the_host_says() {
    let memory = Memory::default().file("/d/a", b"x").file("/d/sub/b", b"y");
    let mut archive = archive_of(&memory, &["/d"]);
    let of = |archive: &Archive| -> Vec<(String, String, u32)> {
        let members = archive.members().iter();
        members
            .map(|m| (m.name.clone(), m.path.clone(), m.permissions))
            .collect()
    };
    let row = |name: &str, path: &str, permissions| (name.into(), path.into(), permissions);
    let usual = [
        row("a", "/d/a", 0o644),
        row("sub/", "/d/sub", 0o755),
        row("sub/b", "/d/sub/b", 0o644),
    ];
    assert_eq!(of(&archive), usual);
    archive.set_permissions(&[0o100_755, 0o700, 0o600]).unwrap();
    let told = [
        row("a", "/d/a", 0o755),
        row("sub/", "/d/sub", 0o700),
        row("sub/b", "/d/sub/b", 0o600),
    ];
    assert_eq!(of(&archive), told);
    let wrong = archive.set_permissions(&[0o755]).unwrap_err();
    assert!(matches!(
        wrong,
        PackError::WrongPermissions {
            given: 1,
            members: 3
        }
    ));
    let several = archive_of(&memory, &["/d/a", "/d/sub/b"]);
    assert_eq!(of(&several), usual);
}
