//! Which call of Terraform's is which method of the provider.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use prost::Message;
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tower::Service;

use crate::diagnostics::error;
use crate::protocol::messages::{
    ApplyResponse, BlockRequest, ChangeRequest, Checked, ConfigureRequest, Diagnostic, Empty,
    ImportRequest, ImportResponse, PlanResponse, PrepareRequest, PrepareResponse, ReadRequest,
    StateResponse, StopResponse, UpgradeRequest,
};
use crate::protocol::schema::Schemas;
use crate::protocol::unary::{Answering, unary, unimplemented};
use crate::provider::Provider;
use crate::schemas::schemas;

/// The provider, as a service of gRPC.
#[derive(Clone)]
pub struct ProviderService(Arc<Provider>);

impl ProviderService {
    /// Serves that provider.
    pub fn new(provider: Provider) -> Self {
        Self(Arc::new(provider))
    }

    /// Does a call. If that breaks, Terraform tells it, and goes on as after any other error.
    fn answer<Q, A, F>(
        &self,
        request: http::Request<Body>,
        call: impl Fn(Arc<Provider>, Q) -> F + Send + Sync + 'static,
    ) -> Answering
    where
        Q: Message + Default + 'static,
        A: Answer + 'static,
        F: Future<Output = A> + Send + 'static,
    {
        let provider = Arc::clone(&self.0);
        unary(request, move |asked| {
            // Also what happens before the first await.
            let call =
                std::panic::catch_unwind(AssertUnwindSafe(|| call(Arc::clone(&provider), asked)));
            async move {
                let answer = match call {
                    Ok(call) => AssertUnwindSafe(call).catch_unwind().await,
                    Err(panic) => Err(panic),
                };
                Ok::<_, Status>(answer.unwrap_or_else(|_| A::broken()))
            }
        })
    }
}

impl NamedService for ProviderService {
    const NAME: &'static str = "tfplugin5.Provider";
}

impl Service<http::Request<Body>> for ProviderService {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answering {
        let call = request.uri().path().rsplit('/').next().map(str::to_owned);
        match call.as_deref().unwrap_or_default() {
            "GetSchema" => self.answer(request, |_, _: Empty| async { schemas() }),
            "PrepareProviderConfig" => {
                self.answer(
                    request,
                    |p, q: PrepareRequest| async move { p.prepare(q).await },
                )
            }
            "Configure" => self.answer(
                request,
                |p, q: ConfigureRequest| async move { p.configure(&q) },
            ),
            "ValidateDataSourceConfig" => {
                self.answer(
                    request,
                    |p, q: BlockRequest| async move { p.validate(q).await },
                )
            }
            "ReadDataSource" => {
                self.answer(request, |p, q: BlockRequest| async move { p.read(q).await })
            }
            "ValidateResourceTypeConfig" => self.answer(request, |p, _: BlockRequest| async move {
                p.validate_resource()
            }),
            "UpgradeResourceState" => self.answer(request, |p, q: UpgradeRequest| async move {
                p.upgrade_resource(q)
            }),
            "ReadResource" => {
                self.answer(
                    request,
                    |p, q: ReadRequest| async move { p.read_resource(q) },
                )
            }
            "PlanResourceChange" => {
                self.answer(
                    request,
                    |p, q: ChangeRequest| async move { p.plan_resource(&q) },
                )
            }
            "ApplyResourceChange" => self.answer(request, |p, q: ChangeRequest| async move {
                p.apply_resource(&q)
            }),
            "ImportResourceState" => self.answer(request, |p, q: ImportRequest| async move {
                p.import_resource(&q)
            }),
            "Stop" => self.answer(request, |p, _: Empty| async move {
                p.stop();
                StopResponse::default()
            }),
            _ => unimplemented(),
        }
    }
}

/// An answer that can say that there is none.
trait Answer: Message {
    /// The call broke.
    fn broken() -> Self;
}

fn broke() -> Diagnostic {
    let detail =
        "That is a mistake in the provider; its log, which TF_LOG=DEBUG shows, says where.";
    error("The provider broke", detail)
}

macro_rules! answers {
    ($($message:ident),*) => {
        $(impl Answer for $message {
            fn broken() -> Self {
                Self {
                    diagnostics: vec![broke()],
                    ..Self::default()
                }
            }
        })*
    };
}

answers!(
    Schemas,
    PrepareResponse,
    StateResponse,
    PlanResponse,
    ApplyResponse
);

impl Answer for Checked {
    fn broken() -> Self {
        Self {
            diagnostics: vec![broke()],
        }
    }
}

impl Answer for ImportResponse {
    fn broken() -> Self {
        Self {
            diagnostics: vec![broke()],
        }
    }
}

impl Answer for StopResponse {
    fn broken() -> Self {
        Self {
            error: broke().summary,
        }
    }
}
