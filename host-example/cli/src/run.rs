//! Runs a command to its end, or until someone stops it.

use crate::arguments::{Arguments, Command};
use crate::exit_plan::ExitPlan;
use crate::stopping::stopped;
use crate::{admin, backup, channel, demo, fetch, publish, serve};

/// Runs a command to its end, or until someone stops it.
pub(crate) async fn run(arguments: Arguments) -> ExitPlan {
    match arguments.command {
        // It has an end of its own.
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
        Command::Admin(task) => admin::admin(&task).await.into(),
        Command::Backup(copy) => backup::backup(&copy).await.into(),
        Command::Restore(copy) => backup::restore(&copy).await.into(),
        Command::Demo => until_stopped(async { demo::demo().await.into() }).await,
    }
}

async fn until_stopped(work: impl Future<Output = ExitPlan>) -> ExitPlan {
    tokio::select! {
        plan = work => plan,
        status = stopped() => status.into(),
    }
}
