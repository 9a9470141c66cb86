//! How far a request is, and when it has taken too long.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tower_layer::Layer;
use tower_service::Service;

use crate::contract::{Request, TransportError};

/// How often it is shown how far a file is.
pub(super) const INTERVAL: Duration = Duration::from_millis(100);
/// No time-out is longer.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

tokio::task_local! {
    /// The request that this task sends.
    static CURRENT: Progress;
}

/// How far a request is. Shared with its connection, which runs in a task of its own.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<State>);

#[derive(Default)]
struct State {
    connected: AtomicBool,
    sent: AtomicU64,
    received: AtomicU64,
    saves: AtomicBool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Bytes of the request's body that the connection has taken.
    pub(super) fn sent(&self) -> u64 {
        self.0.sent.load(Relaxed)
    }

    /// The connection has taken so many bytes of the body.
    pub(super) fn taken(&self, bytes: usize) {
        self.0.sent.fetch_add(bytes as u64, Relaxed);
    }

    /// So many bytes of the answer came.
    pub(super) fn received(&self, bytes: usize) {
        self.0.received.fetch_add(bytes as u64, Relaxed);
    }

    /// The head of an answer is there, and its body is saved, however long that takes.
    pub(super) fn saves(&self) {
        self.0.saves.store(true, Relaxed);
    }

    /// Lets the connection that this is sent over tell when it is made.
    pub(super) fn note<T>(&self, exchange: impl Future<Output = T>) -> impl Future<Output = T> {
        CURRENT.scope(self.clone(), exchange)
    }

    /// Ends when one of the request's time-outs is over. Shows until then how much of the body's
    /// `length` is sent.
    pub(super) async fn watch(
        &self,
        request: &Request,
        length: u64,
        show: impl Fn(u64),
    ) -> TransportError {
        let mut since = Instant::now();
        let mut seen = self.state();
        let mut answer_due = None;
        loop {
            let mut due = since
                + timeout(if seen.0 {
                    request.idle_timeout_ms
                } else {
                    request.connect_timeout_ms
                });
            let has_to_end = || !self.0.saves.load(Relaxed);
            if let Some(answer_due) = answer_due.filter(|_| has_to_end()) {
                due = due.min(answer_due);
            }
            sleep_until(due.min(Instant::now() + INTERVAL)).await;
            let state = self.state();
            if state != seen {
                seen = state;
                since = Instant::now();
                show(state.1);
            } else if Instant::now() >= due {
                return TransportError::Timeout;
            }
            if seen.0 && seen.1 >= length && has_to_end() {
                let now = Instant::now();
                let due = *answer_due.get_or_insert(now + timeout(request.answer_timeout_ms));
                if now >= due {
                    return TransportError::Timeout;
                }
            }
        }
    }

    fn state(&self) -> (bool, u64, u64) {
        let State {
            connected,
            sent,
            received,
            ..
        } = &*self.0;
        (
            connected.load(Relaxed),
            sent.load(Relaxed),
            received.load(Relaxed),
        )
    }
}

fn timeout(ms: u64) -> Duration {
    Duration::from_millis(ms).min(LONGEST)
}

/// Makes reqwest's connector tell when a connection is made, TLS and proxies included.
#[derive(Clone, Copy)]
pub(super) struct NoteConnections;

/// The connector that does.
#[derive(Clone)]
pub(super) struct Noting<C>(C);

impl<C> Layer<C> for NoteConnections {
    type Service = Noting<C>;

    fn layer(&self, connector: C) -> Noting<C> {
        Noting(connector)
    }
}

impl<C, T> Service<T> for Noting<C>
where
    C: Service<T>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: T) -> Self::Future {
        let connecting = self.0.call(target);
        let current = CURRENT.try_with(Clone::clone);
        Box::pin(async move {
            let connection = connecting.await;
            if let Ok(Progress(state)) = current {
                state.connected.store(connection.is_ok(), Relaxed);
            }
            connection
        })
    }
}
