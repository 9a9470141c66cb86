//! Packer's `atlas` post-processor as a plugin: Packer's protocol on one side, the component on the
//! other.
//!
//! - [`protocol`]: what any plugin of Packer needs.
//! - [`invocation`]: how Packer has started it; [`describe`]: what it says of itself.
//! - [`post_processor`]: the calls that it serves. [`configuration`] is what it is configured with,
//!   [`publishing`] what it does, [`reporting`] what people are told of that, [`watching`] how Packer
//!   shows it, [`logging`] what is in its log, [`published`] what comes of it.

pub mod configuration;
pub mod describe;
pub mod invocation;
pub mod logging;
pub mod post_processor;
pub mod protocol;
mod publish_error;
pub mod published;
pub mod publishing;
pub mod reporting;
pub mod watching;
