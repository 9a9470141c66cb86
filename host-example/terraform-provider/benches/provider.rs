//! What Terraform waits for: `cargo bench --package terraform-provider-atlas`. Compare the figures of one run.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first surprise"
)]
#![allow(
    dead_code,
    missing_docs,
    reason = "most of this is written for the tests"
)]

#[path = "../../../tests/support/atlas.rs"]
mod atlas;
#[path = "../tests/protocol/conversation.rs"]
mod conversation;
#[path = "../tests/support/fixture.rs"]
mod fixture;
#[path = "../tests/protocol/key.rs"]
mod key;
#[path = "../tests/protocol/terraform.rs"]
mod terraform;

use divan::Bencher;
use fixture::Fixture;
use serde_json::json;
use terraform_provider_atlas::protocol::tls::CLIENT_CERTIFICATE;
use tokio::runtime::Runtime;

use atlas::{Atlas, TOKEN};
use terraform::{Plugin, Started, started_by_terraform};

fn main() {
    divan::main();
}

/// From the start of the program to the line that says where it is.
#[divan::bench(sample_size = 1)]
fn start_to_handshake(bencher: Bencher) {
    bencher.bench_local(|| {
        let mut command = started_by_terraform();
        command.env(CLIENT_CERTIFICATE, key::ONE.1);
        Ended(Started::new(command))
    });
}

/// A provider that is ended and waited for once its time is taken.
struct Ended(Started);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.process.kill().unwrap();
        self.0.process.wait().unwrap();
    }
}

/// An Atlas with an AMI.
fn filled() -> Atlas {
    let atlas = Atlas::start();
    let version = json!({
        "id": "us-east-1:ami-1", "metadata": {"region.us-east-1": "ami-1", "arch": "x64"},
    });
    atlas.publish("hashicorp/web/aws.ami", &version);
    atlas
}

/// The Atlas's answer alone, on a connection that is open already: what reading cannot be faster than.
#[divan::bench(sample_size = 1)]
fn answer(bencher: Bencher) {
    let atlas = filled();
    let (runtime, client) = (
        Runtime::new().unwrap(),
        reqwest::Client::builder()
            .tls_certs_only([])
            .build()
            .unwrap(),
    );
    let search = "api/v1/artifacts/hashicorp/web/aws.ami/search?version=latest";
    let url = format!("{}/{search}", atlas.url());
    bencher.bench_local(|| {
        runtime.block_on(async {
            let request = client.get(&url).header("X-Atlas-Token", TOKEN);
            let answer = request.send().await.unwrap();
            answer.error_for_status().unwrap().bytes().await.unwrap()
        })
    });
}

/// A data source is read: Terraform's call, the search by the component, the Atlas's answer, and the state.
#[divan::bench(sample_size = 1)]
fn read(bencher: Bencher) {
    let atlas = filled();
    let plugin = Plugin::start(&[]);
    plugin.configure(&[("address", atlas.url().into()), ("token", TOKEN.into())]);
    let artifact = [("name", "hashicorp/web".into()), ("type", "aws.ami".into())];
    bencher.bench_local(|| {
        let answer = plugin.read(&artifact);
        assert_eq!(answer.diagnostics, []);
        answer
    });
    plugin.shut_down();
}
