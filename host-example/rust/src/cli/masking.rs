//! Keeps secrets off the screen.
//!
//! A line of a template that is shown under a diagnostic can hold a token. Two things are masked,
//! character by character so that columns stay what they are: values beside a name that sounds like
//! a secret's, and the values of such variables that were given on the command line. Text that is
//! no JSON at all is read all the same: it is shown because it is broken.

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
/// Functions of templates whose argument is a name, which may be shown.
const NAMING_FUNCTIONS: [&str; 3] = ["user", "env", "isotime"];
/// Shorter values are not looked for in texts: they are anywhere, and no secrets.
const SHORTEST_SECRET: usize = 4;
const STAR: char = '*';

/// Knows what is not to be shown.
pub(crate) struct Mask {
    values: Vec<String>,
}

impl Mask {
    /// Of the variables that were given, those that sound secret are.
    pub(crate) fn new(variables: &[(String, String)]) -> Self {
        let values = variables
            .iter()
            .filter(|(name, value)| sounds_secret(name) && value.chars().count() >= SHORTEST_SECRET)
            .map(|(_, value)| value.clone())
            .collect();
        Self { values }
    }

    /// Any text, without the values that are known to be secret.
    pub(crate) fn text(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, value| {
            text.replace(value, &STAR.to_string().repeat(value.chars().count()))
        })
    }

    /// A document, without these and without what stands beside a name that sounds secret.
    pub(crate) fn document(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut shown = String::with_capacity(text.len());
        let mut after_secret_name = false;
        let mut rest = chars.as_slice();
        while let Some((token, length)) = next_token(rest) {
            let (token_chars, after) = rest.split_at(length);
            match token {
                Token::Value if after_secret_name => {
                    shown.extend(mask_value(token_chars));
                    after_secret_name = false;
                }
                Token::Value => {
                    shown.extend(token_chars);
                    after_secret_name = sounds_secret(&token_chars.iter().collect::<String>());
                }
                // A missing colon can be what is wrong with the document.
                Token::Space | Token::Colon => shown.extend(token_chars),
                Token::Other => {
                    shown.extend(token_chars);
                    after_secret_name = false;
                }
            }
            rest = after;
        }
        self.text(&shown)
    }
}

/// Whether the value of that name is none of the onlookers' business.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// A piece of something like JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    /// A string, closed or not, or anything without quotes.
    Value,
    Space,
    Colon,
    Other,
}

fn next_token(chars: &[char]) -> Option<(Token, usize)> {
    let first = *chars.first()?;
    let run = |belongs: fn(char) -> bool| chars.iter().take_while(|c| belongs(**c)).count();
    Some(match first {
        '"' | '\'' => (Token::Value, string_length(chars, first)),
        ':' | '=' => (Token::Colon, 1),
        '{' | '}' | '[' | ']' | ',' => (Token::Other, 1),
        space if space.is_whitespace() => (Token::Space, run(char::is_whitespace)),
        _ => (
            Token::Value,
            run(|c| {
                !c.is_whitespace() && !matches!(c, ':' | '=' | '{' | '}' | '[' | ']' | ',' | '"')
            }),
        ),
    })
}

/// Up to and with the closing quote, or to the end of the line: no JSON string goes further.
fn string_length(chars: &[char], quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in chars.iter().enumerate().skip(1) {
        match *c {
            '\n' => return index,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return index + 1,
            _ => {}
        }
    }
    chars.len()
}

/// Stars for a value, but for its quotes and for what a template does in `{{ }}`: that names
/// variables, and is what a diagnostic may be about.
fn mask_value(chars: &[char]) -> impl Iterator<Item = char> {
    let mut masker = ValueMasker::default();
    let last = chars.len().saturating_sub(1);
    let quoted = chars.first().is_some_and(|c| matches!(c, '"' | '\''));
    let mut shown = Vec::with_capacity(chars.len());
    for (index, c) in chars.iter().enumerate() {
        let is_quote = quoted && (index == 0 || (index == last && chars.first() == Some(c)));
        let next = chars.get(index + 1).copied();
        shown.push(if is_quote { *c } else { masker.show(*c, next) });
    }
    shown.into_iter()
}

