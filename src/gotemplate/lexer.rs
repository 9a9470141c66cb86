//! Cuts a template's text into tokens, by the rules of Go's `text/template/parse`.

use super::error::{Error, Fault, Span};
use super::number::scan_number;

const LEFT: &str = "{{";
const RIGHT: &str = "}}";

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParenthesis,
    RightParenthesis,
    Character,
    Number,
    Quoted,
    Raw,
    Dot,
    Field,
    Variable,
    /// A function, a keyword, `true`, `false` or `nil`.
    Word,
    Comma,
    /// A printable character that no action contains.
    Other,
    End,
    /// The text is wrong from here on: see [`Tokens::fault`].
    Fault,
}

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) span: Span,
}

/// The pieces of a text, ending with [`Kind::End`] or [`Kind::Fault`].
///
/// What is wrong late in a text is only told when a parser gets there: an earlier mistake may be
/// its cause.
pub(super) struct Tokens<'t> {
    pub(super) list: Vec<Token<'t>>,
    pub(super) fault: Option<Box<Error>>,
}

/// Cuts `text` into tokens.
pub(super) fn lex(text: &str) -> Tokens<'_> {
    let mut lexer = Lexer {
        text,
        at: 0,
        list: Vec::new(),
    };
    let fault = lexer.body().err();
    let kind = if fault.is_some() {
        Kind::Fault
    } else {
        Kind::End
    };
    lexer.push(kind, 0);
    Tokens {
        list: lexer.list,
        fault,
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    list: Vec<Token<'t>>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the next `length` bytes as a token.
    fn push(&mut self, kind: Kind, length: usize) {
        let text = self.rest().get(..length).unwrap_or_default();
        self.list.push(Token {
            kind,
            text,
            span: Span::new(self.at, length),
        });
        self.at += length;
    }

    fn fail<T>(&self, length: usize, fault: Fault) -> Result<T, Box<Error>> {
        Err(fault.at(Span::new(self.at, length)))
    }

    fn body(&mut self) -> Result<(), Box<Error>> {
        while let Some((text, after)) = self.rest().split_once(LEFT) {
            let trimmed = after.strip_prefix('-').filter(|t| t.starts_with(is_space));
            let kept = match trimmed {
                Some(_) => text.trim_end_matches(is_space),
                None => text,
            };
            if !kept.is_empty() {
                self.push(Kind::Text, kept.len());
            }
            self.at += text.len() - kept.len();
            // The marker is a minus sign and one space.
            let marker = if trimmed.is_some() { 2 } else { 0 };
            if after.get(marker..).is_some_and(|t| t.starts_with("/*")) {
                self.comment(LEFT.len() + marker)?;
            } else {
                self.push(Kind::LeftDelimiter, LEFT.len());
                self.at += marker;
                self.action()?;
            }
        }
        let length = self.rest().len();
        if length > 0 {
            self.push(Kind::Text, length);
        }
        Ok(())
    }

    /// Whether the text goes on with `}}` or with the trim marker ` -}}`: its length, and whether
    /// it trims.
    fn right_delimiter(&self) -> Option<(usize, bool)> {
        let rest = self.rest();
        if rest.starts_with(RIGHT) {
            return Some((RIGHT.len(), false));
        }
        let marked = rest.strip_prefix(is_space)?.strip_prefix('-')?;
        marked.starts_with(RIGHT).then_some((RIGHT.len() + 2, true))
    }

    fn close(&mut self, length: usize, trims: bool) {
        self.at += length;
        if trims {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(is_space).len();
        }
    }

    /// Skips a comment that opens `opening` bytes from here.
    fn comment(&mut self, opening: usize) -> Result<(), Box<Error>> {
        let inside = self.rest().get(opening + 2..).unwrap_or_default();
        let Some(length) = inside.find("*/") else {
            let fault = Fault::new("this comment is never closed").help("end it with */}}");
            return self.fail(opening + 2, fault);
        };
        self.at += opening + 2 + length;
        let end = self.at;
        self.at += 2;
        let Some((length, trims)) = self.right_delimiter() else {
            self.at = end;
            let fault = Fault::new("something follows the comment in its action")
                .help("a comment stands alone: {{/* … */}}, with nothing between */ and }}");
            return self.fail(2, fault);
        };
        self.close(length, trims);
        Ok(())
    }

    /// Cuts what is between `{{` and `}}`.
    fn action(&mut self) -> Result<(), Box<Error>> {
        let opened = self.at;
        let mut parentheses = Vec::new();
        loop {
            if let Some((length, trims)) = self.right_delimiter() {
                if let Some(opening) = parentheses.pop() {
                    self.at = opening;
                    let fault = Fault::new("this parenthesis is never closed")
                        .help("add a `)` before the action ends");
                    return self.fail(1, fault);
                }
                self.push(Kind::RightDelimiter, length);
                self.close(0, trims);
                return Ok(());
            }
            let rest = self.rest();
            let Some(first) = rest.chars().next() else {
                self.at = opened.saturating_sub(LEFT.len());
                let fault = Fault::new("this action is never closed").help("end it with `}}`");
                return self.fail(LEFT.len(), fault);
            };
            match first {
                _ if is_space(first) => {
                    let after = rest.trim_start_matches(is_space);
                    let length = rest.len() - after.len();
                    // The last space belongs to the trim marker.
                    let marked = after.starts_with("-}}");
                    self.push(Kind::Space, if marked { length - 1 } else { length });
                }
                '=' => self.push(Kind::Assign, 1),
                ':' if rest.starts_with(":=") => self.push(Kind::Declare, 2),
                ':' => {
                    let fault = Fault::new("a lone `:` means nothing here")
                        .help("declare a variable with `:=`");
                    return self.fail(1, fault);
                }
                '|' => self.push(Kind::Pipe, 1),
                '"' => self.quoted(Kind::Quoted, '"')?,
                '\'' => self.quoted(Kind::Character, '\'')?,
                '`' => self.raw()?,
                '$' => self.name(Kind::Variable, Kind::Variable)?,
                '.' if is_field(rest) => {
                    self.name(Kind::Field, Kind::Dot)?;
                }
                '.' | '+' | '-' | '0'..='9' => self.number()?,
                '(' => {
                    parentheses.push(self.at);
                    self.push(Kind::LeftParenthesis, 1);
                }
                ')' => {
                    if parentheses.pop().is_none() {
                        let fault = Fault::new("this `)` closes nothing").help("remove it");
                        return self.fail(1, fault);
                    }
                    self.push(Kind::RightParenthesis, 1);
                }
                ',' => self.push(Kind::Comma, 1),
                _ if is_alphanumeric(first) => self.name(Kind::Word, Kind::Word)?,
                '!'..='~' => self.push(Kind::Other, 1),
                _ => {
                    let fault = Fault::new(format!("an action cannot contain {first:?}"))
                        .help("write text in a string: \"…\" or `…`");
                    return self.fail(first.len_utf8(), fault);
                }
            }
        }
    }

    /// Takes a word, or a mark and the name after it.
    fn name(&mut self, named: Kind, bare: Kind) -> Result<(), Box<Error>> {
        let rest = self.rest();
        let mark = usize::from(rest.starts_with(['$', '.']));
        let name = rest.get(mark..).unwrap_or_default();
        let after = name.trim_start_matches(is_alphanumeric);
        let length = name.len() - after.len();
        let ends = match after.chars().next() {
            None => true,
            Some(next) => is_space(next) || ".,|:)(".contains(next) || after.starts_with(RIGHT),
        };
        if !ends {
            let next = after.chars().next().unwrap_or_default();
            self.at += mark + length;
            let fault = Fault::new(format!("{next:?} cannot be part of a name"))
                .help("put a space between a name and what follows it");
            return self.fail(next.len_utf8(), fault);
        }
        self.push(if length == 0 { bare } else { named }, mark + length);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Box<Error>> {
        let rest = self.rest();
        let length = scan_number(rest);
        let after = rest.get(length..).unwrap_or_default();
        match after.chars().next() {
            Some(next) if next == '+' || next == '-' || is_alphanumeric(next) => {
                let wrong = length + next.len_utf8();
                let text = rest.get(..wrong).unwrap_or_default();
                let fault = Fault::new(format!("{text:?} is not a number"))
                    .help("templates have no arithmetic; write text in a string: \"…\" or `…`");
                self.fail(wrong, fault)
            }
            _ => {
                self.push(Kind::Number, length);
                Ok(())
            }
        }
    }

    /// Takes a quoted string or character with its quotes and escapes.
    fn quoted(&mut self, kind: Kind, quote: char) -> Result<(), Box<Error>> {
        let mut escaped = false;
        for (index, c) in self.rest().char_indices().skip(1) {
            match c {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == quote => {
                    self.push(kind, index + 1);
                    return Ok(());
                }
                _ => {}
            }
        }
        let fault = Fault::new(format!("this {quote} is never closed")).help(format!(
            "end it with {quote} on the same line; in JSON, a raw string in `…` needs no escapes"
        ));
        self.fail(1, fault)
    }

    fn raw(&mut self) -> Result<(), Box<Error>> {
        let inside = self.rest().get(1..).unwrap_or_default();
        let Some(length) = inside.find('`') else {
            return self.fail(
                1,
                Fault::new("this ` is never closed").help("end it with `"),
            );
        };
        self.push(Kind::Raw, length + 2);
        Ok(())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

pub(super) fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether a text that starts with a dot starts with a field or the dot alone, not with a number.
fn is_field(text: &str) -> bool {
    let mut next = text.chars().skip(1);
    next.next().is_some_and(|c| !c.is_ascii_digit())
}
