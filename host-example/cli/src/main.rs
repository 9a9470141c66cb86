//! `atlas-host`: publishes what Packer builds in Atlas, finds and downloads it, and runs an Atlas to try
//! it with. Built for WASI it is composed with the component, and has all but the Atlas.

#[cfg(not(target_family = "wasm"))]
mod admin;
mod arguments;
#[cfg(not(target_family = "wasm"))]
mod backup;
#[cfg(not(target_family = "wasm"))]
mod bar;
mod channel;
mod console;
#[cfg(not(target_family = "wasm"))]
mod demo;
mod exit_plan;
mod fetch;
mod inputs;
mod prepare;
#[cfg_attr(target_family = "wasm", path = "wasi.rs")]
mod process;
mod publish;
mod run;
#[cfg(not(target_family = "wasm"))]
mod serve;
mod session;
mod show;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse_or_exit();
    match process::wait_for(run::run(arguments)) {
        Ok(plan) => plan.exit(),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
