//! A PostgreSQL cluster for this run of tests, in a directory of its own.
//!
//! It listens on a Unix socket in that directory and nowhere else. A shell watches over it, and waits for
//! the end of a pipe that this process holds: so the cluster goes, with all its files, however this
//! process ends.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Stdio, exit},
    sync::LazyLock,
};

/// Its arguments are the directory of PostgreSQL's programs, and one for the cluster.
const WATCH: &str = r#"
set -e
trap 'rm -rf "$2"' EXIT
"$1/initdb" --auth trust --username atlas --no-sync "$2/data" >"$2/log"
"$1/pg_ctl" --pgdata "$2/data" --log "$2/log" --wait --options "-k $2 -h '' -N 500 -F" start >>"$2/log"
echo ready
read end || true
"$1/pg_ctl" --pgdata "$2/data" --mode immediate stop >>"$2/log"
"#;

/// The directory of its socket.
static CLUSTER: LazyLock<PathBuf> = LazyLock::new(start);

/// Where PostgreSQL's programs are.
static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(programs_or_end);

/// The URL of a database of this name, which is made if there is none.
pub fn database(name: &str) -> String {
    let socket = CLUSTER.display().to_string();
    let mut create = Command::new(PROGRAMS.join("createdb"));
    let create = create.args(["--host", &socket, "--username", "atlas", name]);
    let created = create.output().unwrap();
    let error = String::from_utf8(created.stderr).unwrap();
    assert!(
        created.status.success() || error.contains("already exists"),
        "{error}"
    );
    format!("postgres://atlas@localhost/{name}?host={socket}")
}

fn start() -> PathBuf {
    let programs = PROGRAMS.as_path();
    let mut directory = tempfile::Builder::new();
    let directory = directory
        .prefix("atlas-postgres-")
        .tempdir()
        .unwrap()
        .keep();
    let mut watch = Command::new("sh");
    if rustix::process::geteuid().is_root() {
        // PostgreSQL does not run as root.
        std::os::unix::fs::chown(&directory, Some(NOBODY), Some(NOBODY)).unwrap();
        watch.uid(NOBODY).gid(NOBODY);
    }
    let mut watch = watch
        .args(["-c", WATCH, "sh"])
        .args([programs, &directory])
        .current_dir(&directory)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(watch.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "ready\n", "PostgreSQL does not start");
    // Its pipe is open for as long as this process runs.
    std::mem::forget(watch);
    directory
}

/// The user who owns nothing.
const NOBODY: u32 = 65534;

fn programs_or_end() -> PathBuf {
    programs().unwrap_or_else(|| {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is not installed"
        );
        // Nothing of this program is tested then, and nothing is wrong.
        let left_out = b"PostgreSQL is not installed: these tests are left out\n";
        // This is shown, other than what `eprintln` writes in a test.
        drop(io::stderr().write_all(left_out));
        exit(0);
    })
}

/// Those in `PATH`, or the newest of Debian, which has them in no directory of commands.
pub fn programs() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<_> = std::env::split_paths(&paths).collect();
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut of_debian: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    of_debian.sort();
    found.extend(of_debian.into_iter().rev());
    // What is in a directory of commands may be a link to where all of them are.
    let mut links = found.into_iter().map(|directory| directory.join("initdb"));
    let program = links.find_map(|link| link.canonicalize().ok())?;
    program.parent().map(PathBuf::from)
}
