//! TLS: the certificate and its key, from files of PEM.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject},
        },
    },
};

/// The files that make a server speak TLS, both PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate, and after it those that lead to one that clients trust.
    pub cert: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
}

/// A file that TLS does not work with.
#[derive(Debug, Error)]
#[error("cannot use {file} for TLS: {reason}")]
pub struct TlsError {
    file: String,
    reason: String,
}

impl TlsError {
    fn new(file: &Path, reason: impl Display) -> Self {
        Self {
            file: file.display().to_string(),
            reason: reason.to_string(),
        }
    }
}

/// Reads the files, and checks that they belong together.
pub(crate) fn acceptor(TlsFiles { cert, key }: &TlsFiles) -> Result<TlsAcceptor, TlsError> {
    let certificates = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(cert, error))?;
    if certificates.is_empty() {
        return Err(unreadable(cert, pem::Error::NoItemsFound));
    }
    let private_key = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|config| config.with_no_client_auth())
        .and_then(|config| config.with_single_cert(certificates, private_key))
        .map_err(|error| match error {
            rustls::Error::InvalidCertificate(_) => TlsError::new(cert, error),
            rustls::Error::InconsistentKeys(_) => {
                TlsError::new(key, format!("it is not the key of {}", cert.display()))
            }
            _ => TlsError::new(key, error),
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unreadable(file: &Path, error: pem::Error) -> TlsError {
    match error {
        pem::Error::Io(error) => TlsError::new(file, error),
        pem::Error::NoItemsFound => TlsError::new(file, "nothing of the kind is in it, as PEM"),
        error => TlsError::new(file, error),
    }
}
