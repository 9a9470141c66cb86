//! `atlas-host serve`: an Atlas on this machine.

use crate::arguments::ServeOptions;
use crate::process::stopped;
use crate::show;

/// Runs an Atlas until it is stopped.
pub(crate) async fn serve(options: &ServeOptions) -> u8 {
    let server = match atlas_server::start(options.of_server()).await {
        Ok(server) => server,
        Err(error) => {
            show::error("server-not-started", &error.to_string());
            return 1;
        }
    };
    show::result(&format!("Atlas listens on {}", server.url()));
    show::result(&format!(
        "Its data is in {}",
        options.storage.data().display()
    ));
    if let Some(token) = server.token() {
        show::result(&format!("Its token, shown this once: {token}"));
    }
    let status = stopped().await;
    show::line("Stopping when the requests under way are done; a second time stops at once.");
    tokio::select! {
        () = server.shutdown() => status,
        status = stopped() => status,
    }
}
