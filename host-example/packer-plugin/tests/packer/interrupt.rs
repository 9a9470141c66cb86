//! Ctrl-c.

use std::fs::File;
use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use atlas_server::axum::extract::Request;
use atlas_server::axum::http::Method;
use atlas_server::axum::middleware::{Next, from_fn};
use atlas_server::{Options, start_with};
use serde_json::json;

use super::support::atlas::TOKEN;
use super::workshop::{Workshop, signal};

const SIZE: u64 = 200 * 1024 * 1024;
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
/// By far longer than the test: an upload that is under way when Packer is stopped.
const STALLED: Duration = Duration::from_secs(300);

/// Packer, stopped while 200 MB are uploaded, ends at once, says why, and no file is in Atlas.
pub fn interrupted_upload() {
    let data = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options::new(data.path()).token(TOKEN);
    let server = start_with(options, |router| router.layer(from_fn(stall_uploads)));
    let server = runtime.block_on(server).unwrap();

    let workshop = Workshop::new();
    let mut file = File::create(workshop.root().join("disk.gz")).unwrap();
    // What begins so is sent as it is.
    file.write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\x03").unwrap();
    file.set_len(SIZE).unwrap();
    let artifact = json!({"builder-id": "packer.file", "id": "File", "files": ["disk.gz"]});
    workshop.write("artifact.json", artifact.to_string().as_bytes());
    let template = json!({
        "builders": [{"type": "stub", "artifact_json": "artifact.json"}],
        "post-processors": [{
            "type": "atlas",
            "artifact": "hashicorp/foobar",
            "artifact_type": "custom.image",
        }],
    });
    workshop.write("template.json", template.to_string().as_bytes());
    let mut packer = workshop.packer(&["build", "-color=false", "template.json"]);
    packer
        .env("ATLAS_ADDRESS", server.url())
        .env("ATLAS_TOKEN", TOKEN);
    let mut packer = workshop.start(packer);
    let started = Instant::now();
    while !workshop.output().contains("upload the file") {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "{}",
            workshop.output()
        );
        sleep(Duration::from_millis(10));
    }
    // It is under way, and in the middle of it.
    sleep(Duration::from_millis(300));

    signal(&packer, "INT");
    let stopped = Instant::now();
    let ended = workshop.end(&mut packer);
    assert!(
        stopped.elapsed() < STOPPED_WITHIN,
        "{:?}",
        stopped.elapsed()
    );
    assert_ne!(ended.status, Some(0));
    let text = "cancelled: nothing more is sent to Atlas";
    assert!(ended.output.contains(text), "{}", ended.output);
    assert_eq!(workshop.left_behind(), [""; 0]);

    let file = format!(
        "{}/api/v1/artifacts/hashicorp/foobar/custom.image/1/file",
        server.url()
    );
    let status = runtime.block_on(async {
        let client = reqwest::Client::builder()
            .tls_certs_only([])
            .build()
            .unwrap();
        let request = client.get(file).header("X-Atlas-Token", TOKEN);
        request.send().await.unwrap().status().as_u16()
    });
    assert_eq!(status, 404);
}

async fn stall_uploads(request: Request, next: Next) -> atlas_server::axum::response::Response {
    if request.method() == Method::PUT {
        tokio::time::sleep(STALLED).await;
    }
    next.run(request).await
}
