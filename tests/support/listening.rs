//! A server's accept loop.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// Serves every connection to an address in a thread of its own, until it is dropped.
pub struct Listening {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Listening {
    /// Begins.
    pub fn start(
        listener: TcpListener,
        serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let (is_stopped, serve) = (Arc::clone(&stopped), Arc::new(serve));
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let serve = Arc::clone(&serve);
                // A client that goes away in the middle of a request is not this server's trouble.
                thread::spawn(move || stream.and_then(|stream| serve(stream)));
            }
        });
        Self {
            address,
            stopped,
            accepting: Some(accepting),
        }
    }
}

impl Drop for Listening {
    /// Stops it: connections are refused from now on.
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            // If it has panicked, it has said so.
            drop(accepting.join());
        }
    }
}
