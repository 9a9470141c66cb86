//! From a listener to the end: Terraform says when, or it is gone.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use go_plugin::{Connection, Listener, PATIENCE, log};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tower::Service;

use super::plugin::{Broker, Controller, Stdio};

/// How long a handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long it is until the next connection is accepted, after one could not be.
const PAUSE: Duration = Duration::from_secs(1);

/// How long calls that are under way may go on when Terraform has no more to ask. Then it kills us.
const GRACE: Duration = Duration::from_secs(1);

/// Under which name go-plugin asks for a plugin's health.
const HEALTH_NAME: &str = "plugin";

/// Serves a service of gRPC, and what go-plugin wants besides, until Terraform says that it has no more to
/// ask, or has been gone for a while.
pub async fn serve<S>(
    listener: Listener,
    acceptor: Option<TlsAcceptor>,
    service: S,
) -> Result<(), tonic::transport::Error>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let end = CancellationToken::new();
    let open = Arc::new(watch::Sender::new(0));
    let (reporter, health) = tonic_health::server::health_reporter();
    let serving = tonic_health::ServingStatus::Serving;
    reporter.set_service_status(HEALTH_NAME, serving).await;
    let served = Server::builder()
        .add_service(service)
        .add_service(health)
        .add_service(Controller(end.clone()))
        .add_service(Broker(end.clone()))
        .add_service(Stdio(end.clone()))
        .serve_with_incoming_shutdown(
            incoming(listener, acceptor, Arc::clone(&open)),
            end.cancelled(),
        );
    let over = async {
        tokio::select! {
            () = end.cancelled() => sleep(GRACE).await,
            () = nobody_is_there(&open) => {}
        }
    };
    tokio::select! {
        served = served => served,
        () = over => Ok(()),
    }
}

/// The connections with Terraform. One that is refused is none.
fn incoming(
    listener: Listener,
    acceptor: Option<TlsAcceptor>,
    open: Arc<watch::Sender<usize>>,
) -> impl Stream<Item = io::Result<Counted>> {
    unfold((listener, acceptor, open), async |state| {
        loop {
            let (listener, acceptor, open) = &state;
            let connection = match listener.accept().await {
                Ok(connection) => connection,
                Err(error) => {
                    log(&format!("no connection can be accepted: {error}"));
                    // What is missing, such as a file descriptor, is missing for a while.
                    sleep(PAUSE).await;
                    continue;
                }
            };
            match trusted(connection, acceptor.as_ref()).await {
                Ok(connection) => {
                    let counted = Counted::new(connection, Arc::clone(open));
                    return Some((Ok(counted), state));
                }
                Err(error) => log(&format!("a connection was refused: {error}")),
            }
        }
    })
}

/// The connection, as one with somebody who has the key.
async fn trusted(
    connection: Box<dyn Connection>,
    acceptor: Option<&TlsAcceptor>,
) -> io::Result<Box<dyn Connection>> {
    let Some(acceptor) = acceptor else {
        return Ok(connection);
    };
    let accepted = timeout(HANDSHAKE, acceptor.accept(connection)).await;
    Ok(Box::new(accepted??))
}

/// Waits until there has been no connection for a while.
async fn nobody_is_there(open: &watch::Sender<usize>) {
    let mut open = open.subscribe();
    loop {
        // The sender is ours.
        drop(open.wait_for(|count| *count == 0).await);
        let somebody = open.wait_for(|count| *count > 0);
        if timeout(PATIENCE, somebody).await.is_err() {
            return;
        }
    }
}

/// A connection that is counted as long as it is there.
struct Counted {
    connection: Box<dyn Connection>,
    open: Arc<watch::Sender<usize>>,
}

impl Counted {
    fn new(connection: Box<dyn Connection>, open: Arc<watch::Sender<usize>>) -> Self {
        open.send_modify(|count| *count = count.saturating_add(1));
        Self { connection, open }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.open
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Connected for Counted {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(cx)
    }
}
