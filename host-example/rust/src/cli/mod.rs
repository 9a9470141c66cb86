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

use std::fs::File;

use arguments::{Command, Publish};
use atlas_host::CheckpointFile;

/// How a command ended.
pub(crate) struct Ending {
    status: u8,
    /// The checkpoint of a publication that is at its end.
    checkpoint: Option<CheckpointFile>,
}

impl Ending {
    /// Tells how to go on, if it did not come to its end.
    fn show_way_on(&self, publish: &Publish) {
        if let Some(file) = publish.resume.as_ref().filter(|file| file.exists())
            && !matches!(self.status, 0 | 2)
        {
            show::line(&format!("Run it again to go on from {}.", file.display()));
        }
    }

    /// Exits. The last thing before is to remove the checkpoint: whoever is stopped until then goes
    /// on from it, and publishes nothing twice. What is between the two must be short.
    pub(crate) fn exit(self) -> ! {
        let mut held = None;
        if let Some(checkpoint) = &self.checkpoint {
            // The system clears an open file away when the process is gone, and not in between.
            held = File::open(checkpoint.path()).ok();
            if let Err(error) = checkpoint.remove() {
                let file = checkpoint.path().display();
                show::line(&format!(
                    "The checkpoint {file} can't be removed ({error}): remove it before you publish again."
                ));
            }
        }
        std::mem::forget(held);
        std::process::exit(self.status.into())
    }
}

impl From<u8> for Ending {
    fn from(status: u8) -> Self {
        Self {
            status,
            checkpoint: None,
        }
    }
}

/// Runs a command to its end, or until someone stops it.
pub(crate) async fn run(arguments: Arguments) -> Ending {
    match arguments.command {
        // It has an end of its own.
        Command::Serve(options) => serve::serve(&options).await.into(),
        Command::Validate(work) => {
            until_stopped(async { publish::validate(&work).await.into() }).await
        }
        Command::Publish(work) => {
            let ending = until_stopped(publish::publish(&work)).await;
            ending.show_way_on(&work);
            ending
        }
        Command::Demo => until_stopped(async { demo::demo().await.into() }).await,
    }
}

async fn until_stopped(work: impl Future<Output = Ending>) -> Ending {
    tokio::select! {
        ending = work => ending,
        status = stopped() => status.into(),
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
