//! A server that answers as a test wants it to the last byte, and writes down what it was asked.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::http::{Request, kind, read_request};
use super::listening::Listening;

/// A running server.
pub struct HostileAtlas {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    _listening: Listening,
}

impl HostileAtlas {
    /// Starts one: `answer` gives all bytes of an answer to the nth request of a kind (`GET file`, …), after
    /// which the connection is closed.
    pub fn start(answer: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let asked = Arc::clone(&requests);
        let listening = Listening::start(listener, move |mut stream| {
            let Some(request) = read_request(&mut BufReader::new(stream.try_clone()?))? else {
                return Ok(());
            };
            let of = |request: &Request| kind(&request.method, &request.path);
            let kind = of(&request);
            let nth = {
                let mut asked = asked.lock().unwrap();
                asked.push(request);
                asked.iter().filter(|request| of(request) == kind).count()
            };
            stream.write_all(&answer(&kind, nth))
        });
        Self {
            url,
            requests,
            _listening: listening,
        }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// An answer. Its Content-Length is right, unless the headers hold one or another way to end.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Hostile\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let ends = ["Content-Length", "Transfer-Encoding"];
    if !headers.iter().any(|(name, _)| ends.contains(name)) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    [head.as_bytes(), b"\r\n", body].concat()
}
