//! Packer's side: it starts the plugin, configures it, and serves it an artifact and an output.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use go_plugin::MAGIC_COOKIE_VALUE;
use packer_plugin_atlas::invocation::DEFAULT_NAME;
use packer_plugin_atlas::protocol::client::{CallError, Client};
use packer_plugin_atlas::protocol::handshake::PACKER;
use packer_plugin_atlas::protocol::messages::{Configs, PostProcessResponse, TrackProgress};
use packer_plugin_atlas::protocol::mux::Mux;
use packer_plugin_atlas::protocol::server::{Reply, Service, argument, no_method, serve};
use rmpv::Value;
use serde_json::Value as Json;
use tokio::net::UnixStream;

/// No call takes longer, unless the plugin hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A plugin that Packer has started. It is killed when it is dropped, as Packer does it.
pub struct Plugin {
    process: Child,
    errors: ChildStderr,
    _output: BufReader<ChildStdout>,
    mux: Mux,
    client: Client,
}

/// The program, as Packer starts it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_packer-plugin-atlas"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ATLAS") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

impl Plugin {
    /// Starts `start post-processor`, and connects.
    pub async fn start(environment: &[(&str, &str)]) -> Self {
        Self::start_with(
            &["start", "post-processor", "--protobuf", DEFAULT_NAME],
            environment,
        )
        .await
    }

    /// The same with these arguments.
    pub async fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut process = command(arguments)
            .env(PACKER.magic_cookie, MAGIC_COOKIE_VALUE)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let errors = process.stderr.take().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let parts: Vec<&str> = line.trim().splitn(4, '|').collect();
        assert_eq!(parts[..3], ["5", "0", "unix"], "{line}");
        let mux = Mux::of_packer(UnixStream::connect(parts[3]).await.unwrap());
        let client = Client::new(mux.open(0).await.unwrap());
        Self {
            process,
            errors,
            _output: output,
            mux,
            client,
        }
    }

    /// Calls `PostProcessor.` and this method.
    pub async fn call<T: serde::de::DeserializeOwned>(
        &self,
        method: &str,
        argument: &impl serde::Serialize,
    ) -> Result<T, CallError> {
        let method = format!("PostProcessor.{method}");
        let called = self.client.call(&method, argument);
        let answered = tokio::time::timeout(PATIENCE, called).await;
        answered.expect("the plugin does not answer")
    }

    /// Configures it with a block of HCL2, as Packer sends it.
    pub async fn configure(&self, block: &Json) -> Result<(), CallError> {
        let of_packer = [
            ("packer_build_name", "example"),
            ("packer_builder_type", "null"),
        ];
        let of_packer = of_packer.map(|(name, value)| (Value::from(name), Value::from(value)));
        let block = serde_json::json!({"value": block, "type": ["object", {}]});
        let configs = vec![
            Value::Map(of_packer.to_vec()),
            Value::Binary(block.to_string().into_bytes()),
        ];
        self.call("Configure", &Configs { configs }).await
    }

    /// Serves it an artifact and lets it publish.
    pub async fn post_process(&self, served: &Arc<Served>) -> PostProcessResponse {
        let number = self.mux.next_number();
        let (mux, served) = (self.mux.clone(), Arc::clone(served));
        tokio::spawn(async move {
            let stream = mux.accept(number).await?;
            // Else the connection would stay as long as the stream.
            drop(mux);
            serve(stream, served).await
        });
        self.call("PostProcess", &number).await.unwrap()
    }

    /// The artifact that it serves on a stream.
    pub async fn artifact(&self, stream: u32) -> Client {
        Client::new(self.mux.open(stream).await.unwrap())
    }

    /// Sends the process a signal.
    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let status = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status();
        assert!(status.unwrap().success());
    }

    /// Closes the connection and waits for the process; its exit status, and what it wrote for
    /// Packer's log.
    pub async fn hang_up(self) -> (Option<i32>, String) {
        let Self {
            mut process,
            mut errors,
            _output,
            mux,
            client,
        } = self;
        drop((mux, client));
        for _ in 0..500 {
            if let Some(status) = process.try_wait().unwrap() {
                let mut log = String::new();
                errors.read_to_string(&mut log).unwrap();
                return (status.code(), log);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        process.kill().unwrap();
        panic!("the plugin stays although Packer has gone");
    }
}

/// An artifact, and an output that remembers.
#[derive(Default)]
pub struct Served {
    files: Vec<String>,
    shown: Mutex<Shown>,
}

/// What was shown.
#[derive(Debug, Default, Clone)]
pub struct Shown {
    /// The texts, a line each.
    pub text: String,
    /// Bars: what for, of which size, how far they came, whether they were closed.
    pub bars: Vec<(String, u64, u64, bool)>,
}

impl Served {
    /// With an artifact that is made of these files.
    pub fn files(files: &[&str]) -> Self {
        Self {
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// What was shown so far.
    pub fn shown(&self) -> Shown {
        self.shown.lock().unwrap().clone()
    }
}

impl Service for Served {
    async fn call(&self, method: &str, value: Value) -> Reply {
        let mut shown = self.shown.lock().unwrap();
        // Go looks for the last dot.
        let (service, name) = method.rsplit_once('.').unwrap();
        match (service, name) {
            ("Artifact", "BuilderId") => Ok("mitchellh.amazonebs".into()),
            ("Artifact", "Id") => Ok("us-east-1:ami-0abc123".into()),
            ("Artifact", "Files") if self.files.is_empty() => Ok(Value::Nil),
            ("Artifact", "Files") => Ok(self
                .files
                .iter()
                .map(|file| Value::from(file.as_str()))
                .collect()),
            ("Artifact", "State") => match value.as_str() {
                Some("atlas.artifact.metadata") => {
                    Ok(Value::Map(vec![("region".into(), "us-east-1".into())]))
                }
                _ => Ok(Value::Nil),
            },
            ("Ui", "Say" | "Message" | "Error") => {
                let text: String = argument(method, value)?;
                shown.text += &format!("{text}\n");
                Ok(Value::Nil)
            }
            ("Ui", "NewTrackProgress") => {
                let bar: TrackProgress = argument(method, value)?;
                let id = format!("{}{}", bar.src, shown.bars.len());
                shown.bars.push((id.clone(), bar.total_size, 0, false));
                Ok(id.into())
            }
            (service, name @ ("Add" | "Close")) => {
                let id = service.strip_prefix("Ui").unwrap();
                let mut bars = shown.bars.iter_mut();
                let bar = bars.find(|bar| bar.0 == id).ok_or("rpc: no such bar")?;
                match name {
                    "Add" => bar.2 += value.as_u64().unwrap(),
                    _ => bar.3 = true,
                }
                Ok(Value::Nil)
            }
            _ => no_method(method),
        }
    }
}
