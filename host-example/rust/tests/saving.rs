//! Answers that go into a file, byte by byte, against sockets of this machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise, too"
)]

mod wire;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use atlas_host::{
    DownloadFile, FileError, HttpClient, Observer, Request, ReqwestClient, Response, Saved, Silent,
    Storage, TransportError,
};
use tempfile::TempDir;
use wire::{read_request, request, server, until_closed};

const SHA256_OF_0_TO_9: &str = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";

/// A directory that `box` is downloaded to.
struct Scene {
    directory: TempDir,
    storage: Storage,
}

impl Scene {
    /// With what an earlier download has left.
    fn with(part: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("box.part"), part).unwrap();
        let mut file = DownloadFile::lock(directory.path().join("box")).unwrap();
        assert_eq!(file.size(), part.len() as u64);
        file.keep();
        Self {
            directory,
            storage: file.into(),
        }
    }

    fn part(&self) -> String {
        fs::read_to_string(self.directory.path().join("box.part")).unwrap()
    }

    /// What comes of an answer to a request for what is behind `offset`.
    async fn get(&mut self, offset: u64, answer: &str) -> Response {
        let (url, served) = answering(answer.to_owned());
        let response = self.send(&saved_at(&url, offset), &Silent).await.unwrap();
        served.join().unwrap();
        response
    }

    async fn send(
        &mut self,
        request: &Request,
        observer: &dyn Observer,
    ) -> Result<Response, TransportError> {
        let client = ReqwestClient::new();
        client.send(request, &mut self.storage, observer).await
    }
}

