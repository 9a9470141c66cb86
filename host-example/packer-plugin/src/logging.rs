//! Packer's log: every request and its answer, as the component's reporter tells them.

use std::time::Instant;

use atlas_host::{
    Error, HttpClient, Observer, Outcome, Reporter, Request, ReqwestClient, Response, Step,
    Storage, TransportError,
};
use go_plugin::log;
use tokio::sync::Mutex;

/// A client that writes to Packer's log what it does.
pub struct LoggingClient {
    client: ReqwestClient,
    reporter: Mutex<Reporter>,
}

impl LoggingClient {
    /// A client whose log is in this reporter's words.
    pub fn new(reporter: Reporter) -> Self {
        Self {
            client: ReqwestClient::new(),
            reporter: Mutex::new(reporter),
        }
    }
}

impl HttpClient for LoggingClient {
    async fn send(
        &self,
        request: &Request,
        storage: &mut Storage,
        observer: &dyn Observer,
    ) -> Result<Response, TransportError> {
        let mut reporter = self.reporter.lock().await;
        tell(reporter.step(&Step::Send(request.clone())).await);
        let started = Instant::now();
        let answer = self.client.send(request, storage, observer).await;
        let outcome = Outcome::from(answer.clone());
        tell(reporter.outcome(&outcome, started.elapsed()).await);
        answer
    }
}

fn tell(told: Result<Vec<String>, Error>) {
    match told {
        Ok(lines) => lines.iter().for_each(|line| log(line)),
        Err(error) => log(&error.to_string()),
    }
}
