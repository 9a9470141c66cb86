//! Many streams on one connection: yamux, and Packer's way to say which stream is which.
//!
//! Either side opens streams. The first four bytes on one are a number, in little-endian order; the
//! side that expected that number answers with the same four bytes. Who serves on a stream has told
//! the number to the other side before, in a call on an older one; 0 is the stream that is served from
//! the start. Each side counts its own numbers, so the same number may be in use in both directions.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt, TokioAsyncReadCompatExt};
use yamux::{Config, Connection, ConnectionError, Mode};

/// One stream.
pub type Stream = Compat<yamux::Stream>;

/// How long either side waits for the other to say which stream it means.
const PATIENCE: Duration = Duration::from_secs(5);

/// The streams of a connection. Cheap to clone; the connection closes with the last one.
#[derive(Clone)]
pub struct Mux {
    openings: mpsc::Sender<Opening>,
    expected: Arc<Expected>,
    last_number: Arc<AtomicU32>,
}

/// A stream that is to be opened.
type Opening = oneshot::Sender<Result<yamux::Stream, ConnectionError>>;

/// Streams that only one of the two sides has named yet.
#[derive(Default)]
struct Expected(Mutex<HashMap<u32, Half>>);

enum Half {
    Opened(Stream),
    Accepting(oneshot::Sender<Stream>),
}

impl Mux {
    /// The plugin's side of a connection.
    pub fn of_plugin(connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self::new(connection, Mode::Server)
    }

    /// Packer's side.
    pub fn of_packer(connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self::new(connection, Mode::Client)
    }

    fn new(connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, mode: Mode) -> Self {
        let connection = Connection::new(connection.compat(), Config::default(), mode);
        let (openings, requested) = mpsc::channel(1);
        let expected = Arc::new(Expected::default());
        tokio::spawn(drive(connection, requested, Arc::clone(&expected)));
        Self {
            openings,
            expected,
            last_number: Arc::default(),
        }
    }

    /// A number for a stream that this side is going to accept.
    pub fn next_number(&self) -> u32 {
        self.last_number.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Opens the stream of that number, on which the other side serves.
    pub async fn open(&self, number: u32) -> io::Result<Stream> {
        let (sender, opened) = oneshot::channel();
        let closed = || io::Error::from(io::ErrorKind::NotConnected);
        self.openings.send(sender).await.map_err(|_| closed())?;
        let stream = opened.await.map_err(|_| closed())?;
        let mut stream = stream.map_err(io::Error::other)?.compat();
        stream.write_u32_le(number).await?;
        stream.flush().await?;
        let acknowledged = timeout(PATIENCE, stream.read_u32_le()).await??;
        if acknowledged == number {
            Ok(stream)
        } else {
            let text = format!("stream {number} was taken for {acknowledged}");
            Err(io::Error::new(io::ErrorKind::InvalidData, text))
        }
    }

    /// Waits until the other side has opened the stream of that number, on which this side serves.
    pub async fn accept(&self, number: u32) -> io::Result<Stream> {
        let mut stream = match self.expected.accept(number) {
            Ok(stream) => stream,
            Err(opened) => match timeout(PATIENCE, opened).await {
                Ok(stream) => stream.map_err(|_| io::Error::from(io::ErrorKind::NotConnected))?,
                Err(elapsed) => {
                    self.expected.forget(number);
                    return Err(elapsed.into());
                }
            },
        };
        stream.write_u32_le(number).await?;
        stream.flush().await?;
        Ok(stream)
    }
}

impl Expected {
    fn halves(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Half>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream if it is there, else what will tell of it.
    fn accept(&self, number: u32) -> Result<Stream, oneshot::Receiver<Stream>> {
        let mut halves = self.halves();
        if let Some(Half::Opened(stream)) = halves.remove(&number) {
            return Ok(stream);
        }
        let (sender, opened) = oneshot::channel();
        halves.insert(number, Half::Accepting(sender));
        Err(opened)
    }

    fn opened(&self, number: u32, stream: Stream) {
        let mut halves = self.halves();
        if let Some(Half::Accepting(waiting)) = halves.remove(&number) {
            // Should it have given up just now, the stream closes.
            drop(waiting.send(stream));
        } else {
            halves.insert(number, Half::Opened(stream));
        }
    }

    fn forget(&self, number: u32) {
        self.halves().remove(&number);
    }
}

/// What happens on a connection.
enum Event {
    Opened(Opening, Result<yamux::Stream, ConnectionError>),
    Incoming(yamux::Stream),
    Ended,
}

/// Moves the connection's bytes until either side closes it.
async fn drive<T>(
    mut connection: Connection<Compat<T>>,
    mut requested: mpsc::Receiver<Opening>,
    expected: Arc<Expected>,
) where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut openings = VecDeque::new();
    loop {
        match poll_fn(|cx| next(&mut connection, &mut requested, &mut openings, cx)).await {
            Event::Opened(opening, stream) => drop(opening.send(stream)),
            Event::Incoming(stream) => {
                tokio::spawn(sort_in(stream.compat(), Arc::clone(&expected)));
            }
            Event::Ended => break,
        }
    }
    expected.halves().clear();
    // It may be closed already.
    let _ = poll_fn(|cx| connection.poll_close(cx)).await;
}

fn next<T>(
    connection: &mut Connection<Compat<T>>,
    requested: &mut mpsc::Receiver<Opening>,
    openings: &mut VecDeque<Opening>,
    cx: &mut Context<'_>,
) -> Poll<Event>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match requested.poll_recv(cx) {
            Poll::Ready(Some(opening)) => openings.push_back(opening),
            Poll::Ready(None) => return Poll::Ready(Event::Ended),
            Poll::Pending => break,
        }
    }
    if let Some(opening) = openings.pop_front() {
        match connection.poll_new_outbound(cx) {
            Poll::Ready(stream) => return Poll::Ready(Event::Opened(opening, stream)),
            Poll::Pending => openings.push_front(opening),
        }
    }
    // It has to be asked in any case: this is what moves the bytes of all streams.
    match connection.poll_next_inbound(cx) {
        Poll::Ready(Some(Ok(stream))) => Poll::Ready(Event::Incoming(stream)),
        Poll::Ready(Some(Err(_)) | None) => Poll::Ready(Event::Ended),
        Poll::Pending => Poll::Pending,
    }
}

