//! Where Atlas is.

use std::net::Ipv4Addr;

use thiserror::Error;
use url::{Host, Url};

/// The base URL that is used when none is configured: the documentation's default, without the
/// `/api/v1` that every request adds.
pub const DEFAULT_BASE_URL: &str = "https://atlas.hashicorp.com";

/// Where Atlas is: http or https, a host, perhaps a path, without the trailing `/api/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why a text can't be a base URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BaseUrlError {
    /// Not a URL at all.
    #[error("it is not an absolute URL ({0})")]
    NotAbsolute(url::ParseError),
    /// Another scheme than http or https.
    #[error("its scheme is `{0}`, not http or https")]
    Scheme(String),
    /// A user name or password in it.
    #[error("it holds a user name or password")]
    Credentials,
    /// A query or fragment, which no path can follow.
    #[error("it has a query or fragment")]
    Query,
}

impl BaseUrl {
    /// Takes a text that has been interpolated: `https://host` as the original needed it,
    /// `https://host/api/v1` as its documentation says, either with a path before it and slashes
    /// behind it.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let mut url = Url::parse(text.trim()).map_err(BaseUrlError::NotAbsolute)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError::Scheme(url.scheme().into()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/api/v1").unwrap_or(path);
        let path = path.trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL of an endpoint: these parts of a path below `/api/v1`.
    pub fn endpoint(&self, segments: &[&str]) -> String {
        self.below(["api", "v1"].iter().chain(segments))
    }

    /// The URL of a page: these parts of a path below the base.
    pub fn page(&self, segments: &[&str]) -> String {
        self.below(segments.iter())
    }

    fn below<'a>(&self, segments: impl Iterator<Item = &'a &'a str>) -> String {
        let mut url = self.0.clone();
        // Fails only for URLs that have no path, such as `data:`, which are no base URLs.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url.into()
    }

    /// Whether a URL leads to the same origin (RFC 6454).
    pub fn is_origin_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

/// Whether a URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    // A connection to no address at all goes to this machine, too.
    let is_v4 = |address: Ipv4Addr| address.is_loopback() || address.is_unspecified();
    match url.host() {
        Some(Host::Ipv4(address)) => is_v4(address),
        Some(Host::Ipv6(address)) => {
            let is_v6 = address.is_loopback() || address.is_unspecified();
            is_v6 || address.to_ipv4_mapped().is_some_and(is_v4)
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authenticate(base: &str) -> String {
        BaseUrl::parse(base).unwrap().endpoint(&["authenticate"])
    }

    #[test]
    fn with_and_without_the_api_path() {
        for base in [
            "https://atlas.example",
            "https://atlas.example/",
            "https://atlas.example/api/v1",
            "https://atlas.example/api/v1/",
            "https://atlas.example//api/v1//",
            "HTTPS://ATLAS.example:443",
        ] {
            assert_eq!(
                authenticate(base),
                "https://atlas.example/api/v1/authenticate"
            );
        }
        for base in [
            "http://h:8080/atlas",
            "http://h:8080/atlas/",
            "http://h:8080/atlas/api/v1/",
        ] {
            assert_eq!(
                authenticate(base),
                "http://h:8080/atlas/api/v1/authenticate"
            );
        }
        assert_eq!(
            authenticate("http://h/api/v1x"),
            "http://h/api/v1x/api/v1/authenticate"
        );
    }

    #[test]
    fn parts_of_a_path_stay_parts() {
        let base = BaseUrl::parse("http://h").unwrap();
        assert_eq!(
            base.endpoint(&["artifacts", "ü"]),
            "http://h/api/v1/artifacts/%C3%BC"
        );
        assert_eq!(
            base.page(&["hashicorp", "foobar"]),
            "http://h/hashicorp/foobar"
        );
    }

    #[test]
    fn anything_else_is_refused() {
        let refused = |text| BaseUrl::parse(text).unwrap_err();
        assert!(matches!(
            refused("atlas.example"),
            BaseUrlError::NotAbsolute(_)
        ));
        assert!(matches!(refused("http://"), BaseUrlError::NotAbsolute(_)));
        assert!(matches!(
            refused("file:///etc/passwd"),
            BaseUrlError::Scheme(_)
        ));
        assert!(matches!(refused("localhost:8080"), BaseUrlError::Scheme(_)));
        assert_eq!(refused("https://u:p@h"), BaseUrlError::Credentials);
        assert_eq!(refused("https://h/?a=b"), BaseUrlError::Query);
        assert_eq!(refused("https://h/#a"), BaseUrlError::Query);
    }

    #[test]
    fn this_machine_is_known() {
        for base in [
            "http://127.0.0.1:1",
            "http://[::1]",
            "http://localhost",
            "http://a.localhost.",
        ] {
            assert!(BaseUrl::parse(base).unwrap().is_loopback(), "{base}");
        }
        for base in ["http://10.0.0.1", "http://localhost.example"] {
            assert!(!BaseUrl::parse(base).unwrap().is_loopback(), "{base}");
        }
    }
}
