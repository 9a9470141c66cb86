//! The calls that go-plugin wants of every plugin, besides its own.

use std::convert::Infallible;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::pending;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;
use tower::Service;

use super::messages::Empty;
use super::unary::{Answering, unary, unimplemented};

/// `Shutdown`: Terraform has no more to ask.
#[derive(Clone)]
pub(super) struct Controller(pub(super) CancellationToken);

/// `StartStream`, on which plugins and Terraform could tell each other of more connections: there are none.
/// As long as this call is under way, Terraform keeps the connection, however long it asks for nothing.
#[derive(Clone)]
pub(super) struct Broker(pub(super) CancellationToken);

/// `StreamStdio`, for what a plugin writes to its standard output: nothing.
#[derive(Clone)]
pub(super) struct Stdio(pub(super) CancellationToken);

impl NamedService for Controller {
    const NAME: &'static str = "plugin.GRPCController";
}

impl Service<http::Request<Body>> for Controller {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answering {
        if !request.uri().path().ends_with("/Shutdown") {
            return unimplemented();
        }
        let end = self.0.clone();
        unary(request, move |_: Empty| {
            end.cancel();
            async { Ok(Empty {}) }
        })
    }
}

/// A service with one call, whose answer is a silent stream.
macro_rules! silent {
    ($service:ident, $name:literal, $call:literal) => {
        impl NamedService for $service {
            const NAME: &'static str = $name;
        }

        impl Service<http::Request<Body>> for $service {
            type Response = http::Response<Body>;
            type Error = Infallible;
            type Future = Answering;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<Body>) -> Answering {
                silent_stream(request, $call, self.0.clone())
            }
        }
    };
}

silent!(Broker, "plugin.GRPCBroker", "/StartStream");
silent!(Stdio, "plugin.GRPCStdio", "/StreamStdio");

/// A call whose answer is a stream on which nothing comes, until the end.
fn silent_stream(
    request: http::Request<Body>,
    name: &'static str,
    end: CancellationToken,
) -> Answering {
    if !request.uri().path().ends_with(name) {
        return unimplemented();
    }
    let service = tower::service_fn(move |asked: Request<Streaming<Empty>>| {
        let end = end.clone();
        // What Terraform says on it is read, so that it never waits for us, and not looked at.
        let asked = asked.into_inner().filter_map(async |_| None);
        let silence = futures_util::stream::select(asked, pending::<Result<Empty, Status>>());
        async move { Ok(Response::new(silence.take_until(end.cancelled_owned()))) }
    });
    Box::pin(async move {
        let mut grpc = Grpc::new(ProstCodec::<Empty, Empty>::default());
        Ok(grpc.streaming(service, request).await)
    })
}
