//! Signatures of sums, which minisign verifies.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use minisign::{KeyPair, PublicKey, SecretKey, SecretKeyBox, SignatureBox};

use crate::error::Error;
use crate::workspace::VERSION;

/// Makes a pair of keys: the secret one, which no password protects, in a new file that its user alone
/// can read; the public one beside it, with `.pub` at its end.
pub fn make_key(secret: &Path) -> Result<PathBuf, Error> {
    let public = with_ending(secret, "pub");
    if public.exists() {
        return Err(unfit(&public, "is there already"));
    }
    let unmade = |e: minisign::PError| unfit(secret, &e.to_string());
    let pair = KeyPair::generate_unencrypted_keypair().map_err(unmade)?;
    let text = pair
        .sk
        .to_box(Some("signs releases"))
        .map_err(unmade)?
        .to_string();
    create_private(secret, text.as_bytes()).map_err(Error::file(secret))?;
    let text = pair.pk.to_box().map_err(unmade)?.to_string();
    fs::write(&public, text).map_err(Error::file(&public))?;
    Ok(public)
}

/// A key to sign with.
pub struct Key(SecretKey);

impl Key {
    /// Reads the secret key that [`make_key`] wrote.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::file(path))?;
        // Its error may not repeat what is in the file.
        let key =
            SecretKeyBox::from_string(&text).and_then(SecretKeyBox::into_unencrypted_secret_key);
        key.map(Self)
            .map_err(|_| unfit(path, "is no secret key of minisign without a password"))
    }

    /// Signs a file; the signature is beside it, with `.minisig` at its end.
    pub fn sign(&self, path: &Path) -> Result<(), Error> {
        let content = fs::read(path).map_err(Error::file(path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let trusted = format!("atlas-post-processor {VERSION}, {name}");
        let signed = minisign::sign(None, &self.0, Cursor::new(content), Some(&trusted), None);
        let signed = signed.map_err(|e| unfit(path, &e.to_string()))?;
        let signature = with_ending(path, "minisig");
        fs::write(&signature, signed.into_string()).map_err(Error::file(&signature))
    }
}

/// Whether a file is what the owner of a key has signed.
pub fn verify(path: &Path, public: &Path) -> Result<(), Error> {
    let key = PublicKey::from_file(public).map_err(|e| unfit(public, &e.to_string()))?;
    let signature = with_ending(path, "minisig");
    let read =
        SignatureBox::from_file(&signature).map_err(|e| unfit(&signature, &e.to_string()))?;
    let content = fs::read(path).map_err(Error::file(path))?;
    minisign::verify(&key, &read, Cursor::new(content), true, false, false)
        .map_err(|e| unfit(path, &e.to_string()))
}

fn create_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;

    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(".");
    longer.push(ending);
    longer.into()
}

fn unfit(path: &Path, reason: &str) -> Error {
    Error::Signature {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
