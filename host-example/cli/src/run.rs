//! Runs a command to its end, or until someone stops it.

use crate::arguments::{Arguments, Command};
use crate::exit_plan::ExitPlan;
use crate::process::until_stopped;
#[cfg(not(target_family = "wasm"))]
use crate::{admin, backup, demo, serve};
use crate::{channel, fetch, publish};

/// Runs a command to its end, or until someone stops it.
pub(crate) async fn run(arguments: Arguments) -> ExitPlan {
    match arguments.command {
        // It has an end of its own.
        #[cfg(not(target_family = "wasm"))]
        Command::Serve(options) => serve::serve(&options).await.into(),
        Command::Validate(work) => {
            until_stopped(async { publish::validate(&work).await.into() }).await
        }
        Command::Publish(work) => {
            let plan = until_stopped(publish::publish(&work)).await;
            plan.show_way_on(work.resume.as_ref());
            plan
        }
        Command::Find(find) => until_stopped(async { fetch::find(&find).await.into() }).await,
        Command::Download(download) => {
            let plan = until_stopped(fetch::download(&download)).await;
            plan.show_way_on(download.resume.as_ref());
            plan
        }
        Command::Channel(task) => {
            until_stopped(async { channel::channel(&task).await.into() }).await
        }
        // The system stops these: one that asks for a password has the terminal, and a copy that breaks off is none.
        #[cfg(not(target_family = "wasm"))]
        Command::Admin(task) => admin::admin(&task).await.into(),
        #[cfg(not(target_family = "wasm"))]
        Command::Backup(copy) => backup::backup(&copy).await.into(),
        #[cfg(not(target_family = "wasm"))]
        Command::Restore(copy) => backup::restore(&copy).await.into(),
        #[cfg(not(target_family = "wasm"))]
        Command::Demo => until_stopped(async { demo::demo().await.into() }).await,
    }
}
