//! Serves the calls that the other side makes on a stream.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use go_plugin::log;
use rmpv::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::WriteHalf;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::codec::{Reader, RequestHeader, ResponseHeader, from_value, write_message};
use super::mux::Stream;

/// The result of a call: a value, or what Packer shows as an error.
pub type Reply = Result<Value, String>;

/// Something whose methods can be called.
pub trait Service: Send + Sync + 'static {
    /// Does a call. `method` has the service's name in it: `Artifact.Id`.
    fn call(&self, method: &str, argument: Value) -> impl Future<Output = Reply> + Send;
}

/// The answer to the call of a method that is not there, in Go's words.
pub fn no_method(method: &str) -> Reply {
    Err(format!("rpc: can't find method {method}"))
}

/// The argument of a call, as that type.
pub fn argument<T: DeserializeOwned>(method: &str, value: Value) -> Result<T, String> {
    from_value(value).map_err(|error| format!("{method}: Packer sent something else: {error}"))
}

/// A result of that type.
pub fn reply(result: &impl Serialize) -> Reply {
    let bytes = rmp_serde::to_vec_named(result).map_err(|error| error.to_string())?;
    rmpv::decode::read_value(&mut bytes.as_slice()).map_err(|error| error.to_string())
}

/// Serves a stream until the other side closes it. Calls run side by side. Those under way are
/// dropped with the stream: nobody waits for them any more.
pub async fn serve(stream: Stream, service: Arc<impl Service>) -> io::Result<()> {
    let (reading, writing) = tokio::io::split(stream);
    let mut reader = Reader::new(reading);
    let writing = Arc::new(Mutex::new(writing));
    let mut calls = JoinSet::new();
    while let Some((header, body)) = reader.message::<RequestHeader>().await? {
        while calls.try_join_next().is_some() {}
        calls.spawn(answer(
            Arc::clone(&service),
            header,
            body,
            Arc::clone(&writing),
        ));
    }
    Ok(())
}

async fn answer(
    service: Arc<impl Service>,
    header: RequestHeader,
    body: Value,
    writing: Arc<Mutex<WriteHalf<Stream>>>,
) {
    let method = header.service_method;
    // Packer waits for an answer, whatever happens.
    let call = AssertUnwindSafe(service.call(&method, body)).catch_unwind();
    let reply = call
        .await
        .unwrap_or_else(|_| Err(format!("{method}: the plugin broke, see Packer's log")));
    let (error, body) = match reply {
        Ok(body) => (String::new(), body),
        Err(error) => (error, Value::Nil),
    };
    let response = ResponseHeader {
        service_method: method,
        seq: header.seq,
        error: Some(error),
    };
    let mut stream = writing.lock().await;
    if let Err(error) = write_message(&mut *stream, &response, &body).await {
        log(&format!("Packer does not hear the answer: {error}"));
    }
}
