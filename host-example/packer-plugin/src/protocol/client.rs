//! Calls what the other side serves on a stream.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use go_plugin::log;
use rmpv::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{ReadHalf, WriteHalf};
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use super::codec::{Reader, RequestHeader, ResponseHeader, from_value, write_message};
use super::mux::Stream;

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The other side says so.
    #[error("{0}")]
    Refused(String),
    /// The stream broke, or what came on it makes no sense.
    #[error("the connection to Packer broke: {0}")]
    Broken(String),
}

impl From<io::Error> for CallError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// The caller's end of a stream. Cheap to clone; the stream closes with the last one.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    _reading: Arc<AbortOnDropHandle<()>>,
}

struct Shared {
    writing: tokio::sync::Mutex<Writing>,
    waiting: Mutex<Waiting>,
}

struct Writing {
    stream: WriteHalf<Stream>,
    last: u64,
}

type Answer = Result<Value, CallError>;

/// Who waits for the answer to which call; none once there are no more answers.
type Waiting = Option<HashMap<u64, oneshot::Sender<Answer>>>;

impl Client {
    /// The caller on a stream on which nothing has been said yet.
    pub fn new(stream: Stream) -> Self {
        let (reading, writing) = tokio::io::split(stream);
        let shared = Arc::new(Shared {
            writing: tokio::sync::Mutex::new(Writing {
                stream: writing,
                last: 0,
            }),
            waiting: Mutex::new(Some(HashMap::new())),
        });
        let reader = tokio::spawn(read_answers(Reader::new(reading), Arc::clone(&shared)));
        Self {
            shared,
            _reading: Arc::new(AbortOnDropHandle::new(reader)),
        }
    }

    /// Calls a method (`Service.Method`) and waits for its result.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        argument: &impl Serialize,
    ) -> Result<T, CallError> {
        let (sender, answer) = oneshot::channel();
        {
            let mut writing = self.shared.writing.lock().await;
            writing.last += 1;
            let header = RequestHeader {
                service_method: method.to_owned(),
                seq: writing.last,
            };
            self.shared.expect(writing.last, sender);
            write_message(&mut writing.stream, &header, argument).await?;
        }
        let ended = |_| CallError::Broken("it was closed".to_owned());
        let value = answer.await.map_err(ended)??;
        from_value(value).map_err(|error| CallError::Broken(format!("{method}: {error}")))
    }
}

impl Shared {
    fn expect(&self, seq: u64, sender: oneshot::Sender<Answer>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = waiting.as_mut() {
            waiting.insert(seq, sender);
        }
    }

    fn answer(&self, seq: u64, answer: Answer) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.as_mut().and_then(|waiting| waiting.remove(&seq)) {
            // Whoever called may have gone.
            drop(sender.send(answer));
        }
    }

    /// Lets all who wait know that nothing comes any more.
    fn end(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = None;
    }
}

async fn read_answers(mut reader: Reader<ReadHalf<Stream>>, shared: Arc<Shared>) {
    loop {
        match reader.message::<ResponseHeader>().await {
            Ok(Some((header, body))) => {
                let error = header.error.filter(|error| !error.is_empty());
                let answer = error.map_or(Ok(body), |error| Err(CallError::Refused(error)));
                shared.answer(header.seq, answer);
            }
            Ok(None) => break,
            Err(error) => {
                log(&format!("a stream of Packer's broke: {error}"));
                break;
            }
        }
    }
    shared.end();
}
