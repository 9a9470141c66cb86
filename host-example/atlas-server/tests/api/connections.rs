//! Clients that hold connections for nothing.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use atlas_server::Limits;
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    process::Process,
    support::{Atlas, TOKEN, client, eventually},
};

pub const SECOND: Duration = Duration::from_secs(1);

pub async fn connect(address: SocketAddr, sent: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(sent.as_bytes()).await.unwrap();
    connection
}

async fn half_heads(address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut connections = Vec::new();
    for _ in 0..count {
        connections.push(connect(address, "GET /api/v1/authenticate HTTP/1.1\r\nHost:").await);
    }
    connections
}

/// Whether a request is answered within a second.
async fn is_served(url: &str) -> bool {
    let request = client().get(format!("{url}/api/v1/authenticate"));
    let answer = request
        .header("x-atlas-token", TOKEN)
        .timeout(10 * SECOND)
        .send();
    answer.await.is_ok_and(|answer| answer.status() == 200)
}

/// What comes on a connection until the server closes it, which it does within a few seconds.
pub async fn rest(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = connection.read_to_end(&mut answer);
    // A reset is an end, too.
    drop(timeout(20 * SECOND, read).await.unwrap());
    String::from_utf8(answer).unwrap()
}

fn patient(limits: Limits) -> Limits {
    Limits {
        head_timeout: 100 * SECOND,
        body_timeout: 100 * SECOND,
        ..limits
    }
}

#[tokio::test]
async fn half_a_head_is_waited_for_and_not_longer() {
    let limits = Limits {
        head_timeout: SECOND / 2,
        ..patient(Limits::default())
    };
    let atlas = Atlas::start_with(|options| options.limits(limits)).await;
    let start = Instant::now();
    let mut half = half_heads(atlas.address(), 1).await.remove(0);
    // So is the head of a next request.
    let whole =
        format!("GET /api/v1/authenticate HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\n\r\n");
    let mut idle = connect(atlas.address(), &whole).await;
    rest(&mut half).await;
    assert!(start.elapsed() >= SECOND / 3, "{:?}", start.elapsed());
    assert!(rest(&mut idle).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_that_stands_still_ends_and_what_came_of_a_piece_is_kept() {
    let limits = Limits {
        body_timeout: SECOND / 2,
        ..patient(Limits::default())
    };
    let atlas = Atlas::start_with(|options| options.limits(limits)).await;
    let post = format!(
        "POST /api/v1/artifacts HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\nContent-Length: 9\r\n\r\n{{"
    );
    let answer = rest(&mut connect(atlas.address(), &post).await).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");

    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let path = format!("/_binstore/{}", version["upload_token"].as_str().unwrap());
    let put = format!("PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\ncon");
    rest(&mut connect(atlas.address(), &put).await).await;
    eventually("cleaning up", async || atlas.blobs().is_empty()).await;

    let url = format!("{}{path}", atlas.server.url());
    let begin = atlas.client.post(&url).header("upload-complete", "?0");
    assert_eq!(begin.send().await.unwrap().status(), 201);
    let patch = format!(
        "PATCH {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/partial-upload\r\n\
         Upload-Offset: 0\r\nUpload-Complete: ?1\r\nContent-Length: 9\r\n\r\ncon"
    );
    rest(&mut connect(atlas.address(), &patch).await).await;
    let head = atlas.client.head(&url).send().await.unwrap();
    assert_eq!(head.headers()["upload-offset"], "3");
}

#[tokio::test]
async fn an_answer_that_is_not_read_ends() {
    const SIZE: usize = 64 << 20;
    let limits = Limits {
        body_timeout: 2 * SECOND,
        ..patient(Limits::default())
    };
    let atlas = Atlas::start_with(|options| options.limits(limits)).await;
    atlas.publish_file("t", &"x".repeat(SIZE)).await;
    let get = format!(
        "GET /api/v1/artifacts/hashicorp/web/t/1/file HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    let mut idle = connect(atlas.address(), &get).await;
    let mut slow = connect(atlas.address(), &get).await;
    for _ in 0..10 {
        slow.read_exact(&mut vec![0; SIZE / 12]).await.unwrap();
        tokio::time::sleep(SECOND / 3).await;
    }
    assert!(rest(&mut idle).await.len() < SIZE);
    assert!(rest(&mut slow).await.len() > SIZE / 12);
}

#[tokio::test]
async fn half_heads_give_way() {
    for connections in [32, 1000] {
        let limits = Limits {
            connections,
            ..patient(Limits::default())
        };
        let atlas = Atlas::start_with(|options| options.limits(limits)).await;
        let held = half_heads(atlas.address(), 200).await;
        assert!(
            is_served(&atlas.server.url()).await,
            "{connections} connections"
        );
        drop(held);
    }
}

#[tokio::test]
async fn half_heads_give_way_where_file_descriptors_are_few() {
    let directory = TempDir::new().unwrap();
    let process = Process::start(directory.path(), 64);
    let address = process
        .url
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let held = half_heads(address, 200).await;
    assert!(is_served(&process.url).await);
    drop(held);
}

#[tokio::test]
async fn requests_keep_their_places_and_others_wait() {
    let limits = Limits {
        connections: 2,
        ..patient(Limits::default())
    };
    let atlas = Atlas::start_with(|options| options.limits(limits)).await;
    let post = format!(
        "POST /api/v1/artifacts HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\nConnection: close\r\nContent-Length: 9\r\n\r\n"
    );
    let mut first = connect(atlas.address(), &post).await;
    let _second = connect(atlas.address(), &post).await;
    tokio::time::sleep(SECOND / 5).await;
    let get = format!(
        "GET /api/v1/authenticate HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    let mut third = connect(atlas.address(), &get).await;
    let early = timeout(SECOND / 2, third.read_u8()).await;
    assert!(early.is_err(), "no answer yet, and no end either");
    first.write_all(b"not JSON!").await.unwrap();
    assert!(rest(&mut first).await.starts_with("HTTP/1.1 400"));
    assert!(rest(&mut third).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn nobody_without_a_request_delays_the_end() {
    let atlas = Atlas::start_with(|options| options.limits(patient(Limits::default()))).await;
    let held = half_heads(atlas.address(), 3).await;
    tokio::time::sleep(SECOND / 5).await;
    let start = Instant::now();
    atlas.server.shutdown().await;
    assert!(start.elapsed() < 20 * SECOND);
    drop(held);
}
