//! Findings as compilers show them: with the line that each is about, and a mark below it.

use super::color::Color;
use super::{Document, Finding, Style};
use crate::diagnostic::{Position, Severity};
use crate::sanitize::is_invisible;

/// How many columns a line has that shows a piece of a document, unless the host says otherwise.
const WIDTH: usize = 120;

/// The narrowest that is of use.
const NARROWEST: usize = 40;

/// Lines for one finding, and an empty one.
pub(super) fn render(finding: &Finding, document: Option<&Document>, style: Style) -> Vec<String> {
    let color = Color::new(style.color);
    let mut lines = vec![title(
        color,
        finding.severity,
        &finding.code,
        &finding.message,
    )];
    let width = style.width.map_or(WIDTH, |width| width as usize);
    let excerpt = document
        .zip(finding.position)
        .and_then(|(document, position)| excerpt(&document.masked, position, width));
    let mut margin = String::new();
    match (&excerpt, document, finding.position) {
        (Some(excerpt), Some(document), Some(Position { line, column, .. })) => {
            margin = " ".repeat(line.to_string().len());
            let arrow = color.frame(&format!("{margin}-->"));
            lines.push(format!("{arrow} {}:{line}:{column}", document.name));
            let bar = color.frame(&format!("{margin} |"));
            let number = color.frame(&format!("{line} |"));
            let marks = "^".repeat(excerpt.length);
            let marks = match finding.pointer.as_str() {
                "" => marks,
                pointer => format!("{marks} {pointer}"),
            };
            let marks = match finding.severity {
                Severity::Error => color.error(&marks),
                Severity::Warning => color.warning(&marks),
            };
            lines.push(bar.clone());
            lines.push(format!("{number} {}", excerpt.text));
            lines.push(format!("{bar} {}{marks}", " ".repeat(excerpt.before)));
            if finding.help.is_some() {
                lines.push(bar);
            }
        }
        (_, Some(document), _) if !finding.pointer.is_empty() => {
            let note = format!("at {} in {}", finding.pointer, document.name);
            lines.push(remark(color, &margin, "note", &note));
        }
        (_, Some(document), _) if !finding.message.starts_with(&document.name) => {
            lines.push(remark(
                color,
                &margin,
                "note",
                &format!("in {}", document.name),
            ));
        }
        _ => {}
    }
    if let Some(help) = &finding.help {
        lines.push(remark(color, &margin, "help", help));
    }
    lines.push(String::new());
    lines
}

/// What is wrong, in one line.
pub(super) fn title(color: Color, severity: Severity, code: &str, message: &str) -> String {
    let severity = match severity {
        Severity::Error => color.error(&format!("error[{code}]")),
        Severity::Warning => color.warning(&format!("warning[{code}]")),
    };
    format!("{severity}{}", color.bold(&format!(": {message}")))
}

fn remark(color: Color, margin: &str, kind: &str, text: &str) -> String {
    let equals = color.frame(&format!("{margin} ="));
    format!("{equals} {}: {text}", color.bold(kind))
}

/// A piece of a line, and which of its columns are meant.
struct Excerpt {
    text: String,
    before: usize,
    length: usize,
}

/// The part of a line around a position that fits into so many columns.
fn excerpt(text: &str, position: Position, width: usize) -> Option<Excerpt> {
    let line = usize::try_from(position.line).ok()?.checked_sub(1)?;
    let line = text.lines().nth(line)?;
    let first = usize::try_from(position.column).ok()?.checked_sub(1)?;
    let length = usize::try_from(position.length).ok()?;
    let width = width.max(NARROWEST);
    // What is left of the mark may take a third.
    let chars: Vec<char> = line.chars().take(first.saturating_add(width)).collect();
    let mut start = first.min(chars.len());
    let mut left = 0;
    while let Some(c) = start.checked_sub(1).and_then(|at| chars.get(at)) {
        left += columns(*c);
        if left > width / 3 && first > width / 2 {
            break;
        }
        start -= 1;
    }
    let mut shown = Excerpt {
        text: String::new(),
        before: 0,
        length: 0,
    };
    if start > 0 {
        shown.text.push('…');
        shown.before = 1;
    }
    let mut used = shown.before;
    for (at, c) in line.chars().enumerate().skip(start) {
        if used + columns(c) > width {
            shown.text.push('…');
            break;
        }
        used += columns(c);
        shown.text.push(visible(c));
        if at < first {
            shown.before += columns(c);
        } else if at - first < length {
            shown.length += columns(c);
        }
    }
    shown.length = shown.length.max(1);
    Some(shown)
}

/// A character that takes the place of one that would move others.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() || is_invisible(c) => '\u{fffd}',
        c => c,
    }
}

/// How many columns of a terminal a character takes: two for those of East Asia and for pictures, none
/// for marks that go over the one before (Unicode's annex 11, by its large blocks).
fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}
