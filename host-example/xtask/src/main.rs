//! `cargo xtask`: makes a release, signs it, and puts the component into a registry.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use xtask::error::Error;
use xtask::release::{self, Part};
use xtask::signature::{self, Key};
use xtask::workspace::Workspace;
use xtask::{native, publish, sums};

/// Where a release is made.
const OUT: &str = "target/release-files";

#[derive(Parser)]
#[command(name = "cargo xtask", about, version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a release of this checkout, the same files whenever and wherever it is made
    Release {
        /// The directory to make it in; what is there is replaced
        #[arg(long, default_value = OUT)]
        out: PathBuf,
        /// The parts to make; all by default
        #[arg(long, value_delimiter = ',')]
        only: Vec<Part>,
        /// What the programs are built for; this machine by default
        #[arg(long)]
        target: Option<String>,
        /// The secret key to sign the sums with
        #[arg(long)]
        key: Option<PathBuf>,
    },
    /// Sums up, and signs, a directory of files that were made on several machines
    Sums {
        /// The directory
        directory: PathBuf,
        /// The secret key to sign the sums with
        #[arg(long)]
        key: Option<PathBuf>,
    },
    /// Checks the sums of a release and their signatures
    Verify {
        /// The directory
        directory: PathBuf,
        /// The public key
        #[arg(long)]
        key: PathBuf,
    },
    /// Makes a pair of keys for signatures: FILE and FILE.pub
    Key {
        /// The new file for the secret key
        file: PathBuf,
    },
    /// Pushes the component and its contract to an OCI registry, with wkg
    Publish {
        /// The registry, HOST or HOST:PORT
        #[arg(long)]
        registry: String,
        /// Speaks plain HTTP with it
        #[arg(long)]
        plain_http: bool,
        /// The directory of the release
        #[arg(long, default_value = OUT)]
        from: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Release {
            out,
            only,
            target,
            key,
        } => {
            let key = key.as_deref().map(Key::read).transpose()?;
            let target = target.map_or_else(native::host, Ok)?;
            let built = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
            let built = Path::new(&built);
            let workspace = Workspace::open(Path::new("."), built, &built.join("release-tools"))?;
            let all = Part::value_variants();
            let parts = if only.is_empty() { all } else { &only };
            release::make(&workspace, parts, &target, key.as_ref(), &out)?;
            println!("{}", out.display());
            Ok(())
        }
        Command::Sums { directory, key } => {
            let key = key.as_deref().map(Key::read).transpose()?;
            release::sum_up(&directory, key.as_ref())
        }
        Command::Verify { directory, key } => {
            signature::verify(&directory.join(sums::SUMS), &key)?;
            println!("{} files are what was signed", sums::verify(&directory)?);
            Ok(())
        }
        Command::Key { file } => {
            println!("{}", signature::make_key(&file)?.display());
            Ok(())
        }
        Command::Publish {
            registry,
            plain_http,
            from,
        } => publish::push(&from, &registry, plain_http),
    }
}
