//! One connection, from its TLS handshake to its last answer.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::{Router, body::Body, http::Request, response::Response};
use bytes::Bytes;
use futures_util::future::{Either, select};
use hyper::{
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::{options::Limits, slow_body};

/// What a connection is served with.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) stopped: watch::Receiver<()>,
}

impl Connection {
    /// Serves to the end of the connection; `requests` tells how many are under way.
    pub(crate) async fn serve(self, stream: TcpStream, requests: Arc<AtomicUsize>) {
        // Answers are small: without this each would wait for the acknowledgement of the one before.
        drop(stream.set_nodelay(true));
        // Whoever does not read its answer holds a connection for nothing, too.
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream
            .as_mut()
            .set_write_timeout_pinned(Some(self.limits.body_timeout));
        match self.tls.clone() {
            None => self.answer(stream, requests).await,
            Some(tls) => {
                let handshake = timeout(self.limits.head_timeout, tls.accept(stream));
                // An error of one connection ends that connection.
                if let Ok(Ok(stream)) = handshake.await {
                    self.answer(stream, requests).await;
                }
            }
        }
    }

    async fn answer<S>(mut self, stream: S, requests: Arc<AtomicUsize>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let patience = self.limits.body_timeout;
        let router = self.router;
        let service = service_fn(move |request: Request<Incoming>| {
            let under_way = UnderWay::new(&requests);
            let request = request.map(|body| match body.is_end_stream() {
                true => Body::empty(),
                false => slow_body::impatient(Body::new(body), patience),
            });
            let answer = router.clone().call(request);
            async move {
                let answer: Response = answer.await?;
                Ok::<_, Infallible>(answer.map(|body| Answer {
                    body,
                    _under_way: under_way,
                }))
            }
        });
        let mut http = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.head_timeout)
                .serve_connection(TokioIo::new(stream), service)
        );
        if let Either::Right(_) = select(http.as_mut(), pin!(self.stopped.changed())).await {
            http.as_mut().graceful_shutdown();
            drop(http.await);
        }
    }
}

/// Counts a request until its answer is sent.
struct UnderWay(Arc<AtomicUsize>);

impl UnderWay {
    fn new(requests: &Arc<AtomicUsize>) -> Self {
        requests.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(requests))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The body of an answer.
struct Answer {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
