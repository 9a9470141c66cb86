//! Bodies that come too slowly: they end with an error, so that nobody holds a connection for nothing.

use std::{io, time::Duration};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, timeout};

/// How much must come within the time that is given.
const LEAST: usize = 1 << 10;

/// The body, as long as at least 1 KiB of it comes in any `patience` that is spent on waiting.
pub(crate) fn impatient(body: Body, patience: Duration) -> Body {
    let waiting = Waiting {
        stream: body.into_data_stream(),
        patience,
        left: patience,
        came: 0,
    };
    Body::from_stream(stream::try_unfold(waiting, async |mut waiting| {
        let bytes = waiting.next().await?;
        io::Result::Ok(bytes.map(|bytes| (bytes, waiting)))
    }))
}

struct Waiting {
    stream: BodyDataStream,
    patience: Duration,
    left: Duration,
    came: usize,
}

impl Waiting {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let start = Instant::now();
        let next = timeout(self.left, self.stream.next()).await?;
        self.left = self.left.saturating_sub(start.elapsed());
        let next = next.transpose().map_err(io::Error::other)?;
        self.came += next.as_ref().map_or(0, Bytes::len);
        if self.came >= LEAST {
            (self.left, self.came) = (self.patience, 0);
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of a body arrives that sends this much every 50 ms.
    async fn arrived(bytes: usize) -> usize {
        let parts = stream::iter(0..12).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok::<_, io::Error>(vec![0; bytes])
        });
        let body = impatient(Body::from_stream(parts), Duration::from_millis(300));
        let parts = body.into_data_stream();
        let came = parts.filter_map(async |bytes| Some(bytes.ok()?.len()));
        came.fold(0, async |sum, bytes| sum + bytes).await
    }

    #[tokio::test]
    async fn a_body_may_take_long_if_it_does_not_stand_still() {
        assert_eq!(arrived(LEAST).await, 12 * LEAST);
        assert!(arrived(1).await < 12);
    }
}
