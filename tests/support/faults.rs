//! A proxy in front of an Atlas, which does to requests what networks and servers do.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::fault_plan::{Fault, Plan};
use super::http::{Request, kind, read_request};
use super::listening::Listening;

/// The proxy.
pub struct FaultyAtlas {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// None while it is closed.
    listening: Mutex<Option<Listening>>,
}

struct Shared {
    upstream: SocketAddr,
    plan: Plan,
    seen: Mutex<HashMap<String, usize>>,
    is_healed: AtomicBool,
}

impl FaultyAtlas {
    /// One in front of the Atlas at that URL.
    pub fn start(upstream: &str, plan: Plan) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let upstream = upstream.strip_prefix("http://").unwrap().parse().unwrap();
        let shared = Arc::new(Shared {
            upstream,
            plan,
            seen: Mutex::default(),
            is_healed: AtomicBool::new(false),
        });
        Self {
            address,
            listening: Mutex::new(Some(shared.listen(listener))),
            shared,
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What is to happen to the next request of this kind.
    pub fn fault(&self, kind: &str) -> Option<Fault> {
        self.shared.fault(kind)
    }

    /// How many requests of a kind there were.
    pub fn seen(&self, kind: &str) -> usize {
        self.shared.seen(kind)
    }

    /// Nothing happens any more.
    pub fn heal(&self) {
        self.shared.is_healed.store(true, Ordering::SeqCst);
        self.open();
    }

    /// Notes that it has happened, where nobody was there to see it.
    pub fn happened(&self, kind: &str) {
        self.shared.count(kind);
    }

    /// Stops to listen: connections are refused from now on.
    pub fn close(&self) {
        self.listening.lock().unwrap().take();
    }

    /// Listens again, if it had stopped.
    pub fn open(&self) {
        let mut listening = self.listening.lock().unwrap();
        if listening.is_none() {
            let listener = TcpListener::bind(self.address).unwrap();
            *listening = Some(self.shared.listen(listener));
        }
    }
}

impl Shared {
    fn listen(self: &Arc<Self>, listener: TcpListener) -> Listening {
        let shared = Arc::clone(self);
        Listening::start(listener, move |stream| shared.pass(stream))
    }

    fn seen(&self, kind: &str) -> usize {
        self.seen.lock().unwrap().get(kind).copied().unwrap_or(0)
    }

    fn fault(&self, kind: &str) -> Option<Fault> {
        let mut seen = self.seen(kind);
        if self.is_healed.load(Ordering::SeqCst) {
            return None;
        }
        if let Some((_, fault)) = self.plan.before.filter(|(before, _)| *before == kind) {
            match seen {
                0 => return Some(fault),
                _ => seen -= 1,
            }
        }
        let is_due = self.plan.on.is_none_or(|on| on == kind) && seen < self.plan.times;
        is_due.then_some(self.plan.fault)
    }

    fn count(&self, kind: &str) {
        *self
            .seen
            .lock()
            .unwrap()
            .entry(kind.to_owned())
            .or_default() += 1;
    }

