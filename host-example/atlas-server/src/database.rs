//! The database: what the registry knows, in a SQLite file or a PostgreSQL database.

mod artifacts;
mod attestations;
mod audit;
mod catalogue;
mod channels;
mod connection;
mod error;
mod lifetime;
mod migrations;
mod organisations;
mod overview;
mod partial_uploads;
mod sessions;
mod snapshot;
mod tokens;
mod uploads;
mod users;
mod versions;

pub(crate) use artifacts::{Artifact, ArtifactChange};
pub(crate) use attestations::Attestation;
pub use audit::AuditEntry;
#[cfg(test)]
pub(crate) use catalogue::Newest;
pub(crate) use catalogue::{CatalogueEntry, Sought};
pub(crate) use connection::Database;
pub use error::DatabaseError;
pub(crate) use partial_uploads::{Begun, PartialUpload};
pub(crate) use tokens::NewToken;
pub use tokens::TokenEntry;
pub(crate) use uploads::{Attached, Blob};
pub(crate) use versions::{Created, Order, VersionFilter};
