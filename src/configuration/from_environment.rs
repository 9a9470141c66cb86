//! What the configuration takes from the environment: ATLAS_TOKEN, ATLAS_ADDRESS, ATLAS_BUILD_ID,
//! ATLAS_COMPILE_ID. An empty variable is as good as none, as in the original.

use super::address::{insecure, url_help};
use super::given::Given;
use super::go_integer::go_integer;
use crate::atlas::{BaseUrl, Token};
use crate::diagnostic::{Code, Problem, Source};
use crate::json::{Report, Span};
use crate::platform::Platform;

/// Reads the environment, and reports what can't be read.
pub struct FromEnvironment<'r, 'd> {
    /// The environment.
    pub platform: &'r dyn Platform,
    /// Where findings go.
    pub report: &'r mut Report<'d>,
}

impl FromEnvironment<'_, '_> {
    fn add(&mut self, problem: Problem) {
        self.report
            .add_elsewhere(problem.about(Source::Environment));
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = self.platform.environment(name);
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
            let help = format!("set it to a number such as 42, or unset {name}");
            self.add(Problem::error(Code::MalformedBuildId, message).help(help));
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
            self.add(Problem::error(Code::MalformedToken, message));
        }
        token.ok()
    }

    /// Where Atlas is.
    pub fn base_url(&mut self) -> Given<BaseUrl> {
        let Some(address) = self.variable("ATLAS_ADDRESS") else {
            return Given::Nothing;
        };
        match BaseUrl::parse(&address) {
            Ok(base_url) => {
                if let Some(problem) = insecure(&base_url) {
                    self.add(problem);
                }
                Given::Value(base_url)
            }
            Err(error) => {
                let message = format!("ATLAS_ADDRESS in the environment can't be used: {error}");
                let help = url_help(&error);
                self.add(Problem::error(Code::MalformedUrl, message).help(help));
                Given::Reported
            }
        }
    }
}