    /// Passes one request on, and the answer back, or does what the plan says.
    fn pass(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = stream;
        let mut peeked = [0; 1024];
        let length = stream.peek(&mut peeked)?;
        let head = String::from_utf8_lossy(&peeked[..length]).into_owned();
        let mut words = head.split([' ', '?']);
        let kind = kind(
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let fault = self.fault(&kind);
        self.count(&kind);
        match fault {
            Some(Fault::ResetInBody) => return reset_in_body(&mut stream, &head),
            Some(Fault::Stall) => {
                thread::sleep(Duration::from_secs(60));
                return Ok(());
            }
            _ => {}
        }
        let mut reader = BufReader::new(stream.try_clone()?);
        let Some(request) = read_request(&mut reader)? else {
            return Ok(());
        };
        let Some(fault) = fault else {
            return stream.write_all(&self.forward(&request)?);
        };
        let mut answer = |status, body: &[u8]| answer(&mut stream, &request, status, body);
        match fault {
            Fault::Refused | Fault::Stall | Fault::ResetInBody => Ok(()),
            Fault::ResetBeforeAnswer => reset(&stream),
            Fault::AnswerLost => {
                self.forward(&request)?;
                reset(&stream)
            }
            Fault::AnswerCut => {
                stream.write_all(beginning(&self.forward(&request)?))?;
                stream.shutdown(Shutdown::Both)
            }
            Fault::AnswerStalls => {
                stream.write_all(beginning(&self.forward(&request)?))?;
                wait_for_end(&mut stream)
            }
            Fault::Silence => wait_for_end(&mut stream),
            Fault::SilenceAfter => {
                self.forward(&request)?;
                wait_for_end(&mut stream)
            }
            Fault::Status(status) => answer(status, b""),
            Fault::StatusAfter(status) => {
                self.forward(&request)?;
                answer(status, b"")
            }
            Fault::Truncated => {
                let whole = self.forward(&request)?;
                let body = &whole[body_start(&whole)..];
                answer(200, &body[..body.len() / 2])
            }
            Fault::Html => {
                self.forward(&request)?;
                answer(200, b"<html>gateway</html>")
            }
        }
    }

    /// The whole answer of Atlas, head and all.
    fn forward(&self, request: &Request) -> io::Result<Vec<u8>> {
        let mut upstream = TcpStream::connect(self.upstream)?;
        let question = if request.query.is_empty() { "" } else { "?" };
        let mut head = format!(
            "{} {}{question}{} HTTP/1.1\r\nConnection: close\r\n",
            request.method, request.path, request.query
        );
        for (name, value) in &request.headers {
            if self.plan.keys || name != "idempotency-key" {
                head += &format!("{name}: {value}\r\n");
            }
        }
        upstream.write_all(format!("{head}\r\n").as_bytes())?;
        upstream.write_all(&request.body)?;
        let mut answer = Vec::new();
        upstream.read_to_end(&mut answer)?;
        if !self.plan.pieces {
            hide(&mut answer, b"upload_protocol");
        }
        Ok(answer)
    }
}

/// Makes another name of a name in the body of an answer, of the same length.
fn hide(answer: &mut [u8], name: &[u8]) {
    let is_there = |bytes: &[u8]| bytes == name;
    while let Some(at) = answer.windows(name.len()).position(is_there) {
        answer[at] = b'_';
    }
}

fn body_start(answer: &[u8]) -> usize {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    end.map_or(answer.len(), |end| end + 4)
}

/// Whatever the answer, something of it is missing.
fn beginning(answer: &[u8]) -> &[u8] {
    let missing = (answer.len() - body_start(answer)) / 2;
    &answer[..answer.len() - missing.max(2)]
}

fn answer(stream: &mut TcpStream, to: &Request, status: u16, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    let retry_after = match status {
        429 => "Retry-After: 2\r\n",
        _ => "",
    };
    let head = format!(
        "HTTP/1.1 {status} Faulty\r\n{retry_after}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let body = if to.method == "HEAD" { b"" } else { body };
    stream.write_all(&[head.as_bytes(), body].concat())
}

fn reset(stream: &TcpStream) -> io::Result<()> {
    // Closed with nothing lingering, a connection is reset.
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

fn reset_in_body(stream: &mut TcpStream, head: &str) -> io::Result<()> {
    let length = head.to_lowercase();
    let length = length.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    let body: usize = length.unwrap_or(0);
    let mut part = vec![0; head.find("\r\n\r\n").map_or(head.len(), |end| end + 4) + body / 2];
    stream.read_exact(&mut part)?;
    reset(stream)
}

/// Says nothing until the client is gone.
fn wait_for_end(stream: &mut TcpStream) -> io::Result<()> {
    stream.read_exact(&mut [0])
}