#[derive(Default)]
struct ValueMasker {
    in_action: bool,
    literal: Option<Literal>,
    word: String,
    previous: char,
}

/// A string literal in an action.
struct Literal {
    quote: char,
    shown: bool,
}

impl ValueMasker {
    fn show(&mut self, c: char, next: Option<char>) -> char {
        let shown = self.is_shown(c, next);
        self.previous = c;
        if shown { c } else { STAR }
    }

    fn is_shown(&mut self, c: char, next: Option<char>) -> bool {
        if !self.in_action {
            self.in_action = c == '{' && next == Some('{');
            return self.in_action;
        }
        if let Some(literal) = &self.literal {
            let closes = c == literal.quote;
            // The backslash before an inner quote of a JSON string belongs to the quote.
            let shown = literal.shown || closes || (c == '\\' && next == Some(literal.quote));
            if closes {
                self.literal = None;
                self.word.clear();
            }
            return shown;
        }
        if c == '`' || c == '"' {
            let shown = NAMING_FUNCTIONS.contains(&self.word.as_str());
            self.literal = Some(Literal { quote: c, shown });
        } else if c == '}' && self.previous == '}' {
            self.in_action = false;
        } else if c.is_alphanumeric() || c == '_' {
            if !self.previous.is_alphanumeric() && self.previous != '_' {
                self.word.clear();
            }
            self.word.push(c);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> String {
        let shown = Mask::new(&[]).document(text);
        assert_eq!(shown.chars().count(), text.chars().count(), "columns moved");
        shown
    }

    #[test]
    fn values_of_secret_names() {
        assert_eq!(
            document(r#"{"token": "abc.é1", "artifact": "a/b"}"#),
            r#"{"token": "******", "artifact": "a/b"}"#
        );
        assert_eq!(
            document(r#""aws_secret_key":"x\"y""#),
            r#""aws_secret_key":"****""#
        );
        assert_eq!(
            document("\"Password\":\n  \"hunter2\"\n"),
            "\"Password\":\n  \"*******\"\n"
        );
    }

    #[test]
    fn broken_documents_hide_them_too() {
        assert_eq!(document(r#""token" "abc","#), r#""token" "***","#);
        assert_eq!(
            document("\"token\": \"abc,\n\"b\": 1"),
            "\"token\": \"****\n\"b\": 1"
        );
        assert_eq!(document(r#""token": abc"}"#), r#""token": ***"}"#);
        assert_eq!(document("token = 'abc'"), "token = '***'");
    }

    #[test]
    fn templates_stay_readable_but_for_literals() {
        let harmless = r#""token": "{{user `atlas_token`}}""#;
        assert_eq!(document(harmless), harmless);
        let escaped = r#""token": "{{ env \"ATLAS\" | upper }}""#;
        assert_eq!(document(escaped), escaped);
        assert_eq!(
            document(r#""token": "x{{upper `abc`}}y{{user `n`}}""#),
            r#""token": "*{{upper `***`}}*{{user `n`}}""#
        );
        assert_eq!(
            document(r#""token": "{{printf \"a%s\" `bc`}}""#),
            r#""token": "{{printf \"***\" `**`}}""#
        );
    }

    #[test]
    fn names_as_values_hide_nothing() {
        let harmless = r#"{"type": "token", "artifact": "a/b", "names": ["key", "x"]}"#;
        assert_eq!(document(harmless), harmless);
    }

    #[test]
    fn given_variables_are_hidden_everywhere() {
        let variables = [
            ("my_token", "s3cr3t"),
            ("pin_key", "123"),
            ("region", "eu-west-1"),
        ];
        let variables = variables.map(|(n, v)| (n.to_owned(), v.to_owned()));
        let mask = Mask::new(&variables);
        assert_eq!(
            mask.text("s3cr3t in eu-west-1, 123"),
            "****** in eu-west-1, 123"
        );
        assert_eq!(mask.document(r#"["s3cr3t"]"#), r#"["******"]"#);
    }
}
