//! Where texts go: for people to the standard error, results to the standard output.

use std::env;
use std::io::{self, IsTerminal, Write};

use annotate_snippets::Renderer;

/// Shows a line to people. Nothing depends on whether they can see it.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Writes a line of the result.
pub(crate) fn result(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Whether people sit at a terminal that moves and colours (https://no-color.org).
pub(crate) fn in_colour() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    on_terminal() && !set("NO_COLOR")
}

/// Whether people sit at a terminal that can show a bar which moves.
pub(crate) fn on_terminal() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// What renders reports.
pub(crate) fn renderer(colour: bool) -> Renderer {
    if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
}

/// An error that is not about a place in a text.
pub(crate) fn error(code: &str, message: &str) {
    use annotate_snippets::{Group, Level};
    let title = Level::ERROR.primary_title(message).id(code);
    line(&renderer(in_colour()).render(&[Group::with_title(title)]));
}
