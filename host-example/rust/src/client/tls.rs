//! Whose certificates are trusted.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Certificate, ClientBuilder};

use super::transport_error::text;

/// What the `ATLAS_` variables of the environment say about trust.
#[derive(Debug, PartialEq)]
pub(super) enum Trust {
    /// Whatever the system trusts.
    System,
    /// The certificates of a PEM file, and no others.
    File(PathBuf),
    /// Those of all files in a directory, and no others.
    Directory(PathBuf),
    /// Anything: no certificate is checked.
    Anything,
}

impl Trust {
    pub(super) fn from_environment() -> Self {
        Self::from(|name| env::var_os(name).filter(|value| !value.is_empty()))
    }

    fn from(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Self {
        if variable("ATLAS_TLS_NOVERIFY").is_some() {
            Self::Anything
        } else if let Some(file) = variable("ATLAS_CAFILE") {
            Self::File(file.into())
        } else if let Some(directory) = variable("ATLAS_CAPATH") {
            Self::Directory(directory.into())
        } else {
            Self::System
        }
    }
}

/// Makes a client trust these. The error says which file can't be used.
pub(super) fn trust(builder: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    Ok(match trust {
        Trust::System => builder,
        Trust::File(file) => builder.tls_certs_only(certificates(file, "ATLAS_CAFILE")?),
        Trust::Directory(directory) => {
            let explain = |error| format!("ATLAS_CAPATH: {}: {error}", directory.display());
            let mut all = Vec::new();
            for entry in fs::read_dir(directory).map_err(explain)? {
                let path = entry.map_err(explain)?.path();
                if path.is_file() {
                    all.extend(certificates(&path, "ATLAS_CAPATH")?);
                }
            }
            builder.tls_certs_only(all)
        }
        Trust::Anything => builder.tls_danger_accept_invalid_certs(true),
    })
}

fn certificates(file: &Path, variable: &str) -> Result<Vec<Certificate>, String> {
    let explain = |error: String| format!("{variable}: {}: {error}", file.display());
    let pem = fs::read(file).map_err(|e| explain(e.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|e| explain(text(&e)))?;
    if certificates.is_empty() {
        return Err(explain("no certificate in it".to_owned()));
    }
    Ok(certificates)
}

/// Whether requests may go through a proxy that is itself reached by https.
pub(super) fn proxy_is_secure() -> bool {
    ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .any(|proxy| proxy.starts_with("https:"))
}

/// reqwest leaves the choice of rustls's crypto provider to the program.
pub(super) fn install_crypto() {
    // The error is a program that has chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Trust {
        Trust::from(|name| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(found.1.into())
        })
    }

    #[test]
    fn a_file_wins_over_a_directory_and_no_check_over_both() {
        assert_eq!(read(&[]), Trust::System);
        let mut variables = vec![("ATLAS_CAPATH", "/d")];
        assert_eq!(read(&variables), Trust::Directory("/d".into()));
        variables.push(("ATLAS_CAFILE", "/f"));
        assert_eq!(read(&variables), Trust::File("/f".into()));
        variables.push(("ATLAS_TLS_NOVERIFY", "false"));
        assert_eq!(read(&variables), Trust::Anything);
    }

    #[test]
    fn what_can_not_be_trusted_is_named() {
        let builder = reqwest::Client::builder();
        let missing = Trust::File("/nowhere/ca.pem".into());
        let error = trust(builder, &missing).unwrap_err();
        assert!(
            error.starts_with("ATLAS_CAFILE: /nowhere/ca.pem: "),
            "{error}"
        );
    }
}
