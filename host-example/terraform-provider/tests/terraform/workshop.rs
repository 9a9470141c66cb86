//! A directory in which Terraform runs, with the provider where it finds it.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::atlas::{Atlas, TOKEN};
use super::program::Terraform;

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-atlas");

/// The directory, and who runs in it.
pub struct Workshop<'t> {
    terraform: &'t Terraform,
    directory: TempDir,
}

/// How a run of Terraform ended, and all that it wrote, without frames and line breaks: Terraform breaks
/// lines where it likes.
pub struct Ended {
    /// Its exit status.
    pub status: Option<i32>,
    /// What it wrote.
    pub output: String,
}

impl<'t> Workshop<'t> {
    /// A new one, in which the provider is installed as the README says.
    pub fn new(terraform: &'t Terraform) -> Self {
        let workshop = Self::without_provider(terraform);
        let version = env!("CARGO_PKG_VERSION");
        let platform = platform();
        let root = workshop.root();
        let directory = match terraform.has_mirrors() {
            true => {
                let mirror = root.join("mirror");
                workshop.configure(&format!(
                    "provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n"
                ));
                let source = "registry.terraform.io/hashicorp/atlas";
                mirror.join(source).join(version).join(platform)
            }
            false => {
                workshop.configure("");
                root.join("terraform.d/plugins").join(platform)
            }
        };
        fs::create_dir_all(&directory).unwrap();
        let name = format!("terraform-provider-atlas_v{version}");
        fs::copy(PROVIDER, directory.join(name)).unwrap();
        workshop
    }

    /// A new one, in which the provider is under development.
    pub fn with_override(terraform: &'t Terraform) -> Self {
        let workshop = Self::without_provider(terraform);
        let directory = workshop.root().join("built");
        fs::create_dir(&directory).unwrap();
        symlink(PROVIDER, directory.join("terraform-provider-atlas")).unwrap();
        workshop.configure(&format!(
            "provider_installation {{\n  dev_overrides {{\n    \"hashicorp/atlas\" = {directory:?}\n  }}\n  direct {{}}\n}}\n"
        ));
        workshop
    }

    fn without_provider(terraform: &'t Terraform) -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            terraform,
            directory,
        }
    }

    fn configure(&self, text: &str) {
        self.write("terraform.rc", text);
    }

    fn root(&self) -> PathBuf {
        fs::canonicalize(self.directory.path()).unwrap()
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.root().join(name), content).unwrap();
    }

    /// Runs Terraform with these arguments, with the token of that Atlas.
    pub fn run(&self, atlas: &Atlas, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        command.env("ATLAS_TOKEN", TOKEN);
        command.env("TF_VAR_atlas_address", atlas.url());
        self.end(command)
    }

    /// Terraform with these arguments, in this directory.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.terraform.command(arguments);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("ATLAS") || name.starts_with("TF_") {
                command.env_remove(&*name);
            }
        }
        let root = self.root();
        command
            .current_dir(&root)
            .env("HOME", &root)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", root.join("terraform.rc"))
            .env("TF_IN_AUTOMATION", "1")
            // Whatever it wants to fetch, there is nobody.
            .env("HTTPS_PROXY", "http://127.0.0.1:1");
        command
    }

    /// Runs a command to its end. Whatever happens, Terraform does not crash, and shows no token.
    pub fn end(&self, mut command: Command) -> Ended {
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(!self.root().join("crash.log").exists(), "{text}");
        assert!(!text.contains("panic") && !text.contains(TOKEN), "{text}");
        // Some are built so that they mark the lines of their standard output.
        let lines = text
            .lines()
            .map(|line| line.strip_prefix("o:").unwrap_or(line));
        let words = lines
            .collect::<Vec<_>>()
            .join(" ")
            .replace(['│', '╷', '╵'], " ");
        Ended {
            status: output.status.code(),
            output: words.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// `init`, which must succeed.
    pub fn init(&self, atlas: &Atlas) {
        let ended = self.run(atlas, &["init", "-input=false", "-no-color"]);
        assert_eq!(ended.status, Some(0), "{}", ended.output);
    }

    /// `apply`, which must succeed: the outputs then.
    pub fn apply(&self, atlas: &Atlas) -> Value {
        let ended = self.run(
            atlas,
            &["apply", "-auto-approve", "-input=false", "-no-color"],
        );
        assert_eq!(ended.status, Some(0), "{}", ended.output);
        self.outputs()
    }

    /// What the state has as outputs, by name.
    pub fn outputs(&self) -> Value {
        let state = fs::read(self.root().join("terraform.tfstate")).unwrap();
        let state: Value = serde_json::from_slice(&state).unwrap();
        let outputs = state["outputs"].as_object().unwrap().iter();
        outputs
            .map(|(name, output)| (name.clone(), output["value"].clone()))
            .collect()
    }

    /// `plan`, which must fail with all these texts.
    pub fn plan_fails(&self, atlas: &Atlas, wanted: &[&str]) {
        let ended = self.run(atlas, &["plan", "-input=false", "-no-color"]);
        self.failed(&ended, wanted);
    }

    /// That a run failed with all these texts.
    pub fn failed(&self, ended: &Ended, wanted: &[&str]) {
        assert_eq!(ended.status, Some(1), "{}", ended.output);
        for text in wanted {
            assert!(
                ended.output.contains(text),
                "no `{text}` in: {}",
                ended.output
            );
        }
    }
}

/// What Terraform calls this kind of machine.
fn platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        system => system,
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        processor => processor,
    };
    format!("{system}_{processor}")
}
