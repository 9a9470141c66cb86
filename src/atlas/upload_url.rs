//! Where a version's file is uploaded to, as Atlas says: often another host.

use thiserror::Error;
use url::Url;

use super::BaseUrl;
use super::base_url::is_loopback;
use crate::sanitize::sanitize_and_cut;

/// No scheme that anybody knows is longer.
const LONGEST_SCHEME: usize = 20;

/// An upload path that is safe to send a file to. It is a secret: whoever has it can upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadUrl(Url);

/// Why an upload path is not followed. Says nothing of what it holds but its scheme.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UploadUrlError {
    /// There is none.
    #[error("the answer has no `upload_path`")]
    Missing,
    /// Not a URL at all.
    #[error("the `upload_path` is not an absolute URL")]
    NotAbsolute,
    /// Another scheme than http or https.
    #[error("the `upload_path` is a `{0}:` URL, not http or https")]
    Scheme(String),
    /// From https down to http.
    #[error("the `upload_path` is unencrypted, while Atlas is not")]
    Downgrade,
    /// A user name or password in it.
    #[error("the `upload_path` holds a user name or password")]
    Credentials,
    /// This machine, said by one that is not.
    #[error("the `upload_path` leads to this machine, while Atlas is another one")]
    Loopback,
}

impl UploadUrl {
    /// Checks what Atlas at `base` answered.
    pub fn parse(text: Option<&str>, base: &BaseUrl) -> Result<Self, UploadUrlError> {
        let text = text.ok_or(UploadUrlError::Missing)?;
        let url = Url::parse(text).map_err(|_| UploadUrlError::NotAbsolute)?;
        match url.scheme() {
            "https" => {}
            "http" if base.is_encrypted() => return Err(UploadUrlError::Downgrade),
            "http" => {}
            other => {
                return Err(UploadUrlError::Scheme(sanitize_and_cut(
                    other,
                    LONGEST_SCHEME,
                )));
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UploadUrlError::Credentials);
        }
        if is_loopback(&url) && !base.is_loopback() {
            return Err(UploadUrlError::Loopback);
        }
        Ok(Self(url))
    }

    /// The whole of it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(base: &str, path: &str) -> Result<UploadUrl, UploadUrlError> {
        UploadUrl::parse(Some(path), &BaseUrl::parse(base).unwrap())
    }

    #[test]
    fn another_host_is_fine() {
        assert!(parse("https://atlas.example", "https://storage.example/x?sig=a").is_ok());
        assert!(parse("http://atlas.example", "http://storage.example/x").is_ok());
        assert!(parse("http://127.0.0.1:1", "http://127.0.0.1:2/x").is_ok());
    }

    #[test]
    fn what_is_not_followed() {
        let refused = |path: &str| parse("https://atlas.example", path).unwrap_err();
        assert_eq!(refused("/_binstore/x"), UploadUrlError::NotAbsolute);
        assert_eq!(
            refused("file:///etc/passwd"),
            UploadUrlError::Scheme("file".into())
        );
        assert_eq!(
            refused("http://storage.example/x"),
            UploadUrlError::Downgrade
        );
        assert_eq!(
            refused("https://u:p@storage.example/x"),
            UploadUrlError::Credentials
        );
        assert_eq!(refused("https://127.0.0.1/x"), UploadUrlError::Loopback);
        for here in [
            "[::1]",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:0.0.0.0]",
            "2130706433",
        ] {
            let url = format!("https://{here}/x");
            assert_eq!(refused(&url), UploadUrlError::Loopback, "{here}");
        }
        let base = BaseUrl::parse("https://atlas.example").unwrap();
        assert_eq!(UploadUrl::parse(None, &base), Err(UploadUrlError::Missing));
    }
}
