//! A place among a template's tokens, and what a parser keeps while it goes on from there.

use std::collections::BTreeMap;

use crate::nearest::nearest;

use super::error::{Fault, InterpolationError, Span};
use super::functions::names;
use super::lexer::{Kind, Token, Tokens, lex};

/// How deep parentheses and blocks may nest: deeper than anyone means to, and shallow enough for
/// the stack of a WebAssembly module.
const DEEPEST: usize = 100;

/// A place among the tokens, and what is known there.
pub(super) struct Cursor<'t> {
    tokens: Tokens<'t>,
    at: usize,
    depth: usize,
    /// How many blocks `range` are open.
    pub(super) ranges: usize,
    pub(super) variables: Variables<'t>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            tokens: lex(text),
            at: 0,
            depth: 0,
            ranges: 0,
            variables: Variables::default(),
        }
    }

    /// The next token, which stays where it is.
    pub(super) fn peek(&self) -> Token<'t> {
        let token = self.tokens.list.get(self.at).or(self.tokens.list.last());
        token.copied().unwrap_or(Token {
            kind: Kind::End,
            text: "",
            span: Span::new(0, 0),
        })
    }

    /// The next token but spaces, which stays where it is.
    pub(super) fn peek_word(&mut self) -> Token<'t> {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }

    pub(super) fn next(&mut self) -> Token<'t> {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// The next token but spaces.
    pub(super) fn next_word(&mut self) -> Token<'t> {
        self.peek_word();
        self.next()
    }

    /// Where the next token is, for [`Cursor::back_to`].
    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn back_to(&mut self, place: usize) {
        self.at = place;
    }

    /// The range from `start` to the last token taken.
    pub(super) fn since(&self, start: Span) -> Span {
        let taken = self.at.checked_sub(1);
        let last = taken.and_then(|index| self.tokens.list.get(index));
        last.map_or(start, |last| start.to(last.span))
    }

    /// Takes the end of an action that holds nothing else.
    pub(super) fn expect_close(&mut self, context: &str) -> Result<(), InterpolationError> {
        let token = self.next_word();
        match token.kind {
            Kind::RightDelimiter => Ok(()),
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// Goes one level deeper; whoever does comes up again with [`Cursor::leave`].
    pub(super) fn enter(&mut self, span: Span) -> Result<(), InterpolationError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("this nests more than {DEEPEST} levels deep");
            let fault = Fault::new(message).help("take parentheses or blocks out");
            return Err(fault.at(span));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The error of a token that cannot stand where it does.
    pub(super) fn unexpected(&self, token: Token<'_>, context: &str) -> InterpolationError {
        let found = match (token.kind, &self.tokens.fault) {
            (Kind::Fault, Some(fault)) => return fault.clone(),
            (Kind::End | Kind::Fault, _) => "the end of the text".to_owned(),
            (Kind::RightDelimiter, _) => "the end of the action".to_owned(),
            (Kind::Space, _) => "a space".to_owned(),
            _ => format!("`{}`", token.text),
        };
        let help = match (token.kind, token.text) {
            (Kind::Assign, _) => "compare with `eq`; set a variable with {{$x = …}}".to_owned(),
            (_, "!") => "write `not`; for `!=`, write `ne`".to_owned(),
            (_, "&" | "<" | ">") => {
                "templates have no operators: write `and`, `lt`, `gt`, … before the values"
                    .to_owned()
            }
            (Kind::LeftParenthesis | Kind::Quoted | Kind::Raw, _) => {
                "put a space between a function and each argument".to_owned()
            }
            (Kind::Word, word @ ("else" | "end" | "define")) => {
                format!("`{word}` stands in an action of its own: {{{{{word}}}}}")
            }
            _ => "see the documentation of Go's text/template for what may stand here".to_owned(),
        };
        let fault = Fault::new(format!("{found} is not expected in {context}")).help(help);
        fault.at(token.span)
    }
}

/// The variables that are declared at a place, innermost last.
#[derive(Default)]
pub(super) struct Variables<'t> {
    names: Vec<&'t str>,
    counts: BTreeMap<&'t str, usize>,
}

impl<'t> Variables<'t> {
    pub(super) fn declare(&mut self, name: &'t str) {
        self.names.push(name);
        *self.counts.entry(name).or_default() += 1;
    }

    /// How many there are, for [`Variables::keep`].
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Drops all but the first `count`.
    pub(super) fn keep(&mut self, count: usize) {
        while self.names.len() > count {
            if let Some(left) = self.names.pop().and_then(|name| self.counts.get_mut(name)) {
                *left = left.saturating_sub(1);
            }
        }
    }

    /// Refuses a variable that is not declared. `$` always is.
    pub(super) fn check(&self, token: Token<'_>) -> Result<(), InterpolationError> {
        let name = token.text;
        if name == "$" || self.counts.get(name).is_some_and(|count| *count > 0) {
            return Ok(());
        }
        let bare = name.trim_start_matches('$');
        let fault = Fault::new(format!("variable `{name}` is not defined")).help(format!(
            "declare it first: {{{{{name} := …}}}}; a user variable is read by {{{{user `{bare}`}}}}"
        ));
        Err(fault.at(token.span))
    }
}

/// The error of a function that does not exist.
pub(super) fn unknown_function(token: Token<'_>) -> InterpolationError {
    let name = token.text;
    let help = match nearest(name, names()) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!(
            "a user variable is read by {{{{user `{name}`}}}}; the functions are {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    };
    let fault = Fault::new(format!("function `{name}` is not defined")).help(help);
    fault.at(token.span)
}
