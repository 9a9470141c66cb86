//! How the provider begins and ends, and whom it lets in.

use std::path::Path;
use std::process::Command;

use rustls::version::{TLS12, TLS13};
use terraform_provider_atlas::protocol::schema::Schemas;
use terraform_provider_atlas::protocol::tls::CLIENT_CERTIFICATE;
use tokio::runtime::Runtime;
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::key::{Key, ONE, OTHER};
use super::terraform::{Nothing, Plugin, Started, call, command, started_by_terraform};

const SCHEMA: &str = "/tfplugin5.Provider/GetSchema";

/// That it did not start, and why.
fn refused(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn people_are_told_that_it_is_a_plugin() {
    let text = refused(command());
    assert!(text.contains("This is a plugin for Terraform"), "{text}");
    assert!(text.contains("terraform init"), "{text}");
}

#[test]
fn an_old_terraform_is_told_what_it_needs() {
    let mut command = started_by_terraform();
    command.env_remove("PLUGIN_PROTOCOL_VERSIONS");
    let text = refused(command);
    assert!(text.contains("needs Terraform 0.12"), "{text}");
}

#[test]
fn a_certificate_that_is_none_is_told() {
    let mut command = started_by_terraform();
    command.env(CLIENT_CERTIFICATE, "none");
    let text = refused(command);
    assert!(
        text.contains("PLUGIN_CLIENT_CERT holds no certificate"),
        "{text}"
    );
}

#[test]
fn it_says_where_it_is_and_leaves_nothing_behind() {
    let plugin = Plugin::start(&[]);
    let line = &plugin.started.line;
    let parts = [&line[0], &line[1], &line[2], &line[4]].map(String::as_str);
    assert_eq!(parts, ["1", "5", "unix", "grpc"]);
    assert!(!line[5].contains('='), "without padding");
    let socket = plugin.started.socket().to_owned();
    assert!(Path::new(&socket).exists());
    let (status, log) = plugin.shut_down();
    assert!(status.success(), "{log}");
    assert!(!Path::new(&socket).exists());
}

#[test]
fn the_socket_is_where_terraform_wants_it() {
    let directory = tempfile::tempdir().unwrap();
    let wanted = directory.path().to_str().unwrap();
    let plugin = Plugin::start(&[("PLUGIN_UNIX_SOCKET_DIR", wanted)]);
    assert!(plugin.started.socket().starts_with(wanted));
    plugin.shut_down();
}

/// Whether somebody who has this key gets an answer.
fn is_let_in(key: Key, versions: &[&'static rustls::SupportedProtocolVersion]) -> bool {
    let runtime = Runtime::new().unwrap();
    let mut command = started_by_terraform();
    command.env(CLIENT_CERTIFICATE, ONE.1);
    let mut started = Started::new(command);
    let asked = runtime.block_on(async {
        // By TLS 1.3 a server refuses after the client's part is done.
        let channel = started.connect_as(key, versions).await.ok()?;
        ask(channel).await.ok()
    });
    started.process.kill().unwrap();
    started.process.wait().unwrap();
    std::fs::remove_file(started.socket()).unwrap();
    asked.is_some()
}

async fn ask(channel: Channel) -> Result<Schemas, Status> {
    call(channel, SCHEMA, Nothing {}).await
}

/// The certificate is no secret: other processes can read it. Its key is what counts.
#[test]
fn only_terraform_is_let_in() {
    for version in [&TLS12, &TLS13] {
        assert!(is_let_in(ONE, &[version]), "{version:?}");
        let another = OTHER;
        assert!(!is_let_in(another, &[version]), "{version:?}");
        let without_the_key = Key(OTHER.0, ONE.1);
        assert!(!is_let_in(without_the_key, &[version]), "{version:?}");
    }
}

/// Somebody who knocks without TLS is turned away, and does not end it.
#[test]
fn who_does_not_speak_tls_is_not_heard() {
    let plugin = Plugin::start(&[]);
    let asked = plugin.runtime.block_on(async {
        let channel = plugin.started.connect().await.ok()?;
        ask(channel).await.ok()
    });
    assert_eq!(asked, None);
    let again: Result<Schemas, _> = plugin.call(SCHEMA, Nothing {});
    assert!(again.is_ok());
    plugin.shut_down();
}

/// An older go-plugin tells no certificate.
#[test]
fn without_a_certificate_there_is_no_tls() {
    let started = Started::new(started_by_terraform());
    assert_eq!(started.line.len(), 5);
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let channel = started.connect().await.unwrap();
        ask(channel.clone()).await.unwrap();
        let ended = call(channel, "/plugin.GRPCController/Shutdown", Nothing {}).await;
        let _: Nothing = ended.unwrap();
    });
    drop(runtime);
    assert!(started.end().0.success());
}

/// Terraform asks newer things first.
#[test]
fn calls_that_there_are_not() {
    let plugin = Plugin::start(&[]);
    for call in [
        "/tfplugin5.Provider/GetFunctions",
        "/tfplugin5.Provider/GetMetadata",
        "/tfplugin6.Provider/GetProviderSchema",
        "/plugin.GRPCController/Start",
    ] {
        let answer: Result<Nothing, _> = plugin.call(call, Nothing {});
        assert_eq!(answer.unwrap_err().code(), Code::Unimplemented, "{call}");
    }
    plugin.shut_down();
}

/// go-plugin asks how a plugin is by its own name for all of them.
#[test]
fn it_is_well() {
    #[derive(Clone, PartialEq, Eq, prost::Message)]
    struct Question {
        #[prost(string, tag = "1")]
        service: String,
    }
    #[derive(Clone, PartialEq, Eq, prost::Message)]
    struct Health {
        #[prost(int32, tag = "1")]
        status: i32,
    }
    let plugin = Plugin::start(&[]);
    let question = Question {
        service: "plugin".into(),
    };
    let health: Health = plugin
        .call("/grpc.health.v1.Health/Check", question)
        .unwrap();
    assert_eq!(health.status, 1);
    plugin.shut_down();
}
