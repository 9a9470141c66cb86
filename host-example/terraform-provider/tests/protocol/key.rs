//! Terraform's key: on the curve P-521, as go-plugin makes it.

use std::sync::Arc;

use p521::ecdsa::signature::Signer;
use p521::ecdsa::{Signature, SigningKey};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::{self, CertifiedKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

/// The certificate of the key whose bytes are all 1, and of the one whose bytes are all 2. Their
/// issuers are themselves.
pub const ONE: Key = Key(1, include_str!("one.pem"));
pub const OTHER: Key = Key(2, include_str!("other.pem"));

/// A key, by the byte that it consists of, and a certificate.
#[derive(Clone, Copy)]
pub struct Key(pub u8, pub &'static str);

impl Key {
    /// What answers a server that asks for a certificate.
    pub fn resolver(self) -> Arc<dyn ResolvesClientCert> {
        let key = SigningKey::from_slice(&[&[0][..], &[self.0; 65]].concat()).unwrap();
        let certificate = CertificateDer::from_pem_slice(self.1.as_bytes()).unwrap();
        let certified = CertifiedKey::new(vec![certificate], Arc::new(P521(key)));
        Arc::new(Always(Arc::new(certified)))
    }
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

struct P521(SigningKey);

impl std::fmt::Debug for P521 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("P521")
    }
}

impl sign::SigningKey for P521 {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        let is_offered = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        is_offered.then(|| Box::new(P521(self.0.clone())) as Box<dyn sign::Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for P521 {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: Signature = self.0.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
