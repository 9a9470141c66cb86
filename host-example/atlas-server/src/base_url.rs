//! The base of the URLs that the server makes.

use std::net::SocketAddr;

use axum::http::{
    HeaderMap, Uri,
    header::HOST,
    uri::{Authority, Scheme},
};

/// Where clients reach the server: what is said to be its URL, or else what each of them reaches it by.
#[derive(Debug, Clone)]
pub(crate) enum BaseUrl {
    /// This URL, for all; it has no slash at its end.
    Public(String),
    /// The `Host` of a request, or this address if it has none.
    Host {
        /// Whether clients speak TLS with the server itself.
        is_tls: bool,
        /// Where it listens.
        address: SocketAddr,
    },
}

impl BaseUrl {
    /// Reads a public URL: `None` if it is more, or less, than a scheme and a host.
    pub(crate) fn public(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme()?;
        let authority = uri.authority()?.as_str();
        let is_known = *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP;
        let base = format!("{scheme}://{authority}");
        // Pages link to places from the root of their host.
        let is_all = url.strip_suffix('/').unwrap_or(url) == base;
        (is_known && is_all && !authority.contains('@')).then_some(Self::Public(base))
    }

    /// The base for whoever has sent a request with these headers, without a slash at its end.
    pub(crate) fn of(&self, headers: &HeaderMap) -> String {
        match self {
            Self::Public(url) => url.clone(),
            Self::Host { is_tls, address } => {
                let host = headers
                    .get(HOST)
                    .and_then(|host| Authority::try_from(host.as_bytes()).ok());
                let host = host.map_or_else(|| address.to_string(), |host| host.to_string());
                format!("{}://{host}", scheme(*is_tls))
            }
        }
    }
}

/// The scheme of the server's URLs.
pub(crate) fn scheme(is_tls: bool) -> &'static str {
    if is_tls { "https" } else { "http" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        for url in ["https://atlas.example.com", "http://[::1]:8080"] {
            for given in [url.to_owned(), format!("{url}/")] {
                let base = BaseUrl::public(&given).unwrap();
                assert_eq!(base.of(&HeaderMap::new()), url);
            }
        }
        for wrong in [
            "",
            "atlas.example.com",
            "/atlas",
            "ftp://atlas.example.com",
            "https://",
            "https://me@atlas.example.com",
            "https://atlas.example.com/atlas",
            "https://atlas.example.com//",
            "https://atlas.example.com?a=b",
            "https://atlas.example.com/#a",
        ] {
            assert!(BaseUrl::public(wrong).is_none(), "{wrong}");
        }
    }
}
