//! The command line: what it takes, what it shows, how it ends.

mod arguments;
mod demo;
mod diagnostics;
mod inputs;
mod masking;
mod outcome;
mod prepare;
mod publish;
mod serve;
mod show;
mod watching;

pub(crate) use arguments::Arguments;

use arguments::Command;

/// Runs a command to its end, or until someone stops it, and says with which status to exit.
pub(crate) async fn run(arguments: Arguments) -> u8 {
    match arguments.command {
        // It has an end of its own.
        Command::Serve(options) => serve::serve(&options).await,
        Command::Validate(work) => until_stopped(publish::validate(&work)).await,
        Command::Publish(work) => until_stopped(publish::publish(&work)).await,
        Command::Demo => until_stopped(demo::demo()).await,
    }
}

async fn until_stopped(work: impl Future<Output = u8>) -> u8 {
    tokio::select! {
        status = work => status,
        status = stopped() => status,
    }
}

/// Waits for ctrl-c or SIGTERM; gives the status that shells have for it.
#[cfg(unix)]
async fn stopped() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // The system's own way to stop a process is left.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
    }
}

/// Waits for ctrl-c.
#[cfg(not(unix))]
async fn stopped() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 130,
        Err(_) => std::future::pending().await,
    }
}
