//! Documents without what stands beside a name that sounds like a secret's, character by character so
//! that columns stay what they are. Text that is no JSON at all is read all the same: it is shown
//! because it is broken.

use super::secrets::sounds_secret;

/// Functions of templates whose argument is a name, which may be shown.
const NAMING_FUNCTIONS: [&str; 3] = ["user", "env", "isotime"];
const STAR: char = '*';

/// A document without the values of names that sound secret.
pub(super) fn document(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut after_secret_name = false;
    let mut rest = text;
    while let Some((token, length)) = next_token(rest) {
        let (piece, after) = rest.split_at(length);
        match token {
            Token::Value if after_secret_name => {
                shown.push_str(&mask_value(piece));
                after_secret_name = false;
            }
            Token::Value => {
                shown.push_str(piece);
                after_secret_name = sounds_secret(piece);
            }
            // A missing colon can be what is wrong with the document.
            Token::Space | Token::Colon => shown.push_str(piece),
            Token::Other => {
                shown.push_str(piece);
                after_secret_name = false;
            }
        }
        rest = after;
    }
    shown
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

/// The token that a text begins with, and its length in bytes.
fn next_token(text: &str) -> Option<(Token, usize)> {
    let first = text.chars().next()?;
    let run = |ends: fn(char) -> bool| text.find(ends).unwrap_or(text.len());
    Some(match first {
        '"' | '\'' => (Token::Value, string_length(text, first)),
        ':' | '=' => (Token::Colon, 1),
        '{' | '}' | '[' | ']' | ',' => (Token::Other, 1),
        space if space.is_whitespace() => (Token::Space, run(|c: char| !c.is_whitespace())),
        _ => (
            Token::Value,
            run(|c| {
                c.is_whitespace() || matches!(c, ':' | '=' | '{' | '}' | '[' | ']' | ',' | '"')
            }),
        ),
    })
}

/// Up to and with the closing quote, or to the end of the line: no JSON string goes further.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return index,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// Stars for a value, but for its quotes and for what a template does in `{{ }}`: that names
/// variables, and is what a diagnostic may be about.
fn mask_value(text: &str) -> String {
    let mut masker = ValueMasker::default();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut chars = text.chars().enumerate().peekable();
    let mut shown = String::with_capacity(text.len());
    while let Some((index, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let is_outermost = index == 0 || next.is_none();
        shown.push(match quote {
            Some(quote) if is_outermost && c == quote => c,
            _ => masker.show(c, next),
        });
    }
    shown
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

    fn document(text: &str) -> String {
        let shown = super::document(text);
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
}
