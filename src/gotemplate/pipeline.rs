//! Parses pipelines: the commands in an action, their operands and their constants.

use super::cursor::Cursor;
use super::error::{Error, Fault};
use super::lexer::{Kind, Token};
use super::literal;
use super::number::parse_number;
use super::tree::{Command, Operand, Pipeline, Term};
use super::value::Value;

impl<'t> Cursor<'t> {
    /// Parses a pipeline and the `end` behind it. `context` tells what it is for.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipeline, Box<Error>> {
        let start = self.peek_word().span;
        self.enter(start)?;
        let mut pipeline = Pipeline {
            variables: Vec::new(),
            assigns: false,
            commands: Vec::new(),
            span: start,
        };
        self.declarations(context, &mut pipeline)?;
        loop {
            let place = self.place();
            let token = self.next_word();
            if token.kind == end {
                break;
            }
            if !starts_term(token) {
                return Err(self.unexpected(token, context));
            }
            self.back_to(place);
            let command = self.command()?;
            if !pipeline.commands.is_empty() && !is_executable(&command.head) {
                let fault = Fault::new("a value cannot take what is piped into it")
                    .help("pipe into a function: {{$x | printf `%s`}}");
                return Err(fault.at(command.head.span));
            }
            pipeline.span = self.since(start);
            pipeline.commands.push(command);
        }
        if pipeline.commands.is_empty() {
            let fault = Fault::new(format!("{context} has no value")).help(format!(
                "write a value or a function in it, such as {{{{{} `name`}}}}",
                self.vocabulary.reader
            ));
            return Err(fault.at(start));
        }
        self.leave();
        Ok(pipeline)
    }

    /// Parses `$x :=` or `$x =` and, for `range`, `$index, $element :=`.
    fn declarations(&mut self, context: &str, pipeline: &mut Pipeline) -> Result<(), Box<Error>> {
        loop {
            let variable = self.peek_word();
            if variable.kind != Kind::Variable {
                return Ok(());
            }
            let place = self.place();
            self.next();
            let token = self.peek_word();
            match token.kind {
                Kind::Assign | Kind::Declare => {
                    self.next();
                    pipeline.assigns = token.kind == Kind::Assign;
                }
                Kind::Comma if context == "range" && pipeline.variables.is_empty() => {
                    self.next();
                }
                Kind::Comma => {
                    let fault = Fault::new(format!("{context} can declare only one variable"))
                        .help("declare each in an action of its own");
                    return Err(fault.at(token.span));
                }
                _ => {
                    self.back_to(place);
                    return Ok(());
                }
            }
            self.declare(variable)?;
            pipeline.variables.push(variable.text.to_owned());
            if token.kind != Kind::Comma {
                return Ok(());
            }
            let second = self.peek_word();
            if !matches!(
                second.kind,
                Kind::Variable | Kind::RightDelimiter | Kind::RightParenthesis
            ) {
                return Err(self.unexpected(second, "the variables of range"));
            }
        }
    }

    /// Parses a command and the `|` behind it.
    fn command(&mut self) -> Result<Command, Box<Error>> {
        let mut operands = Vec::new();
        loop {
            self.peek_word();
            operands.extend(self.operand()?);
            let place = self.place();
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Pipe => break,
                Kind::RightDelimiter | Kind::RightParenthesis => {
                    self.back_to(place);
                    break;
                }
                _ => return Err(self.unexpected(token, "a command")),
            }
        }
        let span = self.peek().span;
        let mut operands = operands.into_iter();
        match operands.next() {
            Some(head) => Ok(Command {
                head,
                arguments: operands.collect(),
            }),
            None => Err(Fault::new("this command is empty").at(span)),
        }
    }

    /// Parses a term and the fields behind it; `None` if there is no term.
    fn operand(&mut self) -> Result<Option<Operand>, Box<Error>> {
        let place = self.place();
        let token = self.next_word();
        let start = token.span;
        let mut fields = Vec::new();
        if token.kind == Kind::Field {
            fields.push(field(token));
        }
        let Some(term) = self.term(token)? else {
            self.back_to(place);
            return Ok(None);
        };
        while self.peek().kind == Kind::Field {
            let next = self.next();
            let bare_dot = term == Term::Dot && fields.is_empty();
            if bare_dot || matches!(term, Term::Nil | Term::Constant(_)) {
                let fault = Fault::new(format!("`{}` has no fields", token.text))
                    .help("put a space between it and what follows");
                return Err(fault.at(next.span));
            }
            fields.push(field(next));
        }
        let span = self.since(start);
        Ok(Some(Operand { term, fields, span }))
    }

    /// The term that starts with `token`, if one does.
    fn term(&mut self, token: Token<'t>) -> Result<Option<Term>, Box<Error>> {
        let at = |fault: Fault| fault.at(token.span);
        let term = match token.kind {
            Kind::Dot | Kind::Field => Term::Dot,
            Kind::Number => Term::Constant(parse_number(token.text).map_err(at)?),
            Kind::Character => {
                let code = literal::character(token.text).map_err(at)?;
                Term::Constant(Value::Int(code))
            }
            Kind::Quoted | Kind::Raw => Term::Constant(Value::text(string(token)?)),
            Kind::Variable => {
                self.check_variable(token)?;
                Term::Variable(token.text.to_owned())
            }
            Kind::LeftParenthesis => {
                let pipeline = self.pipeline("a parenthesis", Kind::RightParenthesis)?;
                Term::Pipeline(Box::new(pipeline))
            }
            Kind::Word => match token.text {
                "nil" => Term::Nil,
                "true" => Term::Constant(Value::Bool(true)),
                "false" => Term::Constant(Value::Bool(false)),
                word if is_keyword(word) => return Ok(None),
                _ => Term::Function(self.function(token)?),
            },
            _ => return Ok(None),
        };
        Ok(Some(term))
    }
}

/// The bytes of the string constant `token`.
pub(super) fn string(token: Token<'_>) -> Result<Vec<u8>, Box<Error>> {
    match token.kind {
        Kind::Raw => Ok(literal::raw(token.text)),
        _ => literal::string(token.text).map_err(|fault| fault.at(token.span)),
    }
}

fn field(token: Token<'_>) -> String {
    token.text.trim_start_matches('.').to_owned()
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "block"
            | "break"
            | "continue"
            | "define"
            | "else"
            | "end"
            | "if"
            | "range"
            | "template"
            | "with"
    )
}

fn starts_term(token: Token<'_>) -> bool {
    match token.kind {
        Kind::Word => !is_keyword(token.text),
        kind => matches!(
            kind,
            Kind::Character
                | Kind::Dot
                | Kind::Field
                | Kind::LeftParenthesis
                | Kind::Number
                | Kind::Quoted
                | Kind::Raw
                | Kind::Variable
        ),
    }
}

/// Whether something may be piped into a command that starts with `head`.
fn is_executable(head: &Operand) -> bool {
    match head.term {
        Term::Nil | Term::Constant(_) => false,
        Term::Dot => !head.fields.is_empty(),
        _ => true,
    }
}
