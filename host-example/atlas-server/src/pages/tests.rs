//! The pages as browsers get them.

mod artifacts;
mod browser;
mod lists;
mod programs;
mod sessions;
mod support;
