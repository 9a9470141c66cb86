//! Where the plugin listens, and the line that says so.

use std::env;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::host::Host;

/// How long a host waits for a plugin; afterwards there is no use in waiting for the host.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The variable with the directory in which the host wants the socket.
#[cfg(unix)]
const SOCKET_DIRECTORY: &str = "PLUGIN_UNIX_SOCKET_DIR";

/// A connection with the host.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

/// Where the plugin listens: a socket that only this user can connect to, or, where there are none, a port
/// of this machine. The socket is removed when this is dropped.
pub struct Listener {
    host: Host,
    place: Place,
}

enum Place {
    #[cfg(unix)]
    Socket(tempfile::NamedTempFile<tokio::net::UnixListener>),
    Port(TcpListener),
}

impl Listener {
    /// Listens.
    pub async fn bind(host: &Host) -> io::Result<Self> {
        let place = if cfg!(unix) {
            Place::socket(host).await
        } else {
            Place::port(host).await
        };
        Ok(Self {
            host: *host,
            place: place?,
        })
    }

    /// Prints where it listens: after `before`, which tells the protocol's version, and before `after`,
    /// each of which has its own `|`.
    pub fn announce(&self, before: &str, after: &str) -> io::Result<()> {
        let (network, address) = self.place.address()?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{before}{network}|{address}{after}")?;
        stdout.flush()
    }

    /// The next connection.
    pub async fn accept(&self) -> io::Result<Box<dyn Connection>> {
        self.place.accept().await
    }

    /// The first connection, which must come soon.
    pub async fn first(&self) -> io::Result<Box<dyn Connection>> {
        let accepted = timeout(PATIENCE, self.accept()).await;
        accepted.unwrap_or_else(|_| {
            let text = format!("{} has not connected", self.host.name);
            Err(io::Error::new(io::ErrorKind::TimedOut, text))
        })
    }
}

impl Place {
    #[cfg(unix)]
    async fn socket(host: &Host) -> io::Result<Self> {
        let directory = env::var_os(SOCKET_DIRECTORY).filter(|directory| !directory.is_empty());
        let directory = directory.map_or_else(env::temp_dir, Into::into);
        let mut name = tempfile::Builder::new();
        name.prefix(host.socket_prefix);
        let socket = name.make_in(directory, |path| tokio::net::UnixListener::bind(path))?;
        Ok(Self::Socket(socket))
    }

    #[cfg(not(unix))]
    async fn socket(host: &Host) -> io::Result<Self> {
        Self::port(host).await
    }

    async fn port(host: &Host) -> io::Result<Self> {
        let [least, most] = host.ports;
        let allowed = port(host.name, least)?..=port(host.name, most)?;
        Ok(Self::Port(bind_port(allowed).await?))
    }

    fn address(&self) -> io::Result<(&'static str, String)> {
        match self {
            #[cfg(unix)]
            Self::Socket(socket) => Ok(("unix", socket.path().to_string_lossy().into_owned())),
            Self::Port(listener) => Ok(("tcp", listener.local_addr()?.to_string())),
        }
    }

    async fn accept(&self) -> io::Result<Box<dyn Connection>> {
        match self {
            #[cfg(unix)]
            Self::Socket(socket) => Ok(Box::new(socket.as_file().accept().await?.0)),
            Self::Port(listener) => {
                let (connection, _) = listener.accept().await?;
                connection.set_nodelay(true)?;
                Ok(Box::new(connection))
            }
        }
    }
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

fn port(host: &str, name: &str) -> io::Result<u16> {
    let port = env::var(name).ok().and_then(|port| port.parse().ok());
    port.ok_or_else(|| io::Error::other(format!("{host} has set no port in {name}")))
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
    fn what_the_host_has_not_set_is_named() {
        let error = port("Packer", "PACKER_PLUGIN_NO_SUCH_PORT").unwrap_err();
        let wanted = "Packer has set no port in PACKER_PLUGIN_NO_SUCH_PORT";
        assert_eq!(error.to_string(), wanted);
    }
}
