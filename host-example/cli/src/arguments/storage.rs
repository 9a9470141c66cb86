//! Where an Atlas of one's own keeps what it knows, and copies of that.

use std::path::{Path, PathBuf};

use atlas_server::Options;
use clap::Args;

/// Where it keeps who may use it, and what is known of what is published.
#[derive(Debug, Args)]
pub(crate) struct DatabaseOptions {
    /// Where the Atlas keeps what is published
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The PostgreSQL database to use in place of a SQLite file in DIR:
    /// postgres://USER:PASSWORD@HOST/DATABASE. Other users of this machine can read a command line, but not
    /// the environment
    #[arg(
        long,
        value_name = "URL",
        env = "ATLAS_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,
}

/// Where it keeps all it has.
#[derive(Debug, Args)]
pub(crate) struct StorageOptions {
    #[command(flatten)]
    database: DatabaseOptions,
    /// The S3 store to keep uploaded files in, in place of DIR: s3://BUCKET/PREFIX. AWS_ACCESS_KEY_ID and so on say
    /// how it is reached. A file is sent there in one piece, which Amazon takes up to 5 GiB
    #[arg(long, value_name = "URL", env = "ATLAS_BLOBS")]
    blobs: Option<String>,
}

impl StorageOptions {
    /// The directory of the Atlas.
    pub(crate) fn data(&self) -> &Path {
        &self.database.data
    }

    /// The same for the server.
    pub(crate) fn options(&self) -> Options {
        let options = self.database.options();
        match self.blobs.as_deref() {
            None | Some("") => options,
            Some(url) => options.blobs(url),
        }
    }
}

impl DatabaseOptions {
    /// The same for the server.
    pub(crate) fn options(&self) -> Options {
        let options = Options::new(&self.data);
        match self.database.as_deref() {
            None | Some("") => options,
            Some(url) => options.database(url),
        }
    }
}

/// A backup, and what it is one of.
#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// The directory of the backup: an Atlas can be run on it, too
    #[arg(value_name = "DIR")]
    pub(crate) backup: PathBuf,
    #[command(flatten)]
    pub(crate) storage: StorageOptions,
    /// Write the result as one JSON document on the standard output
    #[arg(long)]
    pub(crate) json: bool,
}
