//! An Atlas on this machine, and the documented example to publish in it.

use std::fs;
use std::path::Path;

use atlas_server::{Options, Server};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The token that it accepts.
pub const TOKEN: &str = "test.atlasv1.f00dfeed";
/// What the example publishes.
pub const SLUG: &str = "hashicorp/foobar/aws.ami/1";

/// A running Atlas, without any artifact. It goes when it is dropped.
pub struct Atlas {
    _runtime: Runtime,
    server: Server,
    _data: TempDir,
}

impl Atlas {
    pub fn start() -> Self {
        // It fails where a test before this one has done it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let options = Options::new(data.path().join("atlas")).token(TOKEN);
        let server = runtime.block_on(atlas_server::start(options)).unwrap();
        Self {
            _runtime: runtime,
            server,
            _data: data,
        }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }
}

/// Puts the template of the documentation where a program works.
pub fn put_template(directory: &Path) {
    let template = include_str!("../../../cli/src/demo-template.json");
    fs::write(directory.join("template.json"), template).unwrap();
}
