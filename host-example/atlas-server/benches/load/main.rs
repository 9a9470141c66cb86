//! How fast the server answers with much in its database, and moves files:
//! `cargo bench --package atlas-server --bench load`.
//!
//! The same is asked of a database with 1,000 artifacts and of one with 10,000, of 100 versions each, in turns: on SQLite,
//! and on PostgreSQL where that is installed (as in the tests, a commit does not wait for the disk there; with SQLite it
//! never does). Then a file is sent and fetched, in turns with nginx where that is installed. Figures of one run
//! can be compared; each is the median of some rounds, and is printed as soon as it is known.
//!
//! Smaller or larger, by the environment: `LOAD_ARTIFACTS=100,1000`, `LOAD_MIB=64` (0: no files), `LOAD_ROUNDS=3`,
//! `LOAD_SLICE_MS=200` (how long one kind of request is sent in a round), `LOAD_DATABASES=SQLite`. `TMPDIR` is where it all is.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "../../tests/api/cluster.rs"]
mod cluster;
mod files;
mod fill;
mod nginx;
mod process;
mod requests;
mod settings;

use std::time::Instant;

use process::Process;
use requests::Target;
use settings::Settings;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if process::is_server() {
        return runtime.block_on(process::serve());
    }
    let settings = Settings::from_environment();
    for kind in &settings.databases {
        if kind == "PostgreSQL" && cluster::programs().is_none() {
            println!("PostgreSQL is not installed.");
            continue;
        }
        println!("\n{kind}");
        let mut targets = Vec::new();
        for &artifacts in &settings.artifacts {
            let name = format!("load{artifacts}");
            let database = (kind == "PostgreSQL").then(|| cluster::database(&name));
            targets.push(runtime.block_on(target(database, artifacts)));
        }
        runtime.block_on(requests::compare(&targets, &settings));
    }
    if settings.file_size > 0 {
        runtime.block_on(files::compare(&settings));
    }
}

/// A server with so many artifacts in its database.
async fn target(database: Option<String>, artifacts: u32) -> Target {
    let directory = tempfile::tempdir().unwrap();
    let database = database.as_deref();
    // The schema is the server's.
    drop(Process::start(directory.path(), database).await);
    let start = Instant::now();
    fill::fill(directory.path(), database, artifacts).await;
    let filled = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let server = Process::start(directory.path(), database).await;
    let started = start.elapsed().as_millis();
    println!(
        "{artifacts:>8} artifacts: filled in {filled:.1} s, the server starts in {started} ms"
    );
    Target::new(directory, server, artifacts)
}
