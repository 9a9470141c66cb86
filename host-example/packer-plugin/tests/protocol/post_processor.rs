//! The calls of a post-processor, in Packer's order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use packer_plugin_atlas::protocol::client::CallError;
use rmpv::Value;
use serde_json::json;
use tokio::net::TcpListener;

use super::atlas::{Atlas, TOKEN};
use super::packer::{Plugin, Served};

/// Longer than a stop takes, shorter than any time-out.
const AT_ONCE: Duration = Duration::from_secs(20);

/// Does some work.
pub fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

/// A block of HCL2 for an Atlas.
pub fn block(url: &str) -> serde_json::Value {
    json!({
        "token": TOKEN,
        "artifact": "hashicorp/foobar",
        "artifact_type": "aws.ami",
        "artifact_type_override": null,
        "atlas_url": url,
        "metadata": {"by": "{{build_name}}"},
    })
}

/// Configured twice, as every post-processor of an HCL2 template is; then it publishes, and Packer
/// asks for what came of it.
#[test]
fn a_whole_build() {
    let atlas = Atlas::start();
    let (log, shown) = on_runtime(async {
        let plugin = Plugin::start(&[]).await;
        plugin.configure(&block(&atlas.url())).await.unwrap();
        plugin.configure(&block(&atlas.url())).await.unwrap();
        let served = Arc::new(Served::default());
        let response = plugin.post_process(&served).await;
        assert!(response.err.is_none(), "{:?}", response.err);
        assert!(response.keep && !response.force_override);

        let artifact = plugin.artifact(response.stream_id).await;
        let ask = async |method: &str| -> Value {
            let method = format!("Artifact.{method}");
            artifact.call(&method, &()).await.unwrap()
        };
        assert_eq!(ask("BuilderId").await, "packer.post-processor.atlas".into());
        assert_eq!(ask("Id").await, "hashicorp/foobar/aws.ami/1".into());
        assert_eq!(ask("String").await, "hashicorp/foobar/aws.ami (v1)".into());
        assert_eq!(ask("Files").await, Value::Array(vec![]));
        assert_eq!(ask("Destroy").await, Value::Nil);
        let state: Value = artifact.call("Artifact.State", &"x").await.unwrap();
        assert_eq!(state, Value::Nil);
        drop(artifact);

        let (status, log) = plugin.hang_up().await;
        assert_eq!(status, Some(0), "{log}");
        (log, served.shown().text)
    });
    let metadata = &atlas.versions("hashicorp/foobar/aws.ami")[0]["metadata"];
    assert_eq!(
        (&metadata["by"], &metadata["region"]),
        (&json!("example"), &json!("us-east-1"))
    );
    for text in [&log, &shown] {
        assert!(text.contains("verify the token"), "{text}");
        assert!(!text.contains(TOKEN), "{text}");
    }
    assert!(shown.contains(&format!("published {}/hashicorp/foobar", atlas.url())));
}

/// Bars go to their end, and are taken away; Atlas has the file.
#[test]
fn progress_is_shown() {
    let atlas = Atlas::start();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("disk.gz");
    let content = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), &[9; 3_000_000]].concat();
    std::fs::write(&file, &content).unwrap();
    let shown = on_runtime(async {
        let plugin = Plugin::start(&[("ATLAS_TOKEN", TOKEN)]).await;
        let mut block = block(&atlas.url());
        block["token"] = json!(null);
        plugin.configure(&block).await.unwrap();
        let served = Arc::new(Served::files(&[file.to_str().unwrap()]));
        let response = plugin.post_process(&served).await;
        assert!(response.err.is_none(), "{:?}", response.err);
        served.shown()
    });
    let size = content.len() as u64;
    assert_eq!(shown.bars, [("upload0".to_owned(), size, size, true)]);
    assert_eq!(atlas.file("hashicorp/foobar/aws.ami/1"), content);
}

#[test]
fn a_wrong_configuration_is_explained_at_once() {
    on_runtime(async {
        let plugin = Plugin::start(&[]).await;
        let block = json!({"token": TOKEN, "artifact": "foobar", "metadata": {"a": "{{nope}}"}});
        let error = plugin.configure(&block).await.unwrap_err();
        let CallError::Refused(text) = error else {
            panic!("{error}")
        };
        assert!(
            text.starts_with("3 errors in the post-processor `atlas`:"),
            "{text}"
        );
        for wanted in [
            "`artifact_type` must be set",
            "malformed slug",
            "nope",
            "help: ",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(!text.contains(TOKEN));
    });
}

#[test]
fn what_packer_never_sends_is_an_error_and_no_end() {
    on_runtime(async {
        let plugin = Plugin::start(&[]).await;
        let refused = async |method: &str, argument: Value| {
            let error = plugin.call::<Value>(method, &argument).await.unwrap_err();
            assert!(matches!(error, CallError::Refused(_)), "{error}");
            error.to_string()
        };
        let text = refused("Prepare", Value::Nil).await;
        assert_eq!(text, "rpc: can't find method PostProcessor.Prepare");
        refused("Configure", Value::Nil).await;
        refused("PostProcess", Value::from("one")).await;
        // It is there still.
        let response = plugin.post_process(&Arc::default()).await;
        let message = response.err.unwrap().message;
        assert_eq!(message, "Packer has not configured the post-processor");
    });
}

/// What Atlas refuses is an error of the result, not of the call.
#[test]
fn a_rejected_token_is_an_error_of_the_result() {
    let atlas = Atlas::start();
    on_runtime(async {
        let plugin = Plugin::start(&[]).await;
        let mut block = block(&atlas.url());
        block["token"] = json!("another.atlasv1.token");
        plugin.configure(&block).await.unwrap();
        let response = plugin.post_process(&Arc::default()).await;
        let message = response.err.unwrap().message;
        assert!(message.to_lowercase().contains("token"), "{message}");
        assert!(!message.contains("another.atlasv1.token"), "{message}");
        assert_eq!(response.stream_id, 0);
    });
}

/// Signals are Packer's business; `Cancel` stops it.
#[test]
fn cancel_stops_what_is_under_way() {
    on_runtime(async {
        // Somebody who takes connections and never answers.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", silent.local_addr().unwrap());
        let plugin = Plugin::start(&[]).await;
        plugin.configure(&block(&url)).await.unwrap();
        let served = Arc::default();
        let cancel = async {
            let connection = silent.accept().await.unwrap();
            plugin.signal("INT");
            plugin.signal("TERM");
            tokio::time::sleep(Duration::from_millis(200)).await;
            let cancelled = Instant::now();
            let result: Value = plugin.call("Cancel", &()).await.unwrap();
            assert_eq!(result, Value::Nil);
            (cancelled, connection)
        };
        let (response, (cancelled, _connection)) =
            tokio::join!(plugin.post_process(&served), cancel);
        assert!(cancelled.elapsed() < AT_ONCE, "{:?}", cancelled.elapsed());
        let message = response.err.unwrap().message;
        assert_eq!(message, "cancelled: nothing more is sent to Atlas");
    });
}

/// A Packer that was killed can't cancel anything.
#[test]
fn without_packer_nothing_goes_on() {
    on_runtime(async {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", silent.local_addr().unwrap());
        let plugin = Plugin::start(&[]).await;
        plugin.configure(&block(&url)).await.unwrap();
        let served = Arc::default();
        tokio::select! {
            _ = plugin.post_process(&served) => panic!("nobody has answered"),
            _ = silent.accept() => {}
        }
        let gone = Instant::now();
        plugin.hang_up().await;
        assert!(gone.elapsed() < AT_ONCE, "{:?}", gone.elapsed());
    });
}
