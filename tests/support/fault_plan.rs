//! What is to happen to requests on their way to an Atlas.

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens. Whoever sends the request has to close the proxy first.
    Refused,
    /// The connection breaks when the request has been read; Atlas never sees it.
    ResetBeforeAnswer,
    /// The connection breaks when half of its body has been read.
    ResetInBody,
    /// Atlas does what is asked, and the connection breaks then.
    AnswerLost,
    /// Atlas does what is asked, and the connection breaks in the middle of the answer.
    AnswerCut,
    /// Atlas does what is asked, and nothing more comes after the middle of the answer.
    AnswerStalls,
    /// Nothing of its body is read; Atlas never sees it.
    Stall,
    /// Nothing more happens; Atlas never sees it.
    Silence,
    /// Atlas does what is asked, and nothing more happens.
    SilenceAfter,
    /// This status instead; Atlas never sees it.
    Status(u16),
    /// Atlas does what is asked, and this status comes instead of its answer.
    StatusAfter(u16),
    /// Atlas does what is asked, and half of its answer comes as if it were the whole.
    Truncated,
    /// Atlas does what is asked, and a page of HTML comes instead of its answer.
    Html,
}

/// Where and how often it happens.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Which requests: `POST version`, …; `None` for all.
    pub on: Option<&'static str>,
    /// To how many of each kind.
    pub times: usize,
    pub fault: Fault,
    /// What happens to the first request of some kind beforehand, and does not count.
    pub before: Option<(&'static str, Fault)>,
    /// Whether Atlas gets to see idempotency keys.
    pub keys: bool,
    /// Whether it is seen that Atlas takes uploads in pieces.
    pub pieces: bool,
}

impl Plan {
    /// This on every request of a kind, for so many times.
    pub fn new(on: &'static str, times: usize, fault: Fault) -> Self {
        Self {
            on: Some(on),
            times,
            fault,
            before: None,
            keys: true,
            pieces: true,
        }
    }
}
