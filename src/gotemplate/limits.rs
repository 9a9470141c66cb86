//! What bounds a template: whatever its text, it is parsed and rendered in bounded time, memory and
//! stack.

use super::error::Fault;

/// The longest string that a function gives, and the longest text that a template gives.
pub(super) const LONGEST: usize = 1 << 20;

/// What is this long is too long: wider or preciser makes no difference.
pub(super) const TOO_LONG: usize = LONGEST + 1;

/// How deep parentheses and blocks may nest: deeper than anyone means to, and shallow enough for
/// the stack of a WebAssembly module.
pub(super) const DEEPEST_TEXT: usize = 100;

/// How deep bodies, pipelines and templates that call templates may nest. Go stops at 100000
/// templates; its stack grows, that of a WebAssembly module does not.
pub(super) const DEEPEST_RUN: usize = 150;

/// How many variables may be declared at a place, and how many templates there may be: each use
/// goes through them all.
pub(super) const MOST_VARIABLES: usize = 250;
pub(super) const MOST_BODIES: usize = 250;

/// How much may be done, in bytes of text worked on: a template can call itself more than once.
pub(super) const MOST_WORK: usize = 16 << 20;

/// What a step costs beside the text it works on.
pub(super) const STEP: usize = 16;

/// Go's limit of widths and precisions.
pub(super) const WIDEST: usize = 1_000_000;

/// The fault of a text that is longer than any that is meant.
pub(super) fn too_long() -> Fault {
    Fault::new("the text becomes longer than 1 MiB").help("make less of it")
}
