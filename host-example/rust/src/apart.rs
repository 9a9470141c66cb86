//! Work that blocks, on a thread of its own.

use std::io;
use std::thread;

use tokio::sync::oneshot;

/// Does something that blocks. It can ask whether anybody still waits for it: nobody does once the
/// future is dropped.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = oneshot::channel();
    thread::Builder::new().spawn(move || {
        let result = work(&|| !sender.is_closed());
        // Nobody may be waiting any more.
        drop(sender.send(result));
    })?;
    // If the thread has panicked, it has said so.
    done.await.map_err(io::Error::other)
}
