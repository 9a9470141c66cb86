//! A command in a WASI runtime: one thread, and whoever stops it stops the runtime.

use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Who sends requests.
pub(crate) use atlas_host::WasiClient as Client;

/// Does all that a command does. Nothing in it waits for something that another does: all of it blocks.
pub(crate) fn wait_for<T>(command: impl Future<Output = T>) -> io::Result<T> {
    work_below_pwd();
    let mut command = pin!(command);
    match command
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(done) => Ok(done),
        Poll::Pending => Err(io::Error::other("the command waits for nobody")),
    }
}

/// Runtimes pass no working directory on. A caller's is in `PWD`, if it is passed on and may be seen.
fn work_below_pwd() {
    if let Some(directory) = std::env::var_os("PWD") {
        // Where it can't be seen, paths are below the root, or below what the runtime calls `.`.
        let _ = std::env::set_current_dir(directory);
    }
}

/// Does what blocks.
pub(crate) async fn apart<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    work()
}

/// How many columns the terminal has: runtimes do not tell.
pub(crate) fn width() -> Option<u32> {
    None
}

/// Runtimes tell nothing of the terminal: no bar is drawn there.
pub(crate) enum Bar {}

impl Bar {
    pub(crate) fn new(_: Option<u64>) -> Option<Self> {
        None
    }

    pub(crate) fn move_to(&self, _: u64) {
        match *self {}
    }

    pub(crate) fn clear(&self) {
        match *self {}
    }
}

/// Does it.
pub(crate) async fn until_stopped<T>(work: impl Future<Output = T>) -> T {
    work.await
}
