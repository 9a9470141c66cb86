//! Where texts go: for people to the standard error, results to the standard output.

use std::env;
use std::io::{self, IsTerminal, Write};

use atlas_host::Style;
use serde_json::Value;

use crate::process;

/// Shows a line to people. Nothing depends on whether they can see it.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Shows lines to people.
pub(crate) fn lines(texts: &[String]) {
    texts.iter().for_each(|text| line(text));
}

/// Writes a line of the result.
pub(crate) fn result(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// What a command of the server has done: for programs if `json`.
pub(crate) fn done(document: &Value, lines: &[String], json: bool) {
    match json {
        true => result(&format!("{document:#}")),
        false => lines.iter().for_each(|line| result(line)),
    }
}

/// Why it has not.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn failed(code: &str, message: &str, json: bool) {
    if json {
        let failed = serde_json::json!({ "status": "failed", "error": { "code": code, "message": message } });
        result(&format!("{failed:#}"));
    }
    error(code, message);
}

/// Rows as lines with columns. What is not to be printed, since others have written it, is not.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    });
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells
            .join("  ")
            .trim_end()
            .replace(char::is_control, "\u{fffd}")
    };
    rows.iter().map(line).collect()
}

/// An error that no component tells.
pub(crate) fn error(code: &str, message: &str) {
    line(&format!("error[{code}]: {message}"));
}

/// How texts look to people: coloured where they sit at a terminal that colours
/// (https://no-color.org).
pub(crate) fn style(verbosity: u8) -> Style {
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Style {
        color: on_terminal() && !no_color,
        width: process::width(),
        verbosity,
    }
}

/// Whether people sit at a terminal that can show a bar which moves.
pub(crate) fn on_terminal() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}
