//! Parses a template: text, actions, blocks and definitions.

use super::cursor::Cursor;
use super::error::{Error, Fault, Span};
use super::lexer::{Kind, Token};
use super::library::Vocabulary;
use super::limits::MOST_BODIES;
use super::pipeline::string;
use super::tree::{Bodies, Node};

/// Parses `text`, whose name is `name`.
pub(super) fn parse(name: &str, text: &str, vocabulary: &Vocabulary) -> Result<Bodies, Box<Error>> {
    let mut parser = Parser {
        name,
        cursor: Cursor::new(text, vocabulary),
        bodies: vec![(name.into(), Vec::new())],
    };
    let mut root = Vec::new();
    loop {
        match parser.item(true)? {
            Item::Node(node) => root.push(node),
            Item::Nothing => {}
            Item::Stop(Stop::Text, _) => break,
            Item::Stop(stop, span) => {
                let fault = Fault::new(format!("{{{{{}}}}} closes nothing", stop.word()))
                    .help("remove it, or open a block before it with {{if …}}");
                return Err(fault.at(span));
            }
        }
    }
    parser.add(name.into(), root, Span::new(0, 1))?;
    Ok(parser.bodies)
}

struct Parser<'t> {
    name: &'t str,
    cursor: Cursor<'t>,
    bodies: Bodies,
}

/// What comes next in a body.
enum Item {
    Node(Node),
    /// Something that leaves nothing to do: a definition, or the end of a range's round.
    Nothing,
    Stop(Stop, Span),
}

/// What ends a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    End,
    Else,
    ElseIf,
    Text,
}

impl Stop {
    fn word(self) -> &'static str {
        match self {
            Self::End | Self::Text => "end",
            Self::Else => "else",
            Self::ElseIf => "else if",
        }
    }
}

impl<'t> Parser<'t> {
    /// Parses what comes next; definitions only at the top.
    fn item(&mut self, top: bool) -> Result<Item, Box<Error>> {
        let token = self.cursor.next_word();
        match token.kind {
            Kind::Text => return Ok(Item::Node(Node::Text(token.text.to_owned()))),
            Kind::LeftDelimiter => {}
            Kind::End => return Ok(Item::Stop(Stop::Text, token.span)),
            _ => return Err(self.cursor.unexpected(token, "the text")),
        }
        let word = self.cursor.peek_word();
        if word.kind != Kind::Word {
            return self.action();
        }
        let place = self.cursor.place();
        self.cursor.next();
        match word.text {
            "define" if top => self.define(word),
            "block" => self.block(word),
            "template" => self.template(word),
            "if" => self.conditional(word),
            "with" | "range" => self.with_or_range(word),
            "break" | "continue" => {
                self.cursor.expect_close(word.text)?;
                if self.cursor.ranges == 0 {
                    let message = format!("{{{{{}}}}} stands outside of any range", word.text);
                    return Err(Fault::new(message).help("remove it").at(word.span));
                }
                Ok(Item::Nothing)
            }
            "end" => {
                self.cursor.expect_close("`end`")?;
                Ok(Item::Stop(Stop::End, word.span))
            }
            "else" => {
                let next = self.cursor.peek_word();
                if next.kind == Kind::Word && next.text == "if" {
                    self.cursor.next();
                    return Ok(Item::Stop(Stop::ElseIf, word.span));
                }
                self.cursor.expect_close("`else`")?;
                Ok(Item::Stop(Stop::Else, word.span))
            }
            _ => {
                self.cursor.back_to(place);
                self.action()
            }
        }
    }

    fn action(&mut self) -> Result<Item, Box<Error>> {
        let pipeline = self.cursor.pipeline("an action", Kind::RightDelimiter)?;
        Ok(Item::Node(Node::Action(pipeline)))
    }

    /// Parses a body up to what ends it. `word` opened the block.
    fn body(&mut self, word: Token<'t>) -> Result<(Vec<Node>, Stop, Span), Box<Error>> {
        self.cursor.enter(word.span)?;
        let mut nodes = Vec::new();
        loop {
            match self.item(false)? {
                Item::Node(node) => nodes.push(node),
                Item::Nothing => {}
                Item::Stop(Stop::Text, _) => return Err(unclosed(word)),
                Item::Stop(stop, span) => {
                    self.cursor.leave();
                    return Ok((nodes, stop, span));
                }
            }
        }
    }

    /// Parses a body that only `end` may end.
    fn last_body(&mut self, word: Token<'t>) -> Result<Vec<Node>, Box<Error>> {
        let (nodes, stop, span) = self.body(word)?;
        if stop == Stop::End {
            return Ok(nodes);
        }
        let message = format!("{{{{{}}}}} has no place here", stop.word());
        let fault = Fault::new(message).help(format!("end `{}` with {{{{end}}}} first", word.text));
        Err(fault.at(span))
    }

