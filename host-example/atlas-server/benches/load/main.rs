//! How fast the server answers with much in its database, and moves files: `cargo bench --package atlas-server`.
//! Some minutes; compare the figures of one run.
//!
//! The same is asked of a database with 1,000 artifacts and of one with 10,000, of 100 versions each; on PostgreSQL, too,
//! where it is installed. There, as in the tests, a commit does not wait for the disk; with SQLite it never does.
//! Files are sent to the server and fetched, and to nginx, where that is installed, in turns.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "../../tests/api/cluster.rs"]
mod cluster;
mod files;
mod fill;
mod process;
mod requests;

use process::Process;

/// How many artifacts there are.
const SIZES: [u32; 2] = [1_000, 10_000];

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if process::is_server() {
        return runtime.block_on(process::serve());
    }
    let mut columns = Vec::new();
    for kind in ["SQLite", "PostgreSQL"] {
        if kind == "PostgreSQL" && cluster::programs().is_none() {
            println!("PostgreSQL is not installed.");
            continue;
        }
        for size in SIZES {
            let url = (kind == "PostgreSQL").then(|| cluster::database(&format!("load{size}")));
            let rates = runtime.block_on(of_database(url, size));
            columns.push((format!("{kind} {size}"), rates));
        }
    }
    println!("\nRequests a second, by {} clients:", requests::CLIENTS);
    print!("{:>32}", "artifacts:");
    columns.iter().for_each(|(name, _)| print!("{name:>18}"));
    println!();
    for (index, (what, _)) in columns[0].1.iter().enumerate() {
        print!("{what:>32}");
        columns
            .iter()
            .for_each(|(_, rates)| print!("{:>18.0}", rates[index].1));
        println!();
    }
    println!("\nOne file of {} MiB, MB/s:", files::SIZE >> 20);
    runtime.block_on(files::compare());
}

/// What is measured, with its rate.
type Rates = Vec<(&'static str, f64)>;

async fn of_database(url: Option<String>, artifacts: u32) -> Rates {
    let directory = tempfile::tempdir().unwrap();
    // The schema is the server's.
    drop(Process::start(directory.path(), url.as_deref()).await);
    fill::fill(directory.path(), url.as_deref(), artifacts).await;
    let server = Process::start(directory.path(), url.as_deref()).await;
    requests::rates(&server, artifacts).await
}
