//! A builder that makes nothing: its artifact is what a file says. It is served with the plugin's own
//! modules for the protocol.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use packer_plugin_atlas::protocol::handshake::{Version, connect};
use packer_plugin_atlas::protocol::messages::Configs;
use packer_plugin_atlas::protocol::mux::Mux;
use packer_plugin_atlas::protocol::server::{Reply, Service, argument, no_method, reply, serve};
use rmpv::Value;
use serde::Serialize;
use serde_json::Value as Json;

const NAME: &str = "packer-builder-stub";

/// Whether this program was started as the builder.
pub fn is_called() -> bool {
    let program = env::args_os().next().unwrap_or_default();
    Path::new(&program)
        .file_name()
        .is_some_and(|name| name == NAME)
}

/// Serves the builder until Packer is done with it.
pub fn run() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mux = Mux::of_plugin(connect(Version::V5).await.unwrap());
        let stream = mux.accept(0).await.unwrap();
        let builder = Builder {
            mux,
            artifact_file: Mutex::new(None),
        };
        serve(stream, Arc::new(builder)).await.unwrap();
    });
}

struct Builder {
    mux: Mux,
    artifact_file: Mutex<Option<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Prepared {
    generated_vars: Option<Vec<String>>,
    warnings: Option<Vec<String>>,
    error: Option<String>,
}

impl Service for Builder {
    async fn call(&self, method: &str, value: Value) -> Reply {
        match method {
            "Builder.Prepare" => {
                let configs: Configs = argument(method, value)?;
                let configs = configs.configs.iter();
                let mut files = configs.filter_map(|config| field(config, "artifact_json"));
                *self.artifact_file.lock().unwrap() = files.next();
                reply(&Prepared {
                    generated_vars: None,
                    warnings: None,
                    error: None,
                })
            }
            "Builder.Run" => {
                let file = self.artifact_file.lock().unwrap().clone();
                let file = file.ok_or("the builder `stub` needs `artifact_json`")?;
                let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
                let artifact = StubArtifact(serde_json::from_str(&text).unwrap());
                let number = self.mux.next_number();
                let mux = self.mux.clone();
                tokio::spawn(
                    async move { serve(mux.accept(number).await?, Arc::new(artifact)).await },
                );
                Ok(number.into())
            }
            "Builder.Cancel" => Ok(Value::Nil),
            _ => no_method(method),
        }
    }
}

fn field(map: &Value, name: &str) -> Option<String> {
    let entries = map.as_map()?.iter();
    let mut found = entries.filter(|(key, _)| key.as_str() == Some(name));
    found.next()?.1.as_str().map(str::to_owned)
}

/// An artifact, from its record.
struct StubArtifact(Json);

impl Service for StubArtifact {
    async fn call(&self, method: &str, value: Value) -> Reply {
        match method {
            "Artifact.BuilderId" => reply(&self.0["builder-id"]),
            "Artifact.Id" | "Artifact.String" => reply(&self.0["id"]),
            "Artifact.Files" => reply(&self.0["files"]),
            "Artifact.State" => match value.as_str() {
                Some("atlas.artifact.metadata") => reply(&self.0["metadata"]),
                Some("atlas.artifact.type") => reply(&self.0["artifact-type"]),
                _ => Ok(Value::Nil),
            },
            "Artifact.Destroy" => Ok(Value::Nil),
            _ => no_method(method),
        }
    }
}
