//! Packer's output: what a person sees.
//!
//! That nobody sees a text is no reason to stop, so errors of these calls go to Packer's log.

use serde::Serialize;
use serde::de::IgnoredAny;

use super::client::{CallError, Client};
use super::messages::TrackProgress;

/// Packer's output, under the name of the build.
pub struct Ui {
    client: Client,
}

/// A bar that Packer shows, if its output is a terminal.
pub struct Bar {
    client: Client,
    service: String,
}

impl Ui {
    /// The output that is served on that stream.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Shows a text as a detail of what goes on.
    pub async fn message(&self, text: &str) {
        log_error(self.call("Ui.Message", text).await);
    }

    /// Shows a bar for something of so many bytes; none if Packer has no bars.
    pub async fn bar(&self, what: &str, size: u64) -> Option<Bar> {
        let parameters = TrackProgress {
            src: what.to_owned(),
            total_size: size,
            current_size: 0,
        };
        let id: Result<String, _> = self.client.call("Ui.NewTrackProgress", &parameters).await;
        match id {
            Ok(id) => Some(Bar {
                client: self.client.clone(),
                service: format!("Ui{id}"),
            }),
            Err(error) => {
                log_error(Err(error));
                None
            }
        }
    }

    async fn call(
        &self,
        method: &str,
        argument: &(impl Serialize + ?Sized),
    ) -> Result<(), CallError> {
        let IgnoredAny = self.client.call(method, &argument).await?;
        Ok(())
    }
}

impl Bar {
    /// Moves it by so many bytes.
    pub async fn add(&self, bytes: u64) {
        log_error(self.call("Add", &bytes).await);
    }

    /// Takes it from the screen.
    pub async fn close(self) {
        log_error(self.call("Close", &()).await);
    }

    async fn call(&self, method: &str, argument: &impl Serialize) -> Result<(), CallError> {
        let method = format!("{}.{method}", self.service);
        let IgnoredAny = self.client.call(&method, argument).await?;
        Ok(())
    }
}

fn log_error(result: Result<(), CallError>) {
    if let Err(error) = result {
        go_plugin::log(&format!("Packer's output: {error}"));
    }
}
