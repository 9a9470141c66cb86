//! One call of gRPC: a message in, a message out.

use std::convert::Infallible;

use futures_util::future::BoxFuture;
use prost::Message;
use tonic::body::Body;
use tonic::server::Grpc;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// The most bytes of a message, as Terraform has it: states can be large.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// What a service of tonic answers with.
pub(crate) type Answering = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

/// Reads the message, does the call and writes its answer.
pub(crate) fn unary<Q, A, F>(
    request: http::Request<Body>,
    call: impl Fn(Q) -> F + Send + Sync + 'static,
) -> Answering
where
    Q: Message + Default + 'static,
    A: Message + 'static,
    F: Future<Output = Result<A, Status>> + Send + 'static,
{
    let service = tower::service_fn(move |request: Request<Q>| {
        let answer = call(request.into_inner());
        async move { answer.await.map(Response::new) }
    });
    Box::pin(async move {
        let mut grpc = Grpc::new(ProstCodec::<A, Q>::default())
            .max_decoding_message_size(LARGEST_MESSAGE)
            .max_encoding_message_size(LARGEST_MESSAGE);
        Ok(grpc.unary(service, request).await)
    })
}

/// There is no such call: Terraform asks newer things first, and takes this for an answer.
pub(crate) fn unimplemented() -> Answering {
    Box::pin(async { Ok(Status::unimplemented("this plugin has no such call").into_http()) })
}
