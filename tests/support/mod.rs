//! What the tests of the whole share.

pub mod describe;
pub mod scripted_atlas;
