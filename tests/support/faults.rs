//! A proxy in front of an Atlas, which does to requests what networks and servers do.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::http::{Request, kind, read_request};
use super::listening::Listening;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens. Whoever sends the request has to [`close`](FaultyAtlas::close) first.
    Refused,
    /// The connection breaks when the request has been read; Atlas never sees it.
    ResetBeforeAnswer,
    /// The connection breaks when half of its body has been read.
    ResetInBody,
    /// Atlas does what is asked, and the connection breaks then.
    AnswerLost,
    /// Atlas does what is asked, and the connection breaks in the middle of the answer.
    AnswerCut,
    /// Nothing of its body is read; Atlas never sees it.
    Stall,
    /// Nothing more happens; Atlas never sees it.
    Silence,
    /// Atlas does what is asked, and nothing more happens.
    SilenceAfter,
    /// This status instead; Atlas never sees it.
    Status(u16),
    /// Atlas does what is asked, and this status comes instead of its answer.
    StatusAfter(u16),
    /// Atlas does what is asked, and half of its answer comes as if it were the whole.
    Truncated,
    /// Atlas does what is asked, and a page of HTML comes instead of its answer.
    Html,
}

/// Where and how often it happens.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Which requests: `POST version`, …; `None` for all.
    pub on: Option<&'static str>,
    /// To how many of each kind.
    pub times: usize,
    pub fault: Fault,
    /// Whether Atlas gets to see idempotency keys.
    pub keys: bool,
}

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

    /// Whether the fault is to happen to the next request of this kind.
    pub fn is_due(&self, kind: &str) -> bool {
        self.shared.is_due(kind)
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

    fn is_due(&self, kind: &str) -> bool {
        let seen = self.seen.lock().unwrap().get(kind).copied().unwrap_or(0);
        self.plan.on.is_none_or(|on| on == kind) && seen < self.plan.times
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
        let is_due = self.is_due(&kind);
        self.count(&kind);
        match self.plan.fault {
            Fault::ResetInBody if is_due => return reset_in_body(&mut stream, &head),
            Fault::Stall if is_due => {
                thread::sleep(Duration::from_secs(60));
                return Ok(());
            }
            _ => {}
        }
        let mut reader = BufReader::new(stream.try_clone()?);
        let Some(request) = read_request(&mut reader)? else {
            return Ok(());
        };
        if !is_due {
            return stream.write_all(&self.forward(&request)?);
        }
        match self.plan.fault {
            Fault::Refused | Fault::Stall => stream.write_all(&self.forward(&request)?),
            Fault::ResetBeforeAnswer | Fault::ResetInBody => reset(&stream),
            Fault::AnswerLost => {
                self.forward(&request)?;
                reset(&stream)
            }
            Fault::AnswerCut => {
                let answer = self.forward(&request)?;
                // Whatever the answer, something of it is missing.
                stream.write_all(&answer[..answer.len() - 2])?;
                stream.shutdown(Shutdown::Both)
            }
            Fault::Silence => wait_for_end(&mut stream),
            Fault::SilenceAfter => {
                self.forward(&request)?;
                wait_for_end(&mut stream)
            }
            Fault::Status(status) => answer(&mut stream, status, ""),
            Fault::StatusAfter(status) => {
                self.forward(&request)?;
                answer(&mut stream, status, "")
            }
            Fault::Truncated => {
                let whole = String::from_utf8(self.forward(&request)?).unwrap();
                let body = whole.split_once("\r\n\r\n").unwrap().1;
                answer(&mut stream, 200, &body[..body.len() / 2])
            }
            Fault::Html => {
                self.forward(&request)?;
                answer(&mut stream, 200, "<html>gateway</html>")
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
        Ok(answer)
    }
}

fn answer(stream: &mut TcpStream, status: u16, body: &str) -> io::Result<()> {
    let length = body.len();
    let retry_after = match status {
        429 => "Retry-After: 2\r\n",
        _ => "",
    };
    let head = format!(
        "HTTP/1.1 {status} Faulty\r\n{retry_after}Content-Length: {length}\r\nConnection: close\r\n"
    );
    stream.write_all(format!("{head}\r\n{body}").as_bytes())
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
