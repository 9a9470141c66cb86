//! The session of a browser: a random secret in a cookie, of which the database has the digest.

use std::{fmt::Write, time::Duration};

use axum::http::{HeaderMap, header::COOKIE};

use crate::token::{SecretDigest, random_name};

/// The cookie's name.
const NAME: &str = "atlas_session";

/// The length of a secret: 43 letters and digits are 256 bits.
const LENGTH: usize = 43;

/// How long one stays logged in.
pub(crate) const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The secret of a session.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Session(String);

impl Session {
    /// A new one, that nobody is logged in with yet.
    pub(crate) fn new() -> Self {
        Self(random_name(LENGTH))
    }

    /// The one that a request shows.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).into_iter();
        let secret = cookies
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(name, value)| (name == NAME).then_some(value))?;
        let is_ours = secret.len() == LENGTH && secret.bytes().all(|b| b.is_ascii_alphanumeric());
        is_ours.then(|| Self(secret.to_owned()))
    }

    /// What the database knows it by.
    pub(crate) fn digest(&self) -> SecretDigest {
        SecretDigest::of(self.0.as_bytes())
    }

    /// What the forms of this session carry: whoever makes a browser send a form from elsewhere does
    /// not know it.
    pub(crate) fn csrf(&self) -> String {
        let digest = SecretDigest::of(format!("csrf{}", self.0).as_bytes());
        digest.as_bytes().iter().fold(String::new(), |mut text, b| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{b:02x}");
            text
        })
    }

    /// The header that gives it to a browser.
    pub(crate) fn cookie(&self, is_secure: bool) -> String {
        cookie(&self.0, LIFETIME, is_secure)
    }

    /// The header that takes it away.
    pub(crate) fn no_cookie(is_secure: bool) -> String {
        cookie("", Duration::ZERO, is_secure)
    }
}

fn cookie(value: &str, lifetime: Duration, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    let seconds = lifetime.as_secs();
    format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let cookies = cookies.iter().map(|c| (COOKIE, c.parse().unwrap()));
        cookies.collect()
    }

    #[test]
    fn a_session_comes_back_among_other_cookies() {
        let session = Session::new();
        let cookie = session.cookie(false);
        let ours = cookie.split(';').next().unwrap();
        let theirs = format!("a=b; {ours}; x_atlas_session=1");
        assert!(Session::of(&headers(&[&theirs])).unwrap() == session);
        assert!(Session::of(&headers(&["a=b", ours])).unwrap() == session);
        for other in [
            "a=b",
            "atlas_session=",
            "atlas_session=short",
            "atlas_session",
        ] {
            assert!(Session::of(&headers(&[other])).is_none(), "{other}");
        }
        assert!(Session::new() != session);
    }

    #[test]
    fn only_this_server_sees_the_cookie() {
        let cookie = Session::new().cookie(true);
        assert!(cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"));
        assert_eq!(
            Session::no_cookie(false),
            "atlas_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn forms_do_not_tell_the_secret() {
        let (one, other) = (Session::new(), Session::new());
        assert_eq!(one.csrf().len(), 64);
        assert!(one.csrf() == one.csrf() && one.csrf() != other.csrf());
        assert!(!one.csrf().contains(&one.0));
    }
}
