//! A proxy on a bad line: it cuts connections after so many bytes, and counts what came through.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::listening::Listening;

/// A running proxy.
pub struct CuttingProxy {
    url: String,
    lines: Arc<Lines>,
    _listening: Listening,
}

/// Both directions.
struct Lines {
    up: Line,
    down: Line,
}

/// One direction.
struct Line {
    bytes: AtomicU64,
    /// After how many bytes connections are cut, the last one first.
    cuts: Mutex<Vec<u64>>,
    /// Which byte is another one at the end.
    flipped: Option<u64>,
}

/// What goes wrong in one direction.
#[derive(Default)]
pub struct Faults {
    /// After how many bytes connections are cut.
    pub cuts: Vec<u64>,
    /// Which byte is another one at the end.
    pub flipped: Option<u64>,
}

impl CuttingProxy {
    /// Starts one in front of a server.
    pub fn start(server: SocketAddr, up: Faults, down: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let lines = Arc::new(Lines {
            up: Line::new(up),
            down: Line::new(down),
        });
        let serving = Arc::clone(&lines);
        let listening = Listening::start(listener, move |client| {
            let server = TcpStream::connect(server)?;
            let (from, to) = (client.try_clone()?, server.try_clone()?);
            let lines = Arc::clone(&serving);
            let up = thread::spawn(move || lines.up.pass(&from, &to));
            let down = serving.down.pass(&server, &client);
            up.join().unwrap().and(down)
        });
        Self {
            url,
            lines,
            _listening: listening,
        }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many bytes came from clients so far.
    pub fn sent(&self) -> u64 {
        self.lines.up.bytes.load(Ordering::SeqCst)
    }

    /// How many bytes went to clients so far.
    pub fn received(&self) -> u64 {
        self.lines.down.bytes.load(Ordering::SeqCst)
    }

    /// How many cuts have not come to pass.
    pub fn cuts_left(&self) -> usize {
        let left = |line: &Line| line.cuts.lock().unwrap().len();
        left(&self.lines.up) + left(&self.lines.down)
    }
}

impl Line {
    fn new(faults: Faults) -> Self {
        let mut cuts = faults.cuts;
        cuts.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            bytes: AtomicU64::new(0),
            cuts: Mutex::new(cuts),
            flipped: faults.flipped,
        }
    }

    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream) -> io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = from.read(&mut buffer).unwrap_or(0);
            let before = self.bytes.fetch_add(read as u64, Ordering::SeqCst);
            if let Some(place) = self.flipped.and_then(|byte| byte.checked_sub(before))
                && let Some(byte) = buffer[..read].get_mut(usize::try_from(place).unwrap())
            {
                *byte ^= 1;
            }
            let is_cut = read == 0 || self.is_cut(before + read as u64);
            if to.write_all(&buffer[..read]).is_err() || is_cut {
                drop(to.shutdown(Shutdown::Both));
                drop(from.shutdown(Shutdown::Both));
                return Ok(());
            }
        }
    }

    fn is_cut(&self, bytes: u64) -> bool {
        let mut cuts = self.cuts.lock().unwrap();
        let is_cut = cuts.last().is_some_and(|cut| *cut <= bytes);
        while cuts.last().is_some_and(|cut| *cut <= bytes) {
            cuts.pop();
        }
        is_cut
    }
}
