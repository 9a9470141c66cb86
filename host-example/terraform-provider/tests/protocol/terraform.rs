//! Terraform's side: it starts the provider, connects, and calls.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use prost::Message;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use terraform_provider_atlas::TERRAFORM;
use terraform_provider_atlas::protocol::tls::CLIENT_CERTIFICATE;
use tokio::net::UnixStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

use super::key::Key;

/// Nothing takes longer, unless the provider hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program, as Terraform starts it, but for what is told in the environment.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-atlas"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["ATLAS", "TF_", "PLUGIN_"]
            .iter()
            .any(|begin| name.starts_with(begin))
        {
            command.env_remove(&*name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// The same with what Terraform tells.
pub fn started_by_terraform() -> Command {
    let mut command = command();
    command
        .env(TERRAFORM.magic_cookie, go_plugin::MAGIC_COOKIE_VALUE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A provider that has told where it is.
pub struct Started {
    pub process: Child,
    errors: BufReader<ChildStderr>,
    /// The parts of its line.
    pub line: Vec<String>,
}

impl Started {
    pub fn new(mut command: Command) -> Self {
        let mut process = command.spawn().unwrap();
        let errors = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let line = line.trim_end().split('|').map(str::to_owned).collect();
        Self {
            process,
            errors,
            line,
        }
    }

    pub fn socket(&self) -> &str {
        &self.line[3]
    }

    /// Its certificate, by which it is known.
    fn certificate(&self) -> CertificateDer<'static> {
        BASE64_STANDARD_NO_PAD.decode(&self.line[5]).unwrap().into()
    }

    /// A connection without TLS.
    pub async fn connect(&self) -> Result<Channel, tonic::transport::Error> {
        let socket = self.socket().to_owned();
        let connector = tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
        });
        endpoint().connect_with_connector(connector).await
    }

    /// A connection by TLS, as somebody who has this key.
    pub async fn connect_as(
        &self,
        key: Key,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Channel, tonic::transport::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_client_cert_resolver(key.resolver());
        config.alpn_protocols = vec![b"h2".to_vec()];
        let (socket, tls) = (
            self.socket().to_owned(),
            TlsConnector::from(Arc::new(config)),
        );
        let connector = tower::service_fn(move |_| {
            let (socket, tls) = (socket.clone(), tls.clone());
            async move {
                let stream = UnixStream::connect(socket).await?;
                let name = ServerName::try_from("localhost").unwrap();
                Ok::<_, std::io::Error>(TokioIo::new(tls.connect(name, stream).await?))
            }
        });
        endpoint().connect_with_connector(connector).await
    }

    /// Waits for its end: how it ended, and its log.
    pub fn end(mut self) -> (ExitStatus, String) {
        let begun = std::time::Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                self.process.kill().unwrap();
                panic!("the provider stays");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut log = String::new();
        self.errors.read_to_string(&mut log).unwrap();
        (status, log)
    }
}

fn endpoint() -> Endpoint {
    Endpoint::from_static("http://localhost").timeout(PATIENCE)
}

/// A provider with which one can talk.
pub struct Plugin {
    pub runtime: Runtime,
    pub started: Started,
    pub channel: Channel,
}

impl Plugin {
    /// With TLS, as every Terraform from 0.12 on has it.
    pub fn start(environment: &[(&str, &str)]) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut command = started_by_terraform();
        command
            .env(CLIENT_CERTIFICATE, super::key::ONE.1)
            .envs(environment.iter().copied());
        let started = Started::new(command);
        let connected = started.connect_as(super::key::ONE, rustls::DEFAULT_VERSIONS);
        let channel = runtime.block_on(connected).unwrap();
        Self {
            runtime,
            started,
            channel,
        }
    }

    /// A call, such as `tfplugin5.Provider/GetSchema`.
    pub fn call<Q, A>(&self, name: &'static str, request: Q) -> Result<A, Status>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        self.runtime
            .block_on(call(self.channel.clone(), name, request))
    }

    /// Tells it that there is no more to ask, and waits for its end.
    pub fn shut_down(self) -> (ExitStatus, String) {
        let called: Result<Nothing, _> = self.call("/plugin.GRPCController/Shutdown", Nothing {});
        called.unwrap();
        drop((self.channel, self.runtime));
        self.started.end()
    }
}

/// A message without anything in it.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Nothing {}

pub async fn call<Q, A>(channel: Channel, name: &'static str, request: Q) -> Result<A, Status>
where
    Q: Message + 'static,
    A: Message + Default + 'static,
{
    let mut grpc = Grpc::new(channel);
    grpc.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static(name);
    let codec = ProstCodec::default();
    let answer = grpc.unary(Request::new(request), path, codec).await?;
    Ok(answer.into_inner())
}
