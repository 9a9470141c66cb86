//! Puts the component and its contract into an OCI registry, in the form that the CNCF's artifact
//! guidance gives WebAssembly.

use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::process;
use crate::release::{COMPONENT, CONTRACT};
use crate::workspace::VERSION;

/// What the component is called there, apart from its version; as its contract's package is.
pub const NAME: &str = "atlas/post-processor";
/// The contract's name: a registry has one thing by a name.
pub const CONTRACT_NAME: &str = "atlas/post-processor-wit";

/// Pushes both from a directory of a release.
pub fn push(release: &Path, registry: &str, plain_http: bool) -> Result<(), Error> {
    for (name, file) in [(NAME, COMPONENT), (CONTRACT_NAME, CONTRACT)] {
        let mut wkg = Command::new("wkg");
        wkg.args(["oci", "push"]);
        if plain_http {
            wkg.args(["--insecure", registry]);
        }
        wkg.arg(format!("{registry}/{name}:{VERSION}"))
            .arg(release.join(file));
        process::run(&mut wkg)?;
    }
    Ok(())
}
