//! The beginning: where the plugin listens, and Packer's one connection.

use std::env;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::time::timeout;

/// The variable that tells a plugin that Packer has started it, and its value.
pub const MAGIC_COOKIE: (&str, &str) = (
    "PACKER_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// How long Packer waits for a plugin; afterwards there is no use in waiting for Packer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The protocol's version, which decides how the address is printed. What follows is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Packer up to 1.4: `4|unix|PATH`.
    V4,
    /// Packer 1.5 and 1.6: `5|unix|PATH`.
    V5,
    /// Packer 1.7 and later: `5|0|unix|PATH`.
    V5Minor,
}

/// Whether it was Packer that started this process.
pub fn started_by_packer() -> bool {
    let (name, value) = MAGIC_COOKIE;
    env::var_os(name).is_some_and(|cookie| cookie == value)
}

/// A connection with Packer.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

/// Listens, prints where, and waits for Packer.
pub async fn connect(version: Version) -> io::Result<Box<dyn Connection>> {
    ignore_signals()?;
    let connection = if cfg!(unix) {
        listen_on_socket(version).await
    } else {
        listen_on_port(version).await
    };
    connection.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => io::Error::new(error.kind(), "Packer has not connected"),
        _ => error,
    })
}

fn print_address(version: Version, network: &str, address: &str) -> io::Result<()> {
    let version = match version {
        Version::V4 => "4",
        Version::V5 => "5",
        Version::V5Minor => "5|0",
    };
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{version}|{network}|{address}")?;
    stdout.flush()
}

/// On a socket in the temporary directory, which only this user can connect to. It is removed once
/// Packer has connected.
#[cfg(unix)]
async fn listen_on_socket(version: Version) -> io::Result<Box<dyn Connection>> {
    let listener = tempfile::Builder::new()
        .prefix("packer-plugin")
        .make(|path| tokio::net::UnixListener::bind(path))?;
    print_address(version, "unix", &listener.path().to_string_lossy())?;
    let (connection, _) = timeout(PATIENCE, listener.as_file().accept()).await??;
    Ok(Box::new(connection))
}

#[cfg(not(unix))]
async fn listen_on_socket(version: Version) -> io::Result<Box<dyn Connection>> {
    listen_on_port(version).await
}

/// On a port of this machine, from those that Packer allows.
async fn listen_on_port(version: Version) -> io::Result<Box<dyn Connection>> {
    let allowed = port("PACKER_PLUGIN_MIN_PORT")?..=port("PACKER_PLUGIN_MAX_PORT")?;
    let listener = bind_port(allowed).await?;
    print_address(version, "tcp", &listener.local_addr()?.to_string())?;
    let (connection, _) = timeout(PATIENCE, listener.accept()).await??;
    connection.set_nodelay(true)?;
    Ok(Box::new(connection))
}

/// The first of these ports that is free.
async fn bind_port(allowed: RangeInclusive<u16>) -> io::Result<TcpListener> {
    let (least, most) = (*allowed.start(), *allowed.end());
    for port in allowed {
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
            return Ok(listener);
        }
    }
    let text = format!("no port from {least} to {most} is free");
    Err(io::Error::new(io::ErrorKind::AddrInUse, text))
}

fn port(name: &str) -> io::Result<u16> {
    let port = env::var(name).ok().and_then(|port| port.parse().ok());
    port.ok_or_else(|| io::Error::other(format!("Packer has set no port in {name}")))
}

/// Ctrl-c reaches every process of a terminal, but it is Packer that says what is to stop.
#[cfg(unix)]
fn ignore_signals() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // From the first listener on, the signal does not end the process any more.
    drop(signal(SignalKind::interrupt())?);
    drop(signal(SignalKind::terminate())?);
    Ok(())
}

#[cfg(windows)]
fn ignore_signals() -> io::Result<()> {
    drop(tokio::signal::windows::ctrl_c()?);
    drop(tokio::signal::windows::ctrl_break()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ports_in_use_are_passed_over() {
        // Others may take ports meanwhile: some beginning has a free one near it.
        for _ in 0..10 {
            let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = taken.local_addr().unwrap().port();
            let error = bind_port(port..=port).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
            assert!(error.to_string().contains(&port.to_string()), "{error}");
            if let Ok(listener) = bind_port(port..=port.saturating_add(9)).await {
                assert!(listener.local_addr().unwrap().port() > port);
                return;
            }
        }
        panic!("no port is free");
    }

    #[test]
    fn what_packer_has_not_set_is_named() {
        let error = port("PACKER_PLUGIN_NO_SUCH_PORT").unwrap_err();
        assert!(error.to_string().contains("PACKER_PLUGIN_NO_SUCH_PORT"));
    }
}
