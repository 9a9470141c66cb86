//! `atlas-host serve`: an Atlas on this machine.

use atlas_server::Options;

use super::arguments::ServeOptions;
use super::show;
use super::stopped;

/// Runs an Atlas until it is stopped.
pub(crate) async fn serve(options: &ServeOptions) -> u8 {
    let options_of_server = Options::new(&options.data).address(options.listen);
    let server = match atlas_server::start(options_of_server).await {
        Ok(server) => server,
        Err(error) => {
            show::error("server-not-started", &error.to_string());
            return 1;
        }
    };
    show::result(&format!("Atlas listens on {}", server.url()));
    show::result(&format!("Its data is in {}", options.data.display()));
    if let Some(token) = server.token() {
        show::result(&format!("Its token, shown this once: {token}"));
    }
    let status = stopped().await;
    server.shutdown().await;
    status
}
