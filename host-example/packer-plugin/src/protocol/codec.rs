//! Messages on a stream: MessagePack values, one after the other, without anything between them.
//!
//! Every request and every response is two values, a header and a body.

use std::io::{self, Cursor};

use rmpv::Value;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// How much is read at once.
const CHUNK: usize = 8 * 1024;
/// The longest value that is read. Configurations, the longest ones, are much shorter.
const LONGEST: usize = 16 * 1024 * 1024;
/// How deep a value may be nested.
const DEEPEST: usize = 128;

/// What precedes the argument of a call.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RequestHeader {
    /// Service and method, with a dot between them.
    pub service_method: String,
    /// The caller's number for the call.
    pub seq: u64,
}

/// What precedes the result of a call.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResponseHeader {
    /// As in the request.
    pub service_method: String,
    /// As in the request.
    pub seq: u64,
    /// Why the call failed; empty if it did not.
    pub error: Option<String>,
}

/// Reads values from a stream.
pub struct Reader<R> {
    stream: R,
    /// What was read and not used yet.
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    /// Reads from the beginning of a stream.
    pub fn new(stream: R) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// The next header and body; none where the stream ends. Fails where it ends within them, and
    /// if they are not what they should be.
    pub async fn message<H: DeserializeOwned>(&mut self) -> io::Result<Option<(H, Value)>> {
        let Some(header) = self.value().await? else {
            return Ok(None);
        };
        let header = from_value(header).map_err(invalid)?;
        match self.value().await? {
            Some(body) => Ok(Some((header, body))),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    async fn value(&mut self) -> io::Result<Option<Value>> {
        loop {
            if !self.buffer.is_empty() {
                let mut rest = Cursor::new(&self.buffer);
                match rmpv::decode::read_value_with_max_depth(&mut rest, DEEPEST) {
                    Ok(value) => {
                        let used = usize::try_from(rest.position()).map_err(invalid)?;
                        self.buffer.drain(..used);
                        return Ok(Some(value));
                    }
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
                    Err(error) => return Err(invalid(error)),
                }
            }
            if self.buffer.len() > LONGEST {
                return Err(invalid("a message is too long"));
            }
            self.buffer.reserve(CHUNK);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }
}

/// Writes a header and a body.
pub async fn write_message(
    stream: &mut (impl AsyncWrite + Unpin),
    header: &impl Serialize,
    body: &impl Serialize,
) -> io::Result<()> {
    // Structures are maps by name, as Go has them.
    let mut message = rmp_serde::to_vec_named(header).map_err(invalid)?;
    message.extend(rmp_serde::to_vec_named(body).map_err(invalid)?);
    stream.write_all(&message).await?;
    stream.flush().await
}

/// A value of that type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, rmpv::ext::Error> {
    rmpv::ext::from_value(value)
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go wrote for a call of `Ui.Say`: the names of a structure's fields as strings.
    const REQUEST: &[u8] = b"\x82\xadServiceMethod\xa6Ui.Say\xa3Seq\x01\xa5hello";

    #[tokio::test]
    async fn messages_are_put_together_from_pieces() {
        let (mut near, far) = tokio::io::duplex(1);
        tokio::spawn(async move { near.write_all(REQUEST).await });
        let mut reader = Reader::new(far);
        let (header, body) = reader.message::<RequestHeader>().await.unwrap().unwrap();
        assert_eq!((header.service_method.as_str(), header.seq), ("Ui.Say", 1));
        assert_eq!(body, Value::from("hello"));
        assert!(reader.message::<RequestHeader>().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_is_written_is_what_go_writes() {
        let header = RequestHeader {
            service_method: "Ui.Say".to_owned(),
            seq: 1,
        };
        let mut written = Vec::new();
        write_message(&mut written, &header, &"hello")
            .await
            .unwrap();
        assert_eq!(written, REQUEST);
    }

    #[tokio::test]
    async fn streams_that_break_off_or_make_no_sense_are_errors() {
        for (bytes, wanted) in [
            (&REQUEST[..REQUEST.len() - 1], io::ErrorKind::UnexpectedEof),
            (&b"\x82\xa3Seq"[..], io::ErrorKind::UnexpectedEof),
            (&b"\x01\xc0"[..], io::ErrorKind::InvalidData),
            (&b"\xc1\xc1"[..], io::ErrorKind::InvalidData),
        ] {
            let read = Reader::new(bytes).message::<RequestHeader>().await;
            assert_eq!(read.unwrap_err().kind(), wanted, "{bytes:?}");
        }
    }
}
