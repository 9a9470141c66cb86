//! Other programs.

use std::process::{Command, Output, Stdio};

use crate::error::Error;

/// How to get the programs that are not part of every machine.
const HELP: [(&str, &str); 4] = [
    ("npm", "; install Node.js 20 or later"),
    ("python3", "; install Python 3.10 or later"),
    (
        "cargo-cyclonedx",
        "; get it by `cargo install --locked cargo-cyclonedx`",
    ),
    ("wkg", "; get it by `cargo install --locked wkg`"),
];

/// Runs a program that shows what it does on this one's stderr.
pub fn run(command: &mut Command) -> Result<(), Error> {
    // What this program says is its result alone.
    command.stdin(Stdio::null()).stdout(std::io::stderr());
    let status = command.status().map_err(not_run(command))?;
    match status.success() {
        true => Ok(()),
        false => Err(Error::Failed {
            command: words(command),
            status,
            said: String::new(),
        }),
    }
}

/// What a program prints.
pub fn output(command: &mut Command) -> Result<Vec<u8>, Error> {
    command.stdin(Stdio::null());
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().map_err(not_run(command))?;
    if status.success() {
        return Ok(stdout);
    }
    let said = format!(": {}", String::from_utf8_lossy(&stderr).trim());
    Err(Error::Failed {
        command: words(command),
        status,
        said,
    })
}

fn not_run(command: &Command) -> impl FnOnce(std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy().into_owned();
    move |source| {
        let help = HELP.iter().find(|(name, _)| *name == program);
        Error::Program {
            program,
            source,
            help: help.map_or("", |(_, help)| help),
        }
    }
}

fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
