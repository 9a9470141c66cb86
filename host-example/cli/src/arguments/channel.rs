//! What is done with channels.

use clap::{Args, Subcommand};

use super::shared::Telling;

#[derive(Debug, Subcommand)]
pub(crate) enum Channel {
    /// Tell which channels there are, and the version each is at
    List {
        #[command(flatten)]
        at: TypeInAtlas,
    },
    /// Put a channel at a version
    Set {
        #[command(flatten)]
        at: TypeInAtlas,
        /// The channel's name; it is made if it is new
        #[arg(value_name = "CHANNEL")]
        name: String,
        /// The version's number
        #[arg(value_parser = clap::value_parser!(u64).range(1..))]
        version: u64,
    },
    /// Remove a channel; its version stays
    Remove {
        #[command(flatten)]
        at: TypeInAtlas,
        /// The channel's name
        #[arg(value_name = "CHANNEL")]
        name: String,
    },
}

/// A type of an artifact in Atlas.
#[derive(Debug, Args)]
pub(crate) struct TypeInAtlas {
    /// The type's name: user/name/type
    #[arg(value_parser = three_parts)]
    pub(crate) slug: String,
    /// The address of Atlas; by default ATLAS_ADDRESS
    #[arg(long, value_name = "URL")]
    pub(crate) address: Option<String>,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

impl Channel {
    /// Where.
    pub(crate) fn at(&self) -> &TypeInAtlas {
        match self {
            Self::List { at } | Self::Set { at, .. } | Self::Remove { at, .. } => at,
        }
    }
}

/// The component checks the parts. With a fourth it would be a version's name.
fn three_parts(slug: &str) -> Result<String, &'static str> {
    match slug.split('/').count() {
        3 => Ok(slug.to_owned()),
        _ => Err("it has the form user/name/type"),
    }
}
