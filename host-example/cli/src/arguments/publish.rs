//! How it is published.

use std::path::PathBuf;

use atlas_host::{Options, Packer};
use clap::Args;

use super::shared::Retrying;
use super::work::Work;

#[derive(Debug, Args)]
pub(crate) struct Publish {
    #[command(flatten)]
    pub(crate) work: Work,
    /// Keep in FILE how far it has come, and go on from there if FILE is there already; it is
    /// removed at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Do not look at the end whether Atlas lists what was published
    #[arg(long)]
    no_confirm: bool,
    #[command(flatten)]
    retrying: Retrying,
    /// How small archives are made: 0 (stored) to 9 (smallest)
    #[arg(long, value_name = "LEVEL", default_value_t = 6, value_parser = clap::value_parser!(u8).range(0..=9))]
    compression: u8,
    /// Where an archive is kept until it is uploaded; by default the system's temporary directory
    #[arg(long, value_name = "DIR")]
    spool: Option<PathBuf>,
}

impl Publish {
    /// How to publish.
    pub(crate) fn options(&self) -> Options {
        Options {
            retry: Some(self.retrying.policy()),
            confirm: !self.no_confirm,
            checkpoint: None,
        }
    }

    /// How archives are made.
    pub(crate) fn packer(&self, usual: Packer) -> Packer {
        Packer {
            level: self.compression,
            spool: self.spool.clone().unwrap_or(usual.spool),
            ..usual
        }
    }
}
