//! An upload in pieces over a line that is cut again and again.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

use crate::support::Atlas;

const SIZE: usize = 40_000_000;

/// Where the line is cut, in bytes that have been sent: sizes of nothing, and no two alike.
const CUTS: [usize; 10] = [
    1, 900, 70_003, 2_400_001, 5_111_111, 5_200_000, 17_654_321, 23_456_789, 38_000_003, 40_100_000,
];

/// A line to `server` that counts what is sent, and ends a connection at each cut.
async fn line(server: SocketAddr, sent: Arc<AtomicUsize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let sent = Arc::clone(&sent);
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                let (mut from_client, mut to_client) = client.split();
                let (mut from_server, mut to_server) = server.split();
                let up = async {
                    let mut buffer = vec![0; 16 << 10];
                    while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
                        let before = sent.fetch_add(read, Ordering::SeqCst);
                        if CUTS.iter().any(|cut| (before..before + read).contains(cut)) {
                            return;
                        }
                        if to_server.write_all(&buffer[..read]).await.is_err() {
                            return;
                        }
                    }
                };
                let down = copy(&mut from_server, &mut to_client);
                tokio::select! { () = up => {}, _ = down => {} }
            });
        }
    });
    address
}

#[tokio::test]
async fn little_is_sent_twice() {
    let atlas = Atlas::start().await;
    let sent = Arc::new(AtomicUsize::new(0));
    let line = line(atlas.address(), Arc::clone(&sent)).await;
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let key = version["upload_token"].as_str().unwrap();
    let url = format!("http://{line}/_binstore/{key}");
    let content: Vec<u8> = (0..SIZE as u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();

    let begin = || atlas.client.post(&url).header("upload-complete", "?0");
    while begin().send().await.is_err() {}
    let mut offset = 0;
    let answer: Value = loop {
        let piece = atlas
            .client
            .patch(&url)
            .header("content-type", "application/partial-upload")
            .header("upload-offset", offset)
            .header("upload-complete", "?1")
            .body(content[offset..].to_vec());
        if let Ok(answer) = piece.send().await
            && answer.status() == 200
        {
            break answer.json().await.unwrap();
        }
        if let Ok(head) = atlas.client.head(&url).send().await {
            let told = head.headers()["upload-offset"].to_str().unwrap();
            let before = std::mem::replace(&mut offset, told.parse().unwrap());
            assert!(offset >= before);
        }
    };
    assert_eq!(answer["size"], SIZE);
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert!(file.bytes().await.unwrap() == content);
    let sent = sent.load(Ordering::SeqCst);
    println!("{sent} bytes were sent of {SIZE}");
    assert!(sent > CUTS[9] && sent < SIZE + SIZE / 10, "{sent}");
}
