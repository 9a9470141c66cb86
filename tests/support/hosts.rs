//! All hosts of the component as commands, set up from their lock files: the command of the Rust host,
//! and for the libraries the small runners that take the same arguments.
//!
//! Where a language is not installed its host is left out, with a word about that; where `CI` is
//! set in the environment that is a failure.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use atlas_host::COMPONENT;
use sha2::{Digest, Sha256};

/// A host's command.
pub struct CommandHost {
    pub name: &'static str,
    /// Whether it can keep others from what it works with.
    pub locks: bool,
    /// Whether it is told the permissions of files.
    pub permissions: bool,
    /// The greatest status that it can end with.
    greatest_status: i32,
    words: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

impl CommandHost {
    /// The status that it ends with where others end with this one.
    pub fn status(&self, status: i32) -> i32 {
        status.min(self.greatest_status)
    }

    /// Its command with a subcommand, and nothing of Atlas in its environment.
    pub fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).arg(subcommand);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ATLAS") {
                command.env_remove(name);
            }
        }
        command
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// All hosts that can run here. The first time they are set up, which can take a minute.
pub fn all() -> &'static [CommandHost] {
    static HOSTS: OnceLock<Vec<CommandHost>> = OnceLock::new();
    HOSTS.get_or_init(|| {
        // Other tests may be at it, in other processes.
        let lock = fs::File::create(temporary("hosts.lock")).unwrap();
        lock.lock().unwrap();
        let rust = CommandHost {
            name: "rust",
            locks: true,
            permissions: true,
            greatest_status: i32::MAX,
            words: vec![env!("CARGO_BIN_EXE_atlas-host").into()],
            environment: Vec::new(),
        };
        [Some(rust), python(), node(), wasi()]
            .into_iter()
            .flatten()
            .collect()
    })
}

/// What runs the tests that hosts bring along, in their own languages.
pub fn own_tests() -> Vec<(&'static str, Command)> {
    let tests = all().iter().filter_map(|host| {
        let mut command = match host.name {
            "python" => Command::new(&host.words[0]),
            "node" => Command::new("npm"),
            _ => return None,
        };
        let arguments: &[&str] = match host.name {
            "python" => &["-m", "pytest", "-q"],
            _ => &["test", "--silent"],
        };
        command
            .args(arguments)
            .current_dir(host_example(host.name))
            .envs(host.environment.iter().map(|(name, value)| (name, value)));
        Some((host.name, command))
    });
    tests.collect()
}

/// Whether a language is installed; the reason why its host is left out if not.
fn is_installed(program: &str) -> bool {
    let is_there = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        let told = format!("{program} is not installed: its host is not tested");
        assert!(std::env::var_os("CI").is_none(), "{told}");
        eprintln!("{told}");
    }
    is_there
}

/// `host-example/python` in a virtual environment.
fn python() -> Option<CommandHost> {
    if !is_installed("python3") {
        return None;
    }
    let host = host_example("python");
    let interpreter =
        xtask::python::environment(&temporary("python"), &host.join("requirements.txt")).unwrap();
    let component = host.join("src/atlas_post_processor/component.wasm");
    if fs::read(&component).ok().as_deref() != Some(COMPONENT) {
        fs::write(&component, COMPONENT).unwrap();
    }
    Some(CommandHost {
        name: "python",
        locks: true,
        permissions: true,
        greatest_status: i32::MAX,
        words: vec![interpreter.into(), host.join("tests/runner.py").into()],
        environment: vec![
            ("PYTHONPATH", host.join("src").into()),
            // Compiled components are kept there.
            ("XDG_CACHE_HOME", temporary("cache").into()),
        ],
    })
}

/// `host-example/node` with its packages and the transpiled component.
fn node() -> Option<CommandHost> {
    if !is_installed("node") || !is_installed("npm") {
        return None;
    }
    let host = host_example("node");
    let lock = fs::read(host.join("package-lock.json")).unwrap();
    once("node", &lock, || {
        // As the lock file says. `npm ci` would want it to name packages for other systems, too.
        run(npm(&host).args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--silent",
        ]));
    });
    let component = temporary("atlas_post_processor.wasm");
    let script = fs::read(host.join("scripts/build.js")).unwrap();
    once(
        "node-component",
        &[COMPONENT, &script, &lock].concat(),
        || {
            fs::write(&component, COMPONENT).unwrap();
            run(npm(&host)
                .args(["run", "--silent", "build"])
                .env("ATLAS_COMPONENT", &component));
        },
    );
    Some(CommandHost {
        name: "node",
        locks: true,
        permissions: true,
        greatest_status: i32::MAX,
        words: vec!["node".into(), host.join("conformance/runner.mjs").into()],
        environment: Vec::new(),
    })
}

/// The command of the Rust host composed with the component, in the command `wasmtime`.
fn wasi() -> Option<CommandHost> {
    if !is_installed("wasmtime") {
        return None;
    }
    // With what the component is built of it is not built again.
    let program = Path::new(env!("CARGO_BIN_EXE_atlas-host"));
    let built = program.parent().unwrap().join("component");
    let workspace = fs::canonicalize(host_example("..")).unwrap();
    let command = atlas_wasm_build::command(&workspace, &built).unwrap();
    let composed = xtask::compose::compose(&command, COMPONENT).unwrap();
    let compiled = temporary("atlas.cwasm");
    once("wasi", &composed, || {
        let file = temporary("atlas.wasm");
        fs::write(&file, &composed).unwrap();
        run(Command::new("wasmtime")
            .arg("compile")
            .arg(file)
            .arg("-o")
            .arg(&compiled));
    });
    // A runtime knows no working directory: the command takes it from `PWD`.
    let script =
        "export PWD; exec wasmtime run -S http,inherit-env --allow-precompiled --dir / \"$@\"";
    Some(CommandHost {
        name: "wasi",
        locks: false,
        permissions: false,
        // WASI 0.2 knows success and failure.
        greatest_status: 1,
        words: vec![
            "sh".into(),
            "-c".into(),
            script.into(),
            "sh".into(),
            compiled.into(),
        ],
        environment: Vec::new(),
    })
}

fn npm(host: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(host);
    npm
}

/// Does something unless it has been done with the same inputs.
fn once(name: &str, inputs: &[u8], work: impl FnOnce()) {
    let mark = temporary(&format!("{name}.done"));
    let sum = format!("{:x}", Sha256::digest(inputs));
    if fs::read_to_string(&mark).ok().as_ref() != Some(&sum) {
        work();
        fs::write(mark, sum).unwrap();
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn host_example(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::canonicalize(root.join(name)).unwrap()
}

/// A path below the directory that cargo keeps for tests.
fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}