    fn conditional(&mut self, word: Token<'t>) -> Result<Item, Box<Error>> {
        let count = self.cursor.variables.len();
        let mut branches = Vec::new();
        let otherwise = loop {
            let pipeline = self.cursor.pipeline("if", Kind::RightDelimiter)?;
            let (body, stop, _) = self.body(word)?;
            branches.push((pipeline, body));
            match stop {
                Stop::ElseIf => {}
                Stop::Else => break self.last_body(word)?,
                Stop::End | Stop::Text => break Vec::new(),
            }
        };
        self.cursor.variables.truncate(count);
        Ok(Item::Node(Node::If {
            branches,
            otherwise,
        }))
    }

    fn with_or_range(&mut self, word: Token<'t>) -> Result<Item, Box<Error>> {
        let range = usize::from(word.text == "range");
        let count = self.cursor.variables.len();
        let pipeline = self.cursor.pipeline(word.text, Kind::RightDelimiter)?;
        self.cursor.ranges += range;
        let (body, stop, span) = self.body(word)?;
        self.cursor.ranges -= range;
        let otherwise = match stop {
            Stop::End | Stop::Text => Vec::new(),
            Stop::Else => self.last_body(word)?,
            Stop::ElseIf => {
                let fault = Fault::new(format!("`{}` has no `else if`", word.text))
                    .help("write {{else}}{{if …}} … {{end}}{{end}}");
                return Err(fault.at(span));
            }
        };
        self.cursor.variables.truncate(count);
        Ok(Item::Node(if range == 1 {
            Node::Range {
                pipeline,
                otherwise,
            }
        } else {
            Node::With {
                pipeline,
                body,
                otherwise,
            }
        }))
    }

    fn define(&mut self, word: Token<'t>) -> Result<Item, Box<Error>> {
        let (name, span) = self.name("`define`")?;
        self.cursor.expect_close("`define`")?;
        self.definition(word, name, span)?;
        Ok(Item::Nothing)
    }

    fn template(&mut self, word: Token<'t>) -> Result<Item, Box<Error>> {
        let (name, span) = self.name("`template`")?;
        let pipeline = match self.cursor.peek_word().kind {
            Kind::RightDelimiter => {
                self.cursor.next();
                None
            }
            _ => Some(self.cursor.pipeline("`template`", Kind::RightDelimiter)?),
        };
        let span = word.span.to(span);
        Ok(Item::Node(Node::Template {
            name,
            span,
            pipeline,
        }))
    }

    fn block(&mut self, word: Token<'t>) -> Result<Item, Box<Error>> {
        let (name, span) = self.name("`block`")?;
        let pipeline = Some(self.cursor.pipeline("`block`", Kind::RightDelimiter)?);
        self.definition(word, name.clone(), span)?;
        let span = word.span.to(span);
        Ok(Item::Node(Node::Template {
            name,
            span,
            pipeline,
        }))
    }

    /// Parses the name of a template.
    fn name(&mut self, context: &str) -> Result<(Vec<u8>, Span), Box<Error>> {
        let token = self.cursor.next_word();
        match token.kind {
            Kind::Quoted | Kind::Raw => Ok((string(token)?, token.span)),
            _ => Err(self.cursor.unexpected(token, context)),
        }
    }

    /// Parses the body of a definition, which sees no variables of what is around it.
    fn definition(&mut self, word: Token<'t>, name: Vec<u8>, span: Span) -> Result<(), Box<Error>> {
        let variables = std::mem::take(&mut self.cursor.variables);
        let ranges = std::mem::take(&mut self.cursor.ranges);
        let body = self.last_body(word)?;
        self.cursor.variables = variables;
        self.cursor.ranges = ranges;
        self.add(name, body, span)
    }

    /// Keeps a body; one that holds more than spaces may not come twice.
    fn add(&mut self, name: Vec<u8>, body: Vec<Node>, span: Span) -> Result<(), Box<Error>> {
        let count = self.bodies.len();
        let fault = match self.bodies.iter_mut().find(|(known, _)| *known == name) {
            Some((_, kept)) if is_empty(kept) => {
                *kept = body;
                return Ok(());
            }
            Some(_) if is_empty(&body) => return Ok(()),
            None if count < MOST_BODIES => {
                self.bodies.push((name, body));
                return Ok(());
            }
            None => Fault::new(format!("this defines more than {MOST_BODIES} templates"))
                .help("define fewer"),
            Some(_) => {
                let shown = String::from_utf8_lossy(&name);
                Fault::new(format!("template `{shown}` is defined twice")).help(format!(
                    "give one of them another name; `{}` is the text itself",
                    self.name
                ))
            }
        };
        Err(fault.at(span))
    }
}

fn unclosed(word: Token<'_>) -> Box<Error> {
    Fault::new(format!("`{}` is never ended", word.text))
        .help("add {{end}} where it ends")
        .at(word.span)
}

/// Whether a body holds only spaces.
fn is_empty(body: &[Node]) -> bool {
    body.iter().all(|node| match node {
        Node::Text(text) => text.trim().is_empty(),
        _ => false,
    })
}
