//! Makes a release of all that is here.

pub mod compose;
