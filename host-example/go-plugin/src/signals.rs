//! Ctrl-c reaches every process of a terminal, but it is the host that says what is to stop.

use std::io;

/// Lets signals that end a process pass, from now on.
#[cfg(unix)]
pub fn ignore_signals() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // From the first listener on, the signal does not end the process any more.
    drop(signal(SignalKind::interrupt())?);
    drop(signal(SignalKind::terminate())?);
    Ok(())
}

/// Lets signals that end a process pass, from now on.
#[cfg(windows)]
pub fn ignore_signals() -> io::Result<()> {
    drop(tokio::signal::windows::ctrl_c()?);
    drop(tokio::signal::windows::ctrl_break()?);
    Ok(())
}
