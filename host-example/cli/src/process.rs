//! A command as a process of the system: what blocks it, and how someone stops it. In a WASI runtime there
//! is one thread and no signal: `wasi.rs`.

use std::io;

pub(crate) use crate::bar::Bar;
/// Who sends requests.
pub(crate) use atlas_host::ReqwestClient as Client;

/// Does all that a command does.
pub(crate) fn wait_for<T>(command: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(command);
    // A file that is still being read must not keep us.
    runtime.shutdown_background();
    Ok(done)
}

/// Does what blocks off this thread: a pipe that stays silent must not keep ctrl-c from being heard.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// How many columns the terminal has that people read.
pub(crate) fn width() -> Option<u32> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(io::stderr())?;
    Some(columns.into())
}

/// Does it, unless someone stops it first, which gives the status that shells have for that.
pub(crate) async fn until_stopped<T: From<u8>>(work: impl Future<Output = T>) -> T {
    tokio::select! {
        done = work => done,
        status = stopped() => status.into(),
    }
}

/// Waits for ctrl-c or SIGTERM; gives the status that shells have for it.
#[cfg(unix)]
pub(crate) async fn stopped() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // The system's own way to stop a process is left.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
    }
}

/// Waits for ctrl-c.
#[cfg(not(unix))]
pub(crate) async fn stopped() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 130,
        Err(_) => std::future::pending().await,
    }
}
