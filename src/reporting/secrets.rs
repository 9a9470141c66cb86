//! What is secret, and texts without it.
//!
//! A server may repeat what it was sent, anywhere and in another letter case. So everything that is
//! sent or received as a secret is remembered, and looked for in every text that is shown.

use crate::atlas::Request;
use crate::json::{self, Kind, Value};
use crate::platform::Platform;
use crate::secrets::Secrets;
use crate::steps::Outcome;

/// What a secret's name has in it.
const SECRET_WORDS: [&str; 8] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "private",
    "key",
];

/// Fields of an answer whose values are as good as a token.
const SECRET_FIELDS: [&str; 3] = ["upload_path", "upload_token", "token"];

/// Whether the value of that name is none of the onlookers' business.
pub(super) fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

impl Secrets {
    /// The token of the environment, and the variables with such names.
    pub(super) fn new(variables: &[(String, String)], platform: &dyn Platform) -> Self {
        let mut secrets = Self::default();
        secrets.add(&platform.environment("ATLAS_TOKEN").unwrap_or_default());
        for (name, value) in variables {
            if sounds_secret(name) {
                secrets.add(value);
            }
        }
        secrets
    }

    /// Takes note of the secrets of a request.
    pub(super) fn learn_request(&mut self, request: &Request) {
        for header in request.headers.iter().filter(|header| header.sensitive) {
            self.add(&header.value);
        }
        if request.sensitive_url {
            self.add_url(&request.url);
        }
    }

    /// Takes note of the secrets of an answer. `is_secret`: the answer to a request with a secret URL
    /// leads to such, too.
    pub(super) fn learn_outcome(&mut self, outcome: &Outcome, is_secret: bool) {
        let Outcome::Answered(response) = outcome else {
            return;
        };
        if let Some(location) = response.header("location").filter(|_| is_secret) {
            self.add_url(location);
        }
        let text = std::str::from_utf8(&response.body).unwrap_or_default();
        if let Ok(body) = json::read(text) {
            self.learn_json(body.root());
        }
    }

    fn learn_json(&mut self, value: &Value) {
        match &value.kind {
            Kind::Object(members) => {
                for member in members {
                    match member.value.as_str() {
                        Some(text) if SECRET_FIELDS.contains(&member.key.as_str()) => {
                            self.add_url(text);
                        }
                        _ => self.learn_json(&member.value),
                    }
                }
            }
            Kind::Array(items) => items.iter().for_each(|item| self.learn_json(item)),
            _ => {}
        }
    }

    /// A text with a star for each character that is secret, so that columns stay what they are.
    pub(super) fn mask(&self, text: &str) -> String {
        self.replace(text, |secret| "*".repeat(secret.chars().count()))
    }
}
