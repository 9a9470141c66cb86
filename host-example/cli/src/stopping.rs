//! How someone stops a command.

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
