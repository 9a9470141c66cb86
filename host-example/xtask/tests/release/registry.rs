//! The component in an OCI registry: pushed, pulled, and run.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use xtask::publish;
use xtask::release::{COMPONENT, CONTRACT};
use xtask::workspace::VERSION;

use crate::made::{printed, released};
use crate::packages::{publish_with_python, python};
use crate::programs::is_installed;

/// Debian's registry on a free port. It goes, with what it has, when it is dropped.
struct Registry {
    program: Child,
    address: String,
    _data: TempDir,
}

impl Registry {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = data.path().join("config.yml");
        let text = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n",
            data.path().join("data").display()
        );
        fs::write(&settings, text).unwrap();
        let mut command = Command::new("docker-registry");
        command
            .arg("serve")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut program = command.spawn().unwrap();
        let mut log = BufReader::new(program.stderr.take().unwrap()).lines();
        let address = log.find_map(|line| {
            let line = line.ok()?;
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.split('"').next()?.to_owned())
        });
        // It stops if nobody reads what it says.
        std::thread::spawn(move || log.for_each(drop));
        Self {
            program,
            address: address.unwrap(),
            _data: data,
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

/// Where wkg finds packages of this namespace.
fn settings(directory: &Path, registry: &str) -> PathBuf {
    let path = directory.join("wkg.toml");
    let text = format!(
        "[namespace_registries]\natlas = {{ registry = \"{registry}\", metadata = {{ preferredProtocol = \"oci\", \
         oci = {{ registry = \"{registry}\", namespacePrefix = \"\" }} }} }}\n\
         [registry.\"{registry}\"]\ntype = \"oci\"\n[registry.\"{registry}\".oci]\nprotocol = \"http\"\n"
    );
    fs::write(&path, text).unwrap();
    path
}

fn wkg(directory: &Path) -> Command {
    let mut wkg = Command::new("wkg");
    wkg.current_dir(directory);
    wkg.env("XDG_CONFIG_HOME", directory)
        .env("XDG_CACHE_HOME", directory.join("cache"));
    wkg
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn what_is_pulled_is_what_was_released_and_publishes() {
    if !is_installed("docker-registry") || !is_installed("wkg") {
        return;
    }
    let registry = Registry::start();
    let address = registry.address.as_str();
    publish::push(released(), address, true).unwrap();

    let place = tempfile::tempdir().unwrap();
    let config = settings(place.path(), address);
    for (name, file) in [
        (publish::NAME, COMPONENT),
        (publish::CONTRACT_NAME, CONTRACT),
    ] {
        let package = format!("{}@{VERSION}", name.replace('/', ":"));
        let mut get = wkg(place.path());
        get.args([
            "get",
            &package,
            "--format",
            "wasm",
            "--overwrite",
            "--output",
        ]);
        // wkg wants to know the directory.
        let pulled = place.path().join("by-version.wasm");
        printed(get.arg(&pulled).arg("--config").arg(&config));
        assert_same(&pulled, file);
    }

    let manifest = manifest(address);
    let described: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(
        described["config"]["mediaType"],
        "application/vnd.wasm.config.v0+json"
    );
    assert_eq!(described["layers"][0]["mediaType"], "application/wasm");
    let digest = format!("sha256:{:x}", Sha256::digest(manifest));
    let reference = format!("{address}/{}@{digest}", publish::NAME);
    let mut pull = wkg(place.path());
    pull.args([
        "oci",
        "pull",
        "--insecure",
        address,
        &reference,
        "--output",
        "by-digest.wasm",
    ]);
    printed(&mut pull);
    let pulled = place.path().join("by-digest.wasm");
    assert_same(&pulled, COMPONENT);
    if let Some(installed) = python() {
        publish_with_python(installed, Some(&pulled));
    }
}

/// What the registry says of the component, to the byte: its digest is the reference.
fn manifest(registry: &str) -> String {
    let mut connection = TcpStream::connect(registry).unwrap();
    let request = format!(
        "GET /v2/{}/manifests/{VERSION} HTTP/1.0\r\nAccept: application/vnd.oci.image.manifest.v1+json\r\n\r\n",
        publish::NAME
    );
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn assert_same(pulled: &Path, file: &str) {
    let same = fs::read(pulled).unwrap() == fs::read(released().join(file)).unwrap();
    assert!(same, "{} is not {file}", pulled.display());
}
