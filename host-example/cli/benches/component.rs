//! What embedding costs: `cargo bench --package atlas-host-cli`. Compare the figures of one run.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise"
)]

use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use atlas_host::{Component, Run, Sandbox, Selection};

use atlas_post_processor::packing::{Entry, Files, Reader};
use atlas_post_processor::platform::Platform;
use atlas_post_processor::run::Run as NativeRun;
use atlas_post_processor::{configuration, template};
use divan::Bencher;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// The documented example, with a token as the post-processor needs one.
const TEMPLATE: &str = r#"{
    "variables": {"atlas_token": "ATLAS_TOKEN_HERE"},
    "builders": [{"type": "amazon-ebs", "region": "us-east-1", "ami_name": "atlas-example {{timestamp}}"}],
    "post-processors": [{
        "type": "atlas",
        "token": "{{user `atlas_token`}}",
        "artifact": "hashicorp/foobar",
        "artifact_type": "aws.ami",
        "metadata": {"created_at": "{{timestamp}}"}
    }]
}"#;

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    })
}

fn component() -> &'static Component {
    static COMPONENT: OnceLock<Component> = OnceLock::new();
    COMPONENT.get_or_init(|| Component::embedded().expect("the component"))
}

fn selection() -> Selection {
    runtime().block_on(async {
        let mut instance = component()
            .instance(&Sandbox::new())
            .await
            .expect("an instance");
        let selected = instance
            .select(TEMPLATE.as_bytes(), &Run::default(), None)
            .await;
        selected.expect("no trap").expect("no errors")
    })
}

/// Loading the precompiled component, once in the life of a host.
#[divan::bench]
fn load() -> Component {
    Component::embedded().expect("the component")
}

/// A fresh instance in a fresh sandbox.
#[divan::bench]
fn instantiate(bencher: Bencher) {
    bencher.bench_local(|| {
        runtime().block_on(async {
            component()
                .instance(&Sandbox::new())
                .await
                .expect("an instance")
        })
    });
}

/// Checking the documented configuration in the component.
#[divan::bench]
fn validate_component(bencher: Bencher) {
    let selection = selection();
    let sandbox = Sandbox::new();
    let mut instance = runtime()
        .block_on(component().instance(&sandbox))
        .expect("an instance");
    bencher.bench_local(|| {
        let checked = instance.validate(&selection.post_processors[0], &selection.build);
        runtime()
            .block_on(checked)
            .expect("no trap")
            .expect("no errors")
    });
}

/// The same, natively.
#[divan::bench]
fn validate_native(bencher: Bencher) {
    let selected = template::select(TEMPLATE, NativeRun::default(), None, &Machine);
    let selected = selected.expect("no errors");
    bencher.bench_local(|| {
        configuration::read(&selected.post_processors[0], &selected.build, &Machine)
            .expect("no errors")
    });
}

/// A whole `atlas-host publish` of an AMI against a server on this machine.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn publish_command(bencher: Bencher) {
    let directory = tempfile::tempdir().expect("a directory");
    let server = runtime_of_server().block_on(async {
        let options = atlas_server::Options::new(directory.path().join("atlas"));
        atlas_server::start(options.token("bench.atlasv1.token"))
            .await
            .expect("a server")
    });
    let template = directory.path().join("template.json");
    std::fs::write(&template, TEMPLATE).expect("a file");
    let artifact = directory.path().join("artifact.json");
    let record = r#"{"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-0abc123"}"#;
    std::fs::write(&artifact, record).expect("a file");
    bencher.bench_local(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_atlas-host"))
            .args([
                "publish",
                "--var",
                "atlas_token=bench.atlasv1.token",
                "--artifact",
            ])
            .args([&artifact, &template])
            .env("ATLAS_ADDRESS", server.url())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.expect("the command").success());
    });
}

/// Runs on, so that the server answers while the command is waited for.
fn runtime_of_server() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

/// This machine, as the component sees it.
struct Machine;

impl Platform for Machine {
    fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn now(&self) -> u64 {
        let now = std::time::UNIX_EPOCH.elapsed();
        now.map(|elapsed| elapsed.as_secs()).unwrap_or_default()
    }

    fn working_directory(&self) -> Option<String> {
        None
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn files(&self) -> &dyn Files {
        self
    }
}

/// None of what is measured natively reads a file.
impl Files for Machine {
    fn inspect(&self, _: &str) -> io::Result<Entry> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn read_link(&self, _: &str) -> io::Result<OsString> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, _: &str) -> io::Result<Vec<OsString>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn open(&self, _: &str) -> io::Result<Box<dyn Reader>> {
        Err(io::ErrorKind::NotFound.into())
    }
}