/// A server that gives this answer, and closes the connection.
fn answering(answer: String) -> (String, thread::JoinHandle<()>) {
    server(move |mut stream| {
        read_request(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
    })
}

/// A server that gives so much of an answer, and then waits for the client to go.
fn standing_still(answer: &'static str) -> String {
    let (url, _) = server(move |mut stream| {
        read_request(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        until_closed(stream);
    });
    url
}

fn saved_at(url: &str, offset: u64) -> Request {
    Request {
        save_at: Some(offset),
        save_limit: 1 << 30,
        response_limit: 5,
        ..request(url)
    }
}

fn whole(size: u64) -> Option<Saved> {
    Some(Saved {
        size,
        sha256: Some(SHA256_OF_0_TO_9.to_owned()),
        error: None,
    })
}

fn broken(size: u64, error: TransportError) -> Option<Saved> {
    Some(Saved {
        size,
        sha256: None,
        error: Some(error),
    })
}

#[tokio::test]
async fn a_whole_file_takes_the_place_of_what_is_there() {
    let mut scene = Scene::with("something longer than it");
    let answer = "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 10\r\n\r\n0123456789";
    let response = scene.get(4, answer).await;
    assert_eq!((response.status, response.body), (200, Vec::new()));
    assert_eq!(response.saved, whole(10));
    assert!(response.headers.contains(&("x-a".into(), "1".into())));
    assert_eq!(scene.part(), "0123456789");
    let file = scene.storage.download().unwrap();
    file.finish().await.unwrap();
    let output = file.output().to_owned();
    assert_eq!(fs::read_to_string(&output).unwrap(), "0123456789");
    drop(scene.storage);
    assert_eq!(names(scene.directory.path()), ["box"]);
}

#[tokio::test]
async fn a_part_of_it_goes_to_its_place_and_is_hashed_with_what_is_before() {
    for there in ["0123", "0123xxxxxxxxxx"] {
        let mut scene = Scene::with(there);
        let answer = "HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\n\r\n456789";
        assert_eq!(scene.get(4, answer).await.saved, whole(10));
        assert_eq!(scene.part(), "0123456789");
    }
}

#[tokio::test]
async fn what_breaks_off_is_an_answer_and_can_be_gone_on_with() {
    let mut scene = Scene::with("");
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234";
    let interrupted = broken(5, TransportError::Interrupted);
    assert_eq!(scene.get(0, cut).await.saved, interrupted);
    assert_eq!(scene.part(), "01234");
    // The rest breaks off, too.
    let cut = "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\n56";
    let interrupted = broken(7, TransportError::Interrupted);
    assert_eq!(scene.get(5, cut).await.saved, interrupted);
    let rest = "HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\n789";
    assert_eq!(scene.get(7, rest).await.saved, whole(10));
}

#[tokio::test]
async fn other_answers_are_read_as_always() {
    let mut scene = Scene::with("0123");
    let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";
    let response = scene.get(4, answer).await;
    assert_eq!((&response.body[..], response.saved), (&b"none"[..], None));
    let long = "HTTP/1.1 500 Oh\r\nContent-Length: 6\r\n\r\nlonger";
    let (url, served) = answering(long.to_owned());
    let error = scene.send(&saved_at(&url, 4), &Silent).await.unwrap_err();
    assert_eq!(error, TransportError::ResponseTooLarge);
    served.join().unwrap();
    assert_eq!(scene.part(), "0123", "nothing was saved");
}

#[tokio::test]
async fn a_body_may_take_long_but_not_stand_still() {
    let slow = || {
        server(|mut stream| {
            read_request(&mut stream);
            let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
            stream.write_all(head).unwrap();
            for digit in b"0123456789" {
                thread::sleep(Duration::from_millis(250));
                // The client may have gone.
                let _ = stream.write_all(&[*digit]);
            }
        })
    };
    let mut scene = Scene::with("");
    let (url, served) = slow();
    let mut request = saved_at(&url, 0);
    request.answer_timeout_ms = 2000;
    let response = scene.send(&request, &Silent).await.unwrap();
    assert_eq!(response.saved, whole(10));
    served.join().unwrap();

    let url = standing_still("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012");
    let mut request = saved_at(&url, 0);
    request.idle_timeout_ms = 1000;
    let response = scene.send(&request, &Silent).await.unwrap();
    assert_eq!(response.saved, broken(3, TransportError::Timeout));

    let url = standing_still("");
    let mut request = saved_at(&url, 0);
    request.answer_timeout_ms = 200;
    let error = scene.send(&request, &Silent).await.unwrap_err();
    assert_eq!(error, TransportError::Timeout, "for the head");
}

#[derive(Default)]
struct Received(Mutex<Vec<(u64, Option<u64>)>>);

impl Observer for Received {
    fn received(&self, bytes: u64, of: Option<u64>) {
        self.0.lock().unwrap().push((bytes, of));
    }
}

#[tokio::test]
async fn a_large_body_is_shown_as_it_comes() {
    let content: Vec<u8> = (0..5_000_003_u32).map(|n| (n % 251) as u8).collect();
    let sent = content.clone();
    for (head, of) in [
        ("Content-Length: 5000003\r\n", Some(5_000_003)),
        // Until the connection is closed.
        ("", None),
    ] {
        let sent = sent.clone();
        let (url, served) = server(move |mut stream| {
            read_request(&mut stream);
            let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            let (first, rest) = sent.split_at(3_000_000);
            stream.write_all(first).unwrap();
            thread::sleep(Duration::from_millis(250));
            stream.write_all(rest).unwrap();
        });
        let (mut scene, received) = (Scene::with(""), Received::default());
        scene.send(&saved_at(&url, 0), &received).await.unwrap();
        served.join().unwrap();
        let part = fs::read(scene.directory.path().join("box.part"));
        assert!(part.unwrap() == content);
        let shown = received.0.into_inner().unwrap();
        assert!(shown.len() > 1, "{shown:?}");
        assert_eq!(shown.last(), Some(&(5_000_003, of)));
    }
}

#[tokio::test]
async fn what_can_not_be_written_is_not_asked_for() {
    let not_saved = |error| Err(TransportError::BodyNotSaved(error));
    let nobody = saved_at("http://127.0.0.1:9/", 4);
    // It is shorter than it was.
    let mut scene = Scene::with("012");
    let error = FileError::Other("it is shorter than it was".to_owned());
    assert_eq!(scene.send(&nobody, &Silent).await, not_saved(error));
    // It is a directory.
    let mut scene = Scene::with("");
    let part = scene.directory.path().join("box.part");
    fs::remove_file(&part).unwrap();
    fs::create_dir(&part).unwrap();
    let error = FileError::IsDirectory;
    assert_eq!(scene.send(&nobody, &Silent).await, not_saved(error));
    // There is none.
    let mut storage = Storage::default();
    let client = ReqwestClient::new();
    let answer = client.send(&nobody, &mut storage, &Silent).await;
    assert_eq!(answer, not_saved(FileError::NotFound));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_breaks_it_off() {
    let mut scene = Scene::with("");
    let part = scene.directory.path().join("box.part");
    fs::remove_file(&part).unwrap();
    std::os::unix::fs::symlink("/dev/full", part).unwrap();
    let (url, served) = server(|mut stream| {
        read_request(&mut stream);
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n";
        stream.write_all(head).unwrap();
        let _ = stream.write_all(&[0; 9_000_000]);
    });
    let response = scene.send(&saved_at(&url, 0), &Silent).await.unwrap();
    let error = TransportError::BodyNotSaved(FileError::NoSpace);
    assert_eq!(response.saved, broken(0, error));
    drop(served);
}

#[tokio::test]
async fn one_at_a_time_downloads_to_a_place_and_leaves_nothing_there() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("box");
    let mut file = DownloadFile::lock(&output).unwrap();
    assert_eq!(DownloadFile::lock(&output).unwrap_err(), FileError::InUse);
    file.open(0).await.unwrap();
    assert_eq!(names(directory.path()), ["box.part", "box.part.lock"]);
    drop(file);
    assert!(names(directory.path()).is_empty());
    let error = DownloadFile::lock(directory.path()).unwrap_err();
    assert_eq!(error, FileError::IsDirectory);
    let nowhere = DownloadFile::lock(directory.path().join("missing/box"));
    assert_eq!(nowhere.unwrap_err(), FileError::NotFound);
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}
