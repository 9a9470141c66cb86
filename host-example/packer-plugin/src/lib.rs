//! Packer's `atlas` post-processor as a plugin: Packer's protocol on one side, the component on the
//! other.
//!
//! - [`protocol`]: what any plugin of Packer needs.
//! - [`invocation`]: how Packer has started it; [`describe`]: what it says of itself.
//! - [`post_processor`]: the calls that it serves. [`configuration`] is what it is configured with,
//!   [`publishing`] what it does, [`watching`] and [`report`] what people see of that, [`published`]
//!   what comes of it.

pub mod configuration;
pub mod describe;
pub mod invocation;
pub mod post_processor;
pub mod protocol;
pub mod published;
pub mod publishing;
pub mod report;
pub mod watching;
