//! `atlas-host`: publishes what Packer builds in Atlas, finds and downloads it, and runs an Atlas to try
//! it with.

mod admin;
mod arguments;
mod backup;
mod channel;
mod console;
mod demo;
mod exit_plan;
mod fetch;
mod inputs;
mod prepare;
mod publish;
mod run;
mod serve;
mod session;
mod show;
mod stopping;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse_or_exit();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let plan = runtime.block_on(run::run(arguments));
            // A file that is still being read must not keep us.
            runtime.shutdown_background();
            plan.exit()
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
