//! `atlas-host`: publishes what Packer builds in Atlas, and runs an Atlas to try it with.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse_or_exit();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let ending = runtime.block_on(cli::run(arguments));
            // A file that is still being read must not keep us.
            runtime.shutdown_background();
            ending.exit()
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
