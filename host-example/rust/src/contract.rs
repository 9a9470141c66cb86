//! The types of the contract (`wit/`), generated from it, under the names that this crate gives them.

use std::fmt;

/// What `bindgen!` makes of the WIT.
pub(crate) mod generated {
    #![allow(missing_docs, reason = "the WIT is the documentation")]
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "post-processor",
        exports: { default: async },
        additional_derives: [PartialEq],
    });
}

use generated::atlas::post_processor::types;
use generated::exports::atlas::post_processor::{packing, publishing, template};

pub(crate) use packing::Block;
pub use publishing::{
    Body, Failure, Header, Options, Outcome, Patience, Pause, Receipt, Request, Response, Step,
    TransportError,
};
pub use template::Selection;
pub use types::{
    Artifact, Build, Diagnostic, Origin, Position, PostProcessor as PostProcessorConfig, Run,
    Severity,
};

#[allow(clippy::derivable_impls, reason = "the type is generated")]
impl Default for Run {
    fn default() -> Self {
        Run {
            template_path: None,
            working_directory: None,
            packer_version: None,
            started_at: None,
            variables: Vec::new(),
        }
    }
}

impl Default for Options {
    /// The component's own patience; what was published is looked for at the end.
    fn default() -> Self {
        Options {
            patience: None,
            confirm: true,
        }
    }
}

impl From<Result<Response, TransportError>> for Outcome {
    fn from(answer: Result<Response, TransportError>) -> Self {
        match answer {
            Ok(response) => Self::Answered(response),
            Err(error) => Self::NoAnswer(error),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("the connection was refused"),
            Self::Dns => f.write_str("the host name can't be resolved"),
            Self::Tls(text) => write!(f, "no secure connection: {text}"),
            Self::Timeout => f.write_str("nothing moved for too long"),
            Self::Interrupted => f.write_str("the connection broke"),
            Self::ResponseTooLarge => f.write_str("the answer is too long"),
            Self::BodyUnreadable(text) => write!(f, "the file can't be read: {text}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for TransportError {}
