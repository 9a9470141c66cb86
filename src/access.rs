//! Access to Atlas: where it is, and by which token.
//!
//! Each is what a configuration or a query gives, else what ATLAS_ADDRESS and ATLAS_TOKEN hold. Others read ATLAS_TOKEN
//! too today, and nobody runs an Atlas at the default address: a token that was set for something else is not sent
//! there.

use crate::atlas::{BaseUrl, BaseUrlError, DEFAULT_BASE_URL, Token};
use crate::diagnostic::{Code, Problem};
use crate::platform::Platform;

/// What may be left out.
pub(crate) enum Given<T> {
    /// This.
    Value(T),
    /// Nothing: it is missing, or its text is empty.
    Nothing,
    /// Something that can't be used, which was reported.
    Reported,
}

impl<T> Given<T> {
    fn and_then<U>(self, then: impl FnOnce(T) -> Given<U>) -> Given<U> {
        match self {
            Self::Value(value) => then(value),
            Self::Nothing => Given::Nothing,
            Self::Reported => Given::Reported,
        }
    }
}

/// What a finding is about.
pub(crate) enum About {
    /// The token that was given.
    Token,
    /// The address that was given.
    Address,
    /// The address that was not given.
    NoAddress,
    /// A variable of the environment.
    Environment,
}

/// Where Atlas is, and who asks there.
pub(crate) struct Access {
    /// `None` if something was reported.
    pub base_url: Option<BaseUrl>,
    /// The token.
    pub token: Given<Token>,
}

/// Where findings go.
type Add<'a> = dyn FnMut(About, Problem) + 'a;

/// Reads what was given and the environment, and adds what is wrong.
pub(crate) fn read(
    token: Given<String>,
    address: Given<String>,
    platform: &dyn Platform,
    add: &mut Add,
) -> Access {
    let is_given = !matches!(token, Given::Nothing);
    let token = read_token(token, platform, add);
    let is_sent = !matches!(token, Given::Nothing);
    let base_url = match read_address(address, is_sent, platform, add) {
        Given::Value(base_url) => Some(base_url),
        Given::Reported => None,
        Given::Nothing if is_given || !matches!(token, Given::Value(_)) => {
            BaseUrl::parse(DEFAULT_BASE_URL).ok()
        }
        Given::Nothing => {
            let message = "the token in ATLAS_TOKEN would be sent to https://atlas.hashicorp.com, which is no longer an \
                           Atlas, since no address is given";
            add(About::NoAddress, Problem::error(Code::NoAddress, message));
            None
        }
    };
    Access { base_url, token }
}

fn read_token(given: Given<String>, platform: &dyn Platform, add: &mut Add) -> Given<Token> {
    let (given, about) = or_variable(given, "ATLAS_TOKEN", About::Token, platform);
    given.and_then(|text| {
        let error = match Token::parse(&text) {
            Ok(token) => return Given::Value(token),
            Err(error) => error,
        };
        let message = match about {
            About::Environment => format!("ATLAS_TOKEN in the environment can't be used: {error}"),
            _ => error.to_string(),
        };
        add(about, Problem::error(Code::MalformedToken, message));
        Given::Reported
    })
}

/// `is_sent`: whether there is a token, which could be read on the way.
fn read_address(
    given: Given<String>,
    is_sent: bool,
    platform: &dyn Platform,
    add: &mut Add,
) -> Given<BaseUrl> {
    let (given, about) = or_variable(given, "ATLAS_ADDRESS", About::Address, platform);
    given.and_then(|text| match BaseUrl::parse(&text) {
        Ok(base_url) => {
            if is_sent && !base_url.is_encrypted() && !base_url.is_loopback() {
                let message = "the token will be sent over an unencrypted connection";
                let problem = Problem::warning(Code::InsecureUrl, message);
                add(about, problem.help("use https://"));
            }
            Given::Value(base_url)
        }
        Err(error) => {
            let what = match about {
                About::Environment => "ATLAS_ADDRESS in the environment",
                _ => "the address of Atlas",
            };
            let message = format!("{what} can't be used: {error}");
            let problem = Problem::error(Code::MalformedUrl, message).help(help(&error));
            add(about, problem);
            Given::Reported
        }
    })
}

/// What was given, or what the variable holds; and what a finding about it is about.
fn or_variable(
    given: Given<String>,
    variable: &str,
    about: About,
    platform: &dyn Platform,
) -> (Given<String>, About) {
    match given {
        Given::Nothing => match platform.variable(variable) {
            Some(text) => (Given::Value(text), About::Environment),
            None => (Given::Nothing, about),
        },
        given => (given, about),
    }
}

/// What to do about a base URL that can't be used.
fn help(error: &BaseUrlError) -> &'static str {
    match error {
        BaseUrlError::Credentials => "Atlas knows users by their token: give that in `token`",
        _ => "write it as https://atlas.example.com or https://atlas.example.com/api/v1",
    }
}
