//! A place among a template's tokens, and what a parser keeps while it goes on from there.

use crate::order;
use crate::suggest::closest;

use super::error::{Error, Fault, Span};
use super::lexer::{Kind, Token, Tokens, lex};
use super::library::Vocabulary;
use super::limits::{DEEPEST_TEXT, MOST_VARIABLES};

/// A place among the tokens, and what is known there.
pub(super) struct Cursor<'t> {
    tokens: Tokens<'t>,
    at: usize,
    depth: usize,
    /// How many blocks `range` are open.
    pub(super) ranges: usize,
    /// The variables that are declared here, innermost last.
    pub(super) variables: Vec<&'t str>,
    pub(super) vocabulary: &'t Vocabulary,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, vocabulary: &'t Vocabulary) -> Self {
        Self {
            tokens: lex(text),
            at: 0,
            depth: 0,
            ranges: 0,
            variables: Vec::new(),
            vocabulary,
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
    pub(super) fn expect_close(&mut self, context: &str) -> Result<(), Box<Error>> {
        let token = self.next_word();
        match token.kind {
            Kind::RightDelimiter => Ok(()),
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// Goes one level deeper; whoever does comes up again with [`Cursor::leave`].
    pub(super) fn enter(&mut self, span: Span) -> Result<(), Box<Error>> {
        self.depth += 1;
        if self.depth > DEEPEST_TEXT {
            let message = format!("this nests more than {DEEPEST_TEXT} levels deep");
            let fault = Fault::new(message).help("take parentheses or blocks out");
            return Err(fault.at(span));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The error of a token that cannot stand where it does.
    pub(super) fn unexpected(&self, token: Token<'_>, context: &str) -> Box<Error> {
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

    /// Declares the variable that `token` names.
    pub(super) fn declare(&mut self, token: Token<'t>) -> Result<(), Box<Error>> {
        if self.variables.len() == MOST_VARIABLES {
            let message = format!("more than {MOST_VARIABLES} variables are declared here");
            let fault = Fault::new(message).help("set one that there is: {{$x = …}}");
            return Err(fault.at(token.span));
        }
        self.variables.push(token.text);
        Ok(())
    }

    /// Refuses a variable that is not declared. `$` always is.
    pub(super) fn check_variable(&self, token: Token<'_>) -> Result<(), Box<Error>> {
        let name = token.text;
        if name == "$" || self.variables.contains(&name) {
            return Ok(());
        }
        let (bare, reader) = (name.trim_start_matches('$'), self.vocabulary.reader);
        let fault = Fault::new(format!("variable `{name}` is not defined")).help(format!(
            "declare it first: {{{{{name} := …}}}}; a variable from outside is read by {{{{{reader} `{bare}`}}}}"
        ));
        Err(fault.at(token.span))
    }

    /// The function that `token` names.
    pub(super) fn function(&self, token: Token<'_>) -> Result<&'static str, Box<Error>> {
        let Vocabulary { names, reader } = self.vocabulary;
        let name = token.text;
        if let Some(known) = names.iter().find(|known| **known == name) {
            return Ok(known);
        }
        let mut names = names.clone();
        order::sort(&mut names);
        let help = match closest(name, names.iter().copied()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!(
                "a variable from outside is read by {{{{{reader} `{name}`}}}}; the functions are {}",
                names.join(", ")
            ),
        };
        let fault = Fault::new(format!("function `{name}` is not defined")).help(help);
        Err(fault.at(token.span))
    }
}
