//! What the configuration takes from the environment: ATLAS_TOKEN, ATLAS_ADDRESS, ATLAS_BUILD_ID,
//! ATLAS_COMPILE_ID. An empty variable is as good as none, as in the original.

use super::go_integer::go_integer;
use super::{insecure, url_help};
use crate::atlas::{BaseUrl, DEFAULT_BASE_URL, Token};
use crate::diagnostic::{Code, Diagnostic};
use crate::json::{Report, Span};
use crate::surroundings::Surroundings;

/// Reads the environment, and reports what can't be read.
pub struct FromEnvironment<'r, 'd> {
    /// The environment.
    pub surroundings: &'r dyn Surroundings,
    /// Where findings go.
    pub report: &'r mut Report<'d>,
}

impl FromEnvironment<'_, '_> {
    fn variable(&self, name: &str) -> Option<String> {
        let value = self.surroundings.environment(name);
        value.filter(|value| !value.is_empty())
    }

    /// A number, 0 if there is none. `None` if it was reported.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let Some(text) = self.variable(name) else {
            return Some(0);
        };
        let number = go_integer(&text);
        if number.is_none() {
            let message = format!("{name} in the environment is not a whole number");
            let finding = Diagnostic::error(Code::MalformedBuildId, message);
            let help = format!("set it to a number such as 42, or unset {name}");
            self.report.add_elsewhere(finding.help(help));
        }
        number
    }

    /// The token. `None` if there is none that can be used, which was reported: at `whole` if it is
    /// missing.
    pub fn token(&mut self, whole: &Span) -> Option<Token> {
        let Some(text) = self.variable("ATLAS_TOKEN") else {
            let message = "there is no token to publish with";
            let help = "set `token`, or ATLAS_TOKEN in the environment; if `token` is a user \
                        variable, give it a value";
            let code = Code::MissingToken;
            self.report.error_with_help(code, whole, message, help);
            return None;
        };
        let token = Token::parse(&text);
        if let Err(error) = token {
            let message = format!("ATLAS_TOKEN in the environment can't be used: {error}");
            let finding = Diagnostic::error(Code::MalformedToken, message);
            self.report.add_elsewhere(finding);
        }
        token.ok()
    }

    /// The base URL, the documented default if there is none. `None` if it was reported.
    pub fn base_url(&mut self) -> Option<BaseUrl> {
        let address = self.variable("ATLAS_ADDRESS");
        let parsed = BaseUrl::parse(address.as_deref().unwrap_or(DEFAULT_BASE_URL));
        let finding = match &parsed {
            Ok(base_url) => insecure(base_url),
            Err(error) => {
                let message = format!("ATLAS_ADDRESS in the environment can't be used: {error}");
                Some(Diagnostic::error(Code::MalformedUrl, message).help(url_help(error)))
            }
        };
        if let Some(finding) = finding {
            self.report.add_elsewhere(finding);
        }
        parsed.ok()
    }
}
