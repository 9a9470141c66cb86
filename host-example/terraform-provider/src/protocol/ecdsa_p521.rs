//! Signatures by keys on the curve P-521, which Terraform's certificates have and ring does not know.

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{Signature, VerifyingKey};
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};

/// ECDSA on P-521 with SHA-512.
#[derive(Debug)]
struct EcdsaP521Sha512;

/// What the signature of a TLS handshake may be made by.
pub(super) static P521_ALGORITHMS: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521Sha512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521Sha512])],
};

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        // The message is hashed with SHA-512.
        key.verify(message, &signature)
            .map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use p521::ecdsa::SigningKey;
    use p521::ecdsa::signature::Signer;

    use super::*;

    #[test]
    fn only_the_key_s_own_signature_of_the_message_is_valid() {
        let key = |byte| SigningKey::from_slice(&[&[0][..], &[byte; 65]].concat()).unwrap();
        let (one, other) = (key(1), key(2));
        let signature: Signature = one.sign(b"message");
        let der = signature.to_der();
        let verify = |key: &SigningKey, message: &[u8], signature: &[u8]| {
            let public = VerifyingKey::from(key).to_sec1_point(false);
            EcdsaP521Sha512.verify_signature(public.as_bytes(), message, signature)
        };
        assert!(verify(&one, b"message", der.as_bytes()).is_ok());
        assert!(verify(&one, b"messagE", der.as_bytes()).is_err());
        assert!(verify(&other, b"message", der.as_bytes()).is_err());
        assert!(verify(&one, b"message", &signature.to_bytes()).is_err());
        assert!(verify(&one, b"message", b"").is_err());
        let no_key = EcdsaP521Sha512.verify_signature(b"", b"message", der.as_bytes());
        assert!(no_key.is_err());
    }
}
