//! What `atlas-host serve` takes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use atlas_server::{Limits, Options};
use clap::Args;

use super::storage::StorageOptions;

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    pub(crate) storage: StorageOptions,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Speak TLS with this certificate, and those that lead to one that is trusted, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Where clients reach this server if it is behind a proxy: https://atlas.example.com
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Tell everybody at /metrics what is counted, for Prometheus
    #[arg(long)]
    metrics: bool,
    /// How long requests under way may take when the server is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    shutdown_grace: u32,
    /// How long a request's head may take, and a connection may wait for one; 30 by default
    #[arg(long, value_name = "SECONDS")]
    head_timeout: Option<u32>,
    /// How long a body may stand still; 60 by default
    #[arg(long, value_name = "SECONDS")]
    body_timeout: Option<u32>,
    /// How many connections there are at once; 1000 by default
    #[arg(long, value_name = "NUMBER")]
    max_connections: Option<usize>,
}

impl ServeOptions {
    /// The same for the server.
    pub(crate) fn of_server(&self) -> Options {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let limits = Limits::default();
        let mut options = self
            .storage
            .options()
            .address(self.listen)
            .shutdown_grace(seconds(self.shutdown_grace))
            .metrics(self.metrics)
            .limits(Limits {
                head_timeout: self.head_timeout.map_or(limits.head_timeout, seconds),
                body_timeout: self.body_timeout.map_or(limits.body_timeout, seconds),
                connections: self.max_connections.unwrap_or(limits.connections),
            });
        if let (Some(cert), Some(key)) = (&self.tls_cert, &self.tls_key) {
            options = options.tls(cert, key);
        }
        options.public_url.clone_from(&self.url);
        options
    }
}
