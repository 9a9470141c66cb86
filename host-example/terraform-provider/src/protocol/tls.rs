//! TLS between Terraform and us, who know each other by certificates made for this one conversation
//! (go-plugin's AutoMTLS): each tells the other its own beforehand.

use std::env;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::client_certificate::ClientCertificate;

/// The variable in which Terraform tells its certificate. Without it, it wants no TLS.
pub const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// The name by which Terraform calls every plugin.
const SERVER_NAME: &str = "localhost";

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// What Terraform has told is no certificate.
    #[error("{CLIENT_CERTIFICATE} holds no certificate: {0}")]
    ClientCertificate(#[from] rustls::pki_types::pem::Error),
    /// Ours can't be made.
    #[error("no certificate can be made: {0}")]
    OwnCertificate(#[from] rcgen::Error),
    /// Something else.
    #[error("TLS can't be used: {0}")]
    Tls(#[from] rustls::Error),
}

/// Who is let in, and what Terraform needs to know of us.
pub struct Tls {
    /// Accepts Terraform alone.
    pub acceptor: TlsAcceptor,
    /// Our certificate, as the handshake's line has it.
    pub certificate: String,
}

impl Tls {
    /// As Terraform asks for it by its environment; none if it does not.
    pub fn from_environment() -> Result<Option<Self>, TlsError> {
        match env::var(CLIENT_CERTIFICATE) {
            Ok(pem) if !pem.is_empty() => Self::with_client(pem.as_bytes()).map(Some),
            _ => Ok(None),
        }
    }

    fn with_client(pem: &[u8]) -> Result<Self, TlsError> {
        let client = CertificateDer::from_pem_slice(pem)?;
        let (certificate, key) = own_certificate()?;
        let told = BASE64_STANDARD_NO_PAD.encode(&certificate);
        let provider = Arc::new(ring::default_provider());
        let verifier = ClientCertificate::new(client, &provider);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate], key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            acceptor: Arc::new(config).into(),
            certificate: told,
        })
    }
}

/// A certificate that is its own issuer. Terraform trusts it since the handshake's line told it.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new([SERVER_NAME.to_owned()])?;
    params
        .distinguished_name
        .push(DnType::CommonName, SERVER_NAME);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok((
        certificate.into(),
        PrivateKeyDer::Pkcs8(key.serialize_der().into()),
    ))
}
