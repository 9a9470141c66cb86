//! A request's body on its way, until the answer begins.

use wasi::http::types::{FutureIncomingResponse, IncomingResponse, OutgoingBody};
use wasi::io::streams::OutputStream;

use super::broken;
use super::transport_error::classify;
use super::watch::Watch;
use crate::client::reader::Reader;
use crate::contract::TransportError;
use crate::observer::Observer;

/// What is sent, piece by piece.
pub(super) struct Sending {
    reader: Option<Reader>,
    /// What has been read, and how much of it is taken.
    chunk: Vec<u8>,
    taken: usize,
    sent: u64,
}

impl Sending {
    /// No body.
    pub(super) fn nothing() -> Self {
        Self::bytes(&[])
    }

    /// These bytes.
    pub(super) fn bytes(bytes: &[u8]) -> Self {
        Self {
            reader: None,
            chunk: bytes.to_owned(),
            taken: 0,
            sent: 0,
        }
    }

    /// What is read.
    pub(super) fn range(reader: Reader) -> Self {
        Self {
            reader: Some(reader),
            ..Self::nothing()
        }
    }

    /// How many bytes the runtime has taken.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Sends the body until an answer begins, which may be before all is sent. Shows how far it is.
    pub(super) fn exchange(
        &mut self,
        body: Option<OutgoingBody>,
        answer: &FutureIncomingResponse,
        watch: &mut Watch,
        shown: Option<(&dyn Observer, u64)>,
    ) -> Result<IncomingResponse, TransportError> {
        let show = |sent| {
            if let Some((observer, length)) = shown {
                observer.sent(sent, length);
            }
        };
        let mut open = match body {
            Some(body) => Some((body.write().map_err(|()| broken())?, body)),
            None => {
                watch.all_sent();
                None
            }
        };
        loop {
            if let Some(answered) = answer.get() {
                show(self.sent);
                let answered = answered.map_err(|()| broken())?;
                return answered.map_err(classify);
            }
            let Some((stream, _)) = &open else {
                let answered = answer.subscribe();
                watch.wait(&[&answered])?;
                continue;
            };
            match self.send(stream)? {
                Sent::Some => watch.moved(),
                Sent::Nothing => {
                    show(self.sent);
                    let (writable, answered) = (stream.subscribe(), answer.subscribe());
                    watch.wait(&[&writable, &answered])?;
                }
                Sent::All => {
                    if let Some((stream, body)) = open.take() {
                        drop(stream);
                        // If the connection is gone, the answer says so.
                        drop(OutgoingBody::finish(body, None));
                    }
                    watch.all_sent();
                }
                // Why, the answer says.
                Sent::Closed => {
                    if let Some((stream, body)) = open.take() {
                        // A body goes after its stream.
                        drop(stream);
                        drop(body);
                    }
                    watch.all_sent();
                }
            }
        }
    }

    /// Sends as much as the runtime takes now.
    fn send(&mut self, stream: &OutputStream) -> Result<Sent, TransportError> {
        if self.taken == self.chunk.len() {
            let next = self.reader.as_mut().map_or(Ok(None), Reader::read);
            match next.map_err(TransportError::BodyUnreadable)? {
                Some(chunk) => (self.chunk, self.taken) = (chunk, 0),
                None => return Ok(Sent::All),
            }
        }
        let Ok(room) = stream.check_write() else {
            return Ok(Sent::Closed);
        };
        let rest = self.chunk.get(self.taken..).unwrap_or_default();
        let room = rest.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let piece = rest.get(..room).unwrap_or_default();
        if piece.is_empty() {
            return Ok(Sent::Nothing);
        }
        if stream.write(piece).is_err() {
            return Ok(Sent::Closed);
        }
        self.taken += room;
        self.sent += room as u64;
        Ok(Sent::Some)
    }
}

enum Sent {
    Some,
    /// The runtime takes nothing just now.
    Nothing,
    All,
    /// The connection takes nothing any more.
    Closed,
}
