//! Work that blocks, and pauses: on a thread of its own, so that nobody else has to wait. In a composed
//! program nobody else is there.

use std::io;
use std::time::Duration;

/// Does something that blocks. It can ask whether anybody still waits for it: nobody does once the
/// future is dropped.
#[cfg(not(target_family = "wasm"))]
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().spawn(move || {
        let result = work(&|| !sender.is_closed());
        // Nobody may be waiting any more.
        drop(sender.send(result));
    })?;
    // If the thread has panicked, it has said so.
    done.await.map_err(io::Error::other)
}

/// Does something that blocks.
#[cfg(target_family = "wasm")]
pub(crate) async fn apart<T>(work: impl FnOnce(&dyn Fn() -> bool) -> T) -> io::Result<T> {
    Ok(work(&|| true))
}

/// Waits.
pub(crate) async fn pause(time: Duration) {
    #[cfg(not(target_family = "wasm"))]
    tokio::time::sleep(time).await;
    #[cfg(target_family = "wasm")]
    std::thread::sleep(time);
}
