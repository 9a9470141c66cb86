//! A parsed template: text, actions and blocks.

use super::error::Span;
use super::value::Value;

/// The bodies of a template itself and of what it defines, with their names. They are few enough
/// to be gone through.
pub(super) type Bodies = Vec<(Vec<u8>, Vec<Node>)>;

/// A part of a template's body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Text(String),
    /// A pipeline whose value is printed, unless it goes into a variable.
    Action(Pipeline),
    /// The branches of `if` and `else if`, in order.
    If {
        branches: Vec<(Pipeline, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    With {
        pipeline: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// A template has no list to range over, so the body never runs and is not kept.
    Range {
        pipeline: Pipeline,
        otherwise: Vec<Node>,
    },
    Template {
        name: Vec<u8>,
        span: Span,
        pipeline: Option<Pipeline>,
    },
}

/// Commands whose values flow from one to the next, and the variables the last one goes into.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pipeline {
    pub(super) variables: Vec<String>,
    /// Whether the variables exist already: `=` rather than `:=`.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
    pub(super) span: Span,
}

/// A function and its arguments, or one value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command {
    pub(super) head: Operand,
    pub(super) arguments: Vec<Operand>,
}

/// A term and the fields read from it, as in `$x.Name.First`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operand {
    pub(super) term: Term,
    pub(super) fields: Vec<String>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Dot,
    Nil,
    Constant(Value),
    Variable(String),
    Function(&'static str),
    Pipeline(Box<Pipeline>),
}

impl Operand {
    /// The string this is, if it is a string literal.
    fn literal(&self) -> Option<&str> {
        match &self.term {
            Term::Constant(Value::Text(bytes)) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }
}

/// Collects the string literals given directly to calls of `function` in `nodes`.
pub(super) fn literals<'t>(nodes: &'t [Node], function: &str, found: &mut Vec<&'t str>) {
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Action(pipeline) => in_pipeline(pipeline, function, found),
            Node::If {
                branches,
                otherwise,
            } => {
                for (pipeline, body) in branches {
                    in_pipeline(pipeline, function, found);
                    literals(body, function, found);
                }
                literals(otherwise, function, found);
            }
            Node::With {
                pipeline,
                body,
                otherwise,
            } => {
                in_pipeline(pipeline, function, found);
                literals(body, function, found);
                literals(otherwise, function, found);
            }
            Node::Range {
                pipeline,
                otherwise,
            } => {
                in_pipeline(pipeline, function, found);
                literals(otherwise, function, found);
            }
            Node::Template { pipeline, .. } => {
                if let Some(pipeline) = pipeline {
                    in_pipeline(pipeline, function, found);
                }
            }
        }
    }
}

fn in_pipeline<'t>(pipeline: &'t Pipeline, function: &str, found: &mut Vec<&'t str>) {
    let mut piped = None;
    for command in &pipeline.commands {
        for operand in std::iter::once(&command.head).chain(&command.arguments) {
            if let Term::Pipeline(inner) = &operand.term {
                in_pipeline(inner, function, found);
            }
        }
        if matches!(command.head.term, Term::Function(name) if name == function) {
            found.extend(command.arguments.iter().filter_map(Operand::literal));
            found.extend(piped);
        }
        piped = command.head.literal();
    }
}
