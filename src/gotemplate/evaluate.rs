//! Evaluates a parsed template.

use super::error::{Error, Fault, Span};
use super::library::Library;
use super::limits::{DEEPEST_RUN, LONGEST, MOST_WORK, STEP, too_long};
use super::print;
use super::tree::{Bodies, Command, Node, Operand, Pipeline, Term};
use super::value::Value;

/// The text that the body called `name` gives.
pub(super) fn evaluate<S>(
    bodies: &Bodies,
    name: &[u8],
    library: &Library<'_, S>,
    scope: &S,
) -> Result<Vec<u8>, Box<Error>> {
    let mut evaluator = Evaluator {
        bodies,
        library,
        scope,
        output: Vec::new(),
        variables: vec![("$", Value::Nil)],
        work: 0,
        depth: 0,
    };
    if let Some(body) = evaluator.named(name) {
        evaluator.body(&Value::Nil, body)?;
    }
    Ok(evaluator.output)
}

struct Evaluator<'t, 's, S> {
    bodies: &'t Bodies,
    library: &'s Library<'s, S>,
    scope: &'s S,
    output: Vec<u8>,
    variables: Vec<(&'t str, Value)>,
    work: usize,
    depth: usize,
}

impl<'t, S> Evaluator<'t, '_, S> {
    fn named(&self, name: &[u8]) -> Option<&'t [Node]> {
        let mut bodies = self.bodies.iter();
        let (_, body) = bodies.find(|(known, _)| known == name)?;
        Some(body)
    }

    fn body(&mut self, dot: &Value, nodes: &'t [Node]) -> Result<(), Box<Error>> {
        for node in nodes {
            self.node(dot, node)?;
        }
        Ok(())
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<(), Box<Error>> {
        match node {
            Node::Text(text) => self.write(text.as_bytes(), Span::new(0, 1)),
            Node::Action(pipeline) => {
                let value = self.pipeline(dot, pipeline)?;
                if pipeline.variables.is_empty() {
                    self.write(&print::action(&value), pipeline.span)?;
                }
                Ok(())
            }
            Node::If {
                branches,
                otherwise,
            } => {
                let count = self.variables.len();
                let (mut body, mut span) = (otherwise, Span::new(0, 1));
                for (pipeline, then) in branches {
                    span = pipeline.span;
                    if self.pipeline(dot, pipeline)?.is_true() {
                        body = then;
                        break;
                    }
                }
                self.block(dot, body, count, span)
            }
            Node::With {
                pipeline,
                body,
                otherwise,
            } => {
                let count = self.variables.len();
                let value = self.pipeline(dot, pipeline)?;
                if value.is_true() {
                    self.block(&value, body, count, pipeline.span)
                } else {
                    self.block(dot, otherwise, count, pipeline.span)
                }
            }
            Node::Range {
                pipeline,
                otherwise,
            } => {
                let count = self.variables.len();
                match self.pipeline(dot, pipeline)? {
                    // Go takes nothing as a list without elements.
                    Value::Nil => self.block(dot, otherwise, count, pipeline.span),
                    value => {
                        let message = format!("`range` has no elements in {}", value.described());
                        let fault = Fault::new(message)
                            .help("there are no lists here; `with` takes one value");
                        Err(fault.at(pipeline.span))
                    }
                }
            }
            Node::Template {
                name,
                span,
                pipeline,
            } => self.template(dot, name, *span, pipeline.as_ref()),
        }
    }

    /// Evaluates the body of a block and drops the variables declared since there were `count`.
    fn block(
        &mut self,
        dot: &Value,
        nodes: &'t [Node],
        count: usize,
        span: Span,
    ) -> Result<(), Box<Error>> {
        self.enter(span)?;
        self.body(dot, nodes)?;
        self.depth -= 1;
        self.variables.truncate(count);
        Ok(())
    }

    fn template(
        &mut self,
        dot: &Value,
        name: &[u8],
        span: Span,
        pipeline: Option<&'t Pipeline>,
    ) -> Result<(), Box<Error>> {
        let Some(body) = self.named(name) else {
            let shown = String::from_utf8_lossy(name).into_owned();
            let fault = Fault::new(format!("template `{shown}` is not defined"))
                .help(format!("define it: {{{{define `{shown}`}}}} … {{{{end}}}}"));
            return Err(fault.at(span));
        };
        let dot = match pipeline {
            Some(pipeline) => self.pipeline(dot, pipeline)?,
            None => Value::Nil,
        };
        self.spend(0, span)?;
        self.enter(span)?;
        // A template sees no variables of who calls it.
        let variables = std::mem::replace(&mut self.variables, vec![("$", dot.clone())]);
        self.body(&dot, body)?;
        self.variables = variables;
        self.depth -= 1;
        Ok(())
    }

    fn pipeline(&mut self, dot: &Value, pipeline: &'t Pipeline) -> Result<Value, Box<Error>> {
        self.enter(pipeline.span)?;
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(dot, command, value)?);
        }
        let value = value.unwrap_or(Value::Nil);
        for name in &pipeline.variables {
            if pipeline.assigns {
                *self.variable(name, pipeline.span)? = value.clone();
            } else {
                self.variables.push((name, value.clone()));
            }
        }
        self.depth -= 1;
        Ok(value)
    }

    fn command(
        &mut self,
        dot: &Value,
        command: &'t Command,
        piped: Option<Value>,
    ) -> Result<Value, Box<Error>> {
        let Command { head, arguments } = command;
        let bare = head.fields.is_empty();
        match head.term {
            Term::Function(name) if bare => {
                return self.call(dot, name, head.span, arguments, piped);
            }
            Term::Nil => {
                let fault = Fault::new("`nil` alone is no command").help("give it to a function");
                return Err(fault.at(head.span));
            }
            _ => {}
        }
        if bare && (piped.is_some() || !arguments.is_empty()) {
            let fault = Fault::new("only a function takes arguments")
                .help("write the function first: {{printf `%s-%s` $a $b}}");
            return Err(fault.at(head.span));
        }
        self.operand(dot, head)
    }

    /// The value of an operand without arguments.
    fn operand(&mut self, dot: &Value, operand: &'t Operand) -> Result<Value, Box<Error>> {
        self.spend(0, operand.span)?;
        let value = match &operand.term {
            Term::Dot => dot.clone(),
            Term::Nil => Value::Nil,
            Term::Constant(value) => value.clone(),
            Term::Variable(name) => self.variable(name, operand.span)?.clone(),
            Term::Function(name) => self.call(dot, name, operand.span, &[], None)?,
            Term::Pipeline(pipeline) => self.pipeline(dot, pipeline)?,
        };
        match operand.fields.first() {
            // What has no data has no value in any field.
            Some(field) if value != Value::Nil => {
                let message = format!("{} has no field `{field}`", value.described());
                let fault = Fault::new(message).help("values have no fields here");
                Err(fault.at(operand.span))
            }
            _ => Ok(value),
        }
    }

    fn call(
        &mut self,
        dot: &Value,
        name: &str,
        span: Span,
        operands: &'t [Operand],
        piped: Option<Value>,
    ) -> Result<Value, Box<Error>> {
        let Some(function) = self.library.callee(name, self.scope) else {
            let fault = Fault::new(format!("function `{name}` is not defined"));
            return Err(fault.at(span));
        };
        let signature = function.signature();
        let count = operands.len() + usize::from(piped.is_some());
        signature
            .check_count(count)
            .map_err(|fault| fault.at(span))?;
        let mut arguments = Vec::with_capacity(count);
        for (index, operand) in operands.iter().enumerate() {
            let value = self.operand(dot, operand)?;
            signature
                .check_type(index, &value)
                .map_err(|fault| fault.at(operand.span))?;
            // `and` and `or` leave the rest alone once they know.
            match name {
                "and" if !value.is_true() => return Ok(value),
                "or" if value.is_true() => return Ok(value),
                _ => arguments.push(value),
            }
        }
        if let Some(value) = piped {
            signature
                .check_type(operands.len(), &value)
                .map_err(|fault| fault.at(span))?;
            arguments.push(value);
        }
        let size = arguments.iter().map(Value::size).sum();
        self.spend(size, span)?;
        let value = function.call(&arguments);
        let value = value.map_err(|fault| fault.at(span))?;
        if value.size() > LONGEST {
            return Err(too_long().at(span));
        }
        self.spend(value.size(), span)?;
        Ok(value)
    }

    fn variable(&mut self, name: &str, span: Span) -> Result<&mut Value, Box<Error>> {
        let mut variables = self.variables.iter();
        let found = variables.rposition(|(declared, _)| *declared == name);
        // What is found far below the others took longer to find.
        self.spend(self.variables.len() - found.unwrap_or(0), span)?;
        match found.and_then(|index| self.variables.get_mut(index)) {
            Some((_, value)) => Ok(value),
            None => Err(Fault::new(format!("variable `{name}` is not defined"))
                .help(format!("declare it first: {{{{{name} := …}}}}"))
                .at(span)),
        }
    }

    fn write(&mut self, text: &[u8], span: Span) -> Result<(), Box<Error>> {
        self.spend(text.len(), span)?;
        if self.output.len() + text.len() > LONGEST {
            return Err(too_long().at(span));
        }
        self.output.extend_from_slice(text);
        Ok(())
    }

    fn spend(&mut self, work: usize, span: Span) -> Result<(), Box<Error>> {
        self.work = self.work.saturating_add(work + STEP);
        if self.work > MOST_WORK {
            let fault = Fault::new("this template takes too long to evaluate")
                .help("a template that calls itself must come to an end");
            return Err(fault.at(span));
        }
        Ok(())
    }

    fn enter(&mut self, span: Span) -> Result<(), Box<Error>> {
        self.depth += 1;
        if self.depth > DEEPEST_RUN {
            let message = format!("templates nest more than {DEEPEST_RUN} levels deep here");
            let fault =
                Fault::new(message).help("a template that calls itself must come to an end");
            return Err(fault.at(span));
        }
        Ok(())
    }
}
