//! What is done in steps: the functions of the contract that publishing and fetching have in common.

use std::time::Duration;

use crate::contract::{Body, BodySource, Outcome, Step};
use crate::error::Error;

/// A [`Publication`](crate::Publication) or a [`Fetch`](crate::Fetch) on its way. [`drive`](crate::drive) is the loop that moves it.
pub trait Work: Send {
    /// What to do next. Asked twice, it answers the same.
    fn next(&mut self) -> impl Future<Output = Result<Step, Error>> + Send;

    /// Tells how the last step went, and how long it took.
    fn respond(
        &mut self,
        outcome: &Outcome,
        took: Duration,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// How far it has come: a text without secrets for the checkpoint of a later run's options.
    fn checkpoint(&mut self) -> impl Future<Output = Result<String, Error>> + Send;
}

/// Calls a method of a resource that is what an instance is kept for.
macro_rules! call {
    ($work:ident, $interface:ident, $resource:ident, $name:literal, $method:ident $(, $argument:expr)*) => {{
        let (store, bindings) = $work.instance.start_call();
        let result = bindings
            .$interface()
            .$resource()
            .$method(store, $work.handle.clone() $(, $argument)*)
            .await;
        let name = concat!(stringify!($resource), ".", $name);
        $work.instance.finish_call(name, result)
    }};
}
pub(crate) use call;

/// Implements [`Work`] for a type that keeps such an instance, its `handle`, and which `files` may be sent.
macro_rules! work {
    ($type:ident, $interface:ident, $resource:ident) => {
        impl $crate::work::Work for $type {
            async fn next(&mut self) -> Result<$crate::contract::Step, Error> {
                let step = call!(self, $interface, $resource, "next", call_next)?;
                $crate::work::check_body(&step, &self.files)?;
                Ok(step)
            }

            async fn respond(
                &mut self,
                outcome: &$crate::contract::Outcome,
                took: std::time::Duration,
            ) -> Result<(), Error> {
                let ms = $crate::reporter::milliseconds(took);
                call!(
                    self,
                    $interface,
                    $resource,
                    "respond",
                    call_respond,
                    outcome,
                    ms
                )
            }

            async fn checkpoint(&mut self) -> Result<String, Error> {
                call!(self, $interface, $resource, "checkpoint", call_checkpoint)
            }
        }
    };
}
pub(crate) use work;

/// The host reads the body's file, outside of the sandbox: it must be one that the guest was given.
pub(crate) fn check_body(step: &Step, files: &[String]) -> Result<(), Error> {
    if let Step::Send(request) = step
        && let Body::Range(range) = &request.body
        && let BodySource::File(path) = &range.source
        && !files.contains(path)
    {
        return Err(Error::ForeignFile(path.clone()));
    }
    Ok(())
}
