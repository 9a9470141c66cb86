//! Terraform's plugin protocol 5: gRPC, over TLS if Terraform asks for it.
//!
//! - [`messages`], [`schema`]: what is said; [`value`]: the values in it
//! - [`serving`]: from a listener to the end of the last connection; [`tls`]: who may connect
//!   (`client_certificate`, `ecdsa_p521`)
//! - [`unary`]: one call; `plugin`: the calls that every plugin of go-plugin answers
//!
//! Nothing here is about Atlas.

mod client_certificate;
mod ecdsa_p521;
pub mod messages;
mod plugin;
pub mod schema;
pub mod serving;
pub mod tls;
pub mod unary;
pub mod value;
