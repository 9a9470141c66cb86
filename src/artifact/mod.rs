//! What a build made, in Packer's terms: a builder id, an id, perhaps files.

pub mod amazon;
mod description;
mod manifest;
mod record;
pub mod vagrant;

pub use description::Artifact;
pub use manifest::from_manifest;
pub use record::from_record;
