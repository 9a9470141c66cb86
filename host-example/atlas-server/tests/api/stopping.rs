//! The end of a server, while others want something of it.

use std::time::{Duration, Instant};

use atlas_server::Options;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::connections::{SECOND, connect, rest};
use crate::support::{Atlas, TOKEN, eventually, options};

/// Begins to upload "content".
async fn half_an_upload(atlas: &Atlas) -> TcpStream {
    let version = json!({"id": "File", "file": true});
    let version = atlas.publish("t", version).await;
    let key = version["upload_token"].as_str().unwrap();
    let put = format!("PUT /_binstore/{key} HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\ncon");
    let upload = connect(atlas.address(), &put).await;
    sleep(SECOND / 5).await;
    upload
}

#[tokio::test]
async fn an_upload_under_way_is_finished() {
    let atlas = Atlas::start().await;
    let mut upload = half_an_upload(&atlas).await;
    let get =
        format!("GET /api/v1/authenticate HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\n\r\n");
    let mut idle = connect(atlas.address(), &get).await;
    assert_eq!(idle.read_u8().await.unwrap(), b'H');
    let address = atlas.address();
    let Atlas {
        directory, server, ..
    } = atlas;
    let stopping = tokio::spawn(server.shutdown());
    // It ends at once.
    rest(&mut idle).await;
    eventually("refusing", async || {
        TcpStream::connect(address).await.is_err()
    })
    .await;
    assert!(!stopping.is_finished());

    upload.write_all(b"tent").await.unwrap();
    let answer = rest(&mut upload).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    timeout(SECOND, stopping).await.unwrap().unwrap();

    let server = atlas_server::start(options(directory.path())).await;
    let atlas = Atlas::around(directory, server.unwrap());
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert_eq!(file.text().await.unwrap(), "content");
}

#[tokio::test]
async fn one_that_does_not_end_is_cut_off() {
    let grace = |options: Options| options.shutdown_grace(Duration::from_millis(500));
    let atlas = Atlas::start_with(grace).await;
    let mut upload = half_an_upload(&atlas).await;
    let start = Instant::now();
    atlas.server.shutdown().await;
    let took = start.elapsed();
    assert!(took > SECOND / 3 && took < 2 * SECOND, "{took:?}");
    assert_eq!(timeout(SECOND, rest(&mut upload)).await.unwrap(), "");
}
