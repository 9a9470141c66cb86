//! Where an Atlas of one's own keeps what it knows, and copies of that.

use std::path::PathBuf;

use atlas_server::Options;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct StorageOptions {
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

impl StorageOptions {
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
