//! Who may connect: whoever has the key of the one certificate that Terraform has told.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::ecdsa_p521::P521_ALGORITHMS;

/// Accepts this certificate and no other, whatever it says of itself.
#[derive(Debug)]
pub(super) struct ClientCertificate {
    certificate: CertificateDer<'static>,
    /// What the signature of a handshake may be made by, besides P-521.
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertificate {
    pub(super) fn new(
        certificate: CertificateDer<'static>,
        provider: &Arc<CryptoProvider>,
    ) -> Self {
        Self {
            certificate,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    /// The algorithms that know a scheme.
    fn algorithms(&self, scheme: SignatureScheme) -> &WebPkiSupportedAlgorithms {
        match scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => &P521_ALGORITHMS,
            _ => &self.algorithms,
        }
    }
}

impl ClientCertVerifier for ClientCertificate {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, self.algorithms(signed.scheme))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, self.algorithms(signed.scheme))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = P521_ALGORITHMS.supported_schemes();
        schemes.extend(self.algorithms.supported_schemes());
        schemes
    }
}
