//! Downloads that break off, are stopped or get in each other's way: what is kept, and what is not.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::describe::sha256;
use support::host::{Host, names, said};
use support::http::read_request;
use support::listening::Listening;

const SLUG: &str = "hashicorp/foobar/qemu.image";
const SIZE: usize = 4_000_000;
const HALF: usize = SIZE / 2;

fn content() -> Vec<u8> {
    (0..SIZE).map(|n| (n % 251) as u8).collect()
}

/// An Atlas that gives half of a file as long as it is `slow`, and then stays silent or breaks off.
struct HalfAtlas {
    url: String,
    is_slow: Arc<AtomicBool>,
    /// Says which bytes are asked for.
    asked: mpsc::Receiver<Option<String>>,
    _listening: Listening,
}

impl HalfAtlas {
    fn start(breaks_off: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let is_slow = Arc::new(AtomicBool::new(true));
        let (tell, asked) = mpsc::channel();
        let slow = Arc::clone(&is_slow);
        let listening = Listening::start(listener, move |stream| {
            let is_slow = slow.load(Ordering::SeqCst);
            serve(stream, is_slow, breaks_off, &tell)
        });
        Self {
            url,
            is_slow,
            asked,
            _listening: listening,
        }
    }

    fn download(&self, host: &Host, words: &[&str]) -> Command {
        let mut command = host.command("download");
        command
            .args([SLUG, "--output", "box", "--attempts", "1"])
            .args(words)
            .env("ATLAS_ADDRESS", &self.url);
        command
    }

    /// Starts one, and waits until half of the file is there.
    fn half_done(&self, host: &Host, words: &[&str]) -> Child {
        let child = self.download(host, words).spawn().unwrap();
        let patience = Duration::from_secs(60);
        assert_eq!(self.asked.recv_timeout(patience).unwrap(), None);
        thread::sleep(Duration::from_millis(500));
        child
    }
}

