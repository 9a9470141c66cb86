//! What is said about where Atlas is.

use crate::atlas::{BaseUrl, BaseUrlError};
use crate::diagnostic::{Code, Problem};

/// A warning where what is sent can be read on the way.
pub(crate) fn insecure(base_url: &BaseUrl) -> Option<Problem> {
    let message = "the token will be sent over an unencrypted connection";
    let readable = !base_url.is_encrypted() && !base_url.is_loopback();
    readable.then(|| Problem::warning(Code::InsecureUrl, message).help("use https://"))
}

/// Others read ATLAS_TOKEN too today, and nobody runs an Atlas at the default address: a token that
/// was set for something else is not sent there.
pub(crate) fn no_address() -> Problem {
    let message = "the token in ATLAS_TOKEN would be sent to https://atlas.hashicorp.com, which is no longer an \
                   Atlas, since no address is given";
    Problem::error(Code::NoAddress, message).help(
        "set `atlas_url`, or ATLAS_ADDRESS in the environment, to the address of your Atlas, even \
         where it is that one",
    )
}

/// What to do about a base URL that can't be used.
pub(crate) fn url_help(error: &BaseUrlError) -> &'static str {
    match error {
        BaseUrlError::Credentials => "Atlas knows users by their token: give that in `token`",
        _ => "write it as https://atlas.example.com or https://atlas.example.com/api/v1",
    }
}
