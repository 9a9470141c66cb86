//! A file that is uploaded in pieces, after the protocol of resumable uploads: begin, add piece by piece; after
//! a break see how far it came, and go on from there.

use crate::atlas::resumable_upload::{self as endpoint, piece_length};
use crate::atlas::upload_url::UploadUrl;
use crate::atlas::{Body, BodySource, ByteRange, Request};

/// An upload in pieces.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    /// What is uploaded, and how many bytes it has.
    source: BodySource,
    size: u64,
    /// Where it begins.
    url: UploadUrl,
    /// Where it is, once it has begun.
    pub(super) resource: UploadUrl,
    /// How many bytes the server has.
    pub(super) offset: u64,
    /// The most bytes that the server takes at once.
    pub(super) most_at_once: Option<u64>,
    pub(super) next: Next,
}

/// What comes next of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Begin it, anew if it has begun before.
    Begin,
    /// Add a piece.
    Append,
    /// See how far it came.
    Look,
}

impl Pieces {
    /// An upload that may have begun in an earlier run.
    pub(super) fn new(
        url: &UploadUrl,
        source: &BodySource,
        size: u64,
        may_have_begun: bool,
    ) -> Self {
        Self {
            source: source.clone(),
            size,
            url: url.clone(),
            resource: url.clone(),
            offset: 0,
            most_at_once: None,
            next: match may_have_begun {
                true => Next::Look,
                false => Next::Begin,
            },
        }
    }

    /// Something went wrong. What of a piece has come is not known.
    pub(super) fn look_first(&mut self) {
        if self.next == Next::Append {
            self.next = Next::Look;
        }
    }

    /// Whether a piece is under way.
    pub(super) fn moves_file(&self) -> bool {
        self.next == Next::Append
    }

    /// How many bytes of the file the request that is under way sends.
    pub(super) fn piece(&self) -> u64 {
        match self.next {
            Next::Append => piece_length(self.size.saturating_sub(self.offset), self.most_at_once),
            Next::Begin | Next::Look => 0,
        }
    }

    /// The request that is under way.
    pub(super) fn request(&self, slug: &str) -> Request {
        let (url, size) = (&self.resource, self.size);
        match self.next {
            Next::Begin => {
                let purpose = format!("begin to upload the file of {slug}");
                endpoint::begin(&self.url, purpose, size)
            }
            Next::Look => {
                endpoint::progress(url, format!("see how much of the file of {slug} is there"))
            }
            Next::Append => {
                let length = self.piece();
                let end = self.offset + length;
                let purpose = match (self.offset, end) {
                    (0, end) if end == size => format!("upload the file of {slug}"),
                    (start, end) => format!("upload bytes {start} to {end} of the file of {slug}"),
                };
                let piece = Body::Range(ByteRange {
                    source: self.source.clone(),
                    offset: self.offset,
                    length,
                });
                endpoint::append(url, purpose, piece, self.offset, end == size)
            }
        }
    }
}