fn serve(
    mut stream: TcpStream,
    is_slow: bool,
    breaks_off: bool,
    asked: &mpsc::Sender<Option<String>>,
) -> io::Result<()> {
    let Some(request) = read_request(&mut BufReader::new(stream.try_clone()?))? else {
        return Ok(());
    };
    if request.path.ends_with("/search") {
        let version = json!({
            "slug": format!("{SLUG}/1"), "version": 1, "id": "File", "file": true,
            "size": SIZE, "sha256": sha256(&content()),
        });
        let body = json!({ "versions": [version] }).to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        return stream.write_all((head + &body).as_bytes());
    }
    let range = request.headers.get("range").cloned();
    let start: usize = match &range {
        Some(range) => range["bytes=".len()..range.len() - 1].parse().unwrap(),
        None => 0,
    };
    drop(asked.send(range));
    let status = match start {
        0 => "200 OK".to_owned(),
        start => format!(
            "206 Part\r\nContent-Range: bytes {start}-{}/{SIZE}",
            SIZE - 1
        ),
    };
    let length = SIZE - start;
    let head = format!("HTTP/1.1 {status}\r\nETag: \"a\"\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let end = if is_slow { HALF } else { SIZE };
    stream.write_all(&content()[start..end])?;
    if is_slow && !breaks_off {
        thread::sleep(Duration::from_secs(60));
    }
    Ok(())
}

/// The names that there are beside the template.
fn left(host: &Host) -> Vec<String> {
    let mut names = names(&host.root());
    names.retain(|name| name != "template.json");
    names.sort();
    names
}

#[test]
fn what_breaks_off_is_gone_on_with() {
    let (atlas, host) = (HalfAtlas::start(true), Host::new(""));
    let broken = atlas
        .download(&host, &["--resume", "checkpoint"])
        .output()
        .unwrap();
    assert_eq!(broken.status.code(), Some(1), "{}", said(&broken));
    assert!(said(&broken).ends_with("Run it again to go on from checkpoint.\n"));
    assert_eq!(left(&host), ["box.part", "checkpoint"]);
    assert!(fs::read(host.root().join("box.part")).unwrap() == content()[..HALF]);
    assert_eq!(atlas.asked.recv().unwrap(), None);

    // Who asks for something else is refused, and spoils nothing.
    let mut other = host.command("download");
    other.args([
        "hashicorp/foobar/other",
        "--output",
        "box",
        "--resume",
        "checkpoint",
    ]);
    let other = other.env("ATLAS_ADDRESS", &atlas.url).output().unwrap();
    assert_eq!(other.status.code(), Some(2), "{}", said(&other));
    assert_eq!(left(&host), ["box.part", "checkpoint"]);

    atlas.is_slow.store(false, Ordering::SeqCst);
    let done = atlas
        .download(&host, &["--resume", "checkpoint", "--json"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(atlas.asked.recv().unwrap(), Some(format!("bytes={HALF}-")));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(result["download"]["verified"], true);
    assert!(fs::read(host.root().join("box")).unwrap() == content());
    assert_eq!(left(&host), ["box"]);
}

#[test]
fn what_breaks_off_without_a_checkpoint_leaves_nothing() {
    let (atlas, host) = (HalfAtlas::start(true), Host::new(""));
    host.write("box", b"the one before");
    let broken = atlas.download(&host, &[]).output().unwrap();
    assert_eq!(broken.status.code(), Some(1), "{}", said(&broken));
    assert_eq!(left(&host), ["box"]);
    assert_eq!(
        fs::read(host.root().join("box")).unwrap(),
        b"the one before"
    );
}

#[test]
fn who_stops_it_can_go_on_or_has_nothing() {
    for (signal, status) in [("-INT", 130), ("-TERM", 143)] {
        for (words, kept) in [
            (&[][..], &[][..]),
            (&["--resume", "checkpoint"], &["box.part", "checkpoint"]),
        ] {
            let (atlas, host) = (HalfAtlas::start(false), Host::new(""));
            let mut child = atlas.half_done(&host, words);
            let id = child.id().to_string();
            assert!(
                Command::new("kill")
                    .args([signal, &id])
                    .status()
                    .unwrap()
                    .success()
            );
            assert_eq!(child.wait().unwrap().code(), Some(status));
            assert_eq!(left(&host), kept);

            atlas.is_slow.store(false, Ordering::SeqCst);
            let done = atlas.download(&host, words).output().unwrap();
            assert!(done.status.success(), "{}", said(&done));
            let asked = atlas.asked.recv().unwrap();
            assert_eq!(asked.is_some(), !kept.is_empty(), "{asked:?}");
            assert!(fs::read(host.root().join("box")).unwrap() == content());
            assert_eq!(left(&host), ["box"]);
        }
    }
}

#[test]
fn one_at_a_time_downloads_to_a_place() {
    let (atlas, host) = (HalfAtlas::start(false), Host::new(""));
    let mut first = atlas.half_done(&host, &[]);
    let second = atlas.download(&host, &[]).output().unwrap();
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(
        said(&second).contains("error[file-in-use]: box: "),
        "{}",
        said(&second)
    );
    assert!(atlas.asked.try_recv().is_err(), "it asked for the file");
    assert_eq!(left(&host), ["box.part", "box.part.lock"]);
    first.kill().unwrap();
    first.wait().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let (atlas, host) = (HalfAtlas::start(true), Host::new(""));
    std::os::unix::fs::symlink("/dev/full", host.root().join("box.part")).unwrap();
    // With a checkpoint, what is there is not removed at the start.
    let checkpoint = json!({
        "atlas_download": 1, "of": format!("{}/{SLUG}", atlas.url), "version": 1, "validator": "\"a\"",
    });
    host.write("checkpoint", checkpoint.to_string().as_bytes());
    let full = atlas
        .download(&host, &["--resume", "checkpoint"])
        .output()
        .unwrap();
    assert_eq!(full.status.code(), Some(1), "{}", said(&full));
    assert!(
        said(&full).contains("error[file-not-written]"),
        "{}",
        said(&full)
    );
}
