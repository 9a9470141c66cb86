//! `packer-plugin-atlas`, also called `packer-post-processor-atlas`: Packer starts it.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use go_plugin::log;
use packer_plugin_atlas::describe::description;
use packer_plugin_atlas::invocation::{Invocation, Serving};
use packer_plugin_atlas::post_processor::AtlasPostProcessor;
use packer_plugin_atlas::protocol::handshake::{PACKER, connect};
use packer_plugin_atlas::protocol::mux::Mux;
use packer_plugin_atlas::protocol::server::serve;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os();
    let program = arguments.next().unwrap_or_default();
    let arguments: Vec<String> = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let invocation = Invocation::read(&program, &arguments);
    if invocation != Ok(Invocation::Describe) && !PACKER.has_started_us() {
        let what_to_do = "see its README for how to install it, then run `packer build` with an `atlas` \
                          post-processor in the template.";
        return Err(PACKER.refusal(what_to_do).into());
    }
    match invocation? {
        Invocation::Describe => {
            let description = serde_json::to_string(&description())?;
            Ok(writeln!(io::stdout(), "{description}")?)
        }
        Invocation::Serve(serving) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let served = runtime.block_on(serve_packer(serving));
            // A file that is still being read must not keep us.
            runtime.shutdown_background();
            served
        }
    }
}

/// Serves until Packer closes the connection.
async fn serve_packer(serving: Serving) -> Result<(), Box<dyn Error>> {
    let mux = Mux::of_plugin(connect(serving.version).await?);
    let post_processor = AtlasPostProcessor::new(mux.clone(), serving.coding);
    // Stream 0 is the one that Packer begins with.
    serve(mux.accept(0).await?, Arc::new(post_processor)).await?;
    Ok(())
}