/// Finds out which stream it is that the other side has opened, and keeps it for a while.
async fn sort_in(mut stream: Stream, expected: Arc<Expected>) {
    if let Ok(Ok(number)) = timeout(PATIENCE, stream.read_u32_le()).await {
        expected.opened(number, stream);
        tokio::time::sleep(PATIENCE).await;
        let mut halves = expected.halves();
        if matches!(halves.get(&number), Some(Half::Opened(_))) {
            halves.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Mux, Mux) {
        let (plugin, packer) = tokio::io::duplex(1024);
        (Mux::of_plugin(plugin), Mux::of_packer(packer))
    }

    #[tokio::test]
    async fn streams_meet_by_their_number_whoever_comes_first() {
        let (plugin, packer) = pair();
        for (serving, calling) in [(&plugin, &packer), (&packer, &plugin)] {
            let (first, second) = (serving.next_number(), serving.next_number());
            let (accepted_second, opened_first, accepted_first, opened_second) = tokio::join!(
                serving.accept(second),
                calling.open(first),
                serving.accept(first),
                calling.open(second),
            );
            for (accepted, opened, text) in [
                (accepted_first, opened_first, b"first."),
                (accepted_second, opened_second, b"second"),
            ] {
                opened.unwrap().write_all(text).await.unwrap();
                let mut read = [0; 6];
                accepted.unwrap().read_exact(&mut read).await.unwrap();
                assert_eq!(&read, text);
            }
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let (plugin, packer) = pair();
        let (accepted, opened) = tokio::join!(plugin.accept(7), packer.open(8));
        for waited in [accepted, opened] {
            let error = waited.map(drop).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
    }

    #[tokio::test]
    async fn a_closed_connection_ends_what_is_waited_for() {
        let (plugin, packer) = pair();
        let waiting = tokio::spawn(async move { plugin.accept(1).await.map(drop) });
        tokio::task::yield_now().await;
        drop(packer);
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotConnected);
    }
}
