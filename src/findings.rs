//! All findings of one piece of work, bounded: the first hundred are listed, the rest is counted.

use crate::diagnostic::{Code, Diagnostic, Problem, Severity};

/// The most findings that are listed. More help nobody.
pub const MOST_LISTED: usize = 100;

/// What was found. Errors take the place of warnings where there is no room for both.
#[derive(Debug, Default)]
pub struct Findings {
    listed: Vec<Diagnostic>,
    errors_listed: usize,
    errors_unlisted: usize,
    warnings_unlisted: usize,
}

impl Findings {
    /// Whether another one would be listed. Asked before what makes it known where or what is near.
    pub fn has_room_for(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => self.errors_listed < MOST_LISTED,
            Severity::Warning => self.listed.len() < MOST_LISTED,
        }
    }

    /// Counts one that is not listed.
    pub fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors_unlisted += 1,
            Severity::Warning => self.warnings_unlisted += 1,
        }
    }

    /// Adds one at the end. What lacks a place, such as an environment variable, is said once.
    pub fn push(&mut self, finding: Diagnostic) {
        if finding.position.is_some() || !self.listed.contains(&finding) {
            self.insert(self.listed.len(), finding);
        }
    }

    /// Adds one where it stands in the text, before all that have no place there.
    pub fn push_in_order(&mut self, finding: Diagnostic) {
        let at = finding.position.map(|p| (p.line, p.column));
        let before = |f: &Diagnostic| f.position.is_some_and(|p| Some((p.line, p.column)) <= at);
        self.insert(self.listed.partition_point(before), finding);
    }

    fn insert(&mut self, index: usize, finding: Diagnostic) {
        if !self.has_room_for(finding.severity) {
            return self.count(finding.severity);
        }
        self.errors_listed += usize::from(finding.severity == Severity::Error);
        self.listed.insert(index, finding);
        if self.listed.len() > MOST_LISTED {
            let warning = |f: &Diagnostic| f.severity == Severity::Warning;
            if let Some(last) = self.listed.iter().rposition(warning) {
                self.listed.remove(last);
                self.warnings_unlisted += 1;
            }
        }
    }

    /// Adds all of another piece of work.
    pub fn append(&mut self, other: Self) {
        for finding in other.listed {
            self.push(finding);
        }
        self.errors_unlisted += other.errors_unlisted;
        self.warnings_unlisted += other.warnings_unlisted;
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.errors_listed + self.errors_unlisted > 0
    }

    /// Those that are listed, and how many more there are.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        let more = self.errors_unlisted + self.warnings_unlisted;
        if let (Some(last), 1..) = (self.listed.last(), more) {
            let message = match more {
                1 => "there is 1 more finding".into(),
                _ => format!("there are {more} more findings"),
            };
            let problem = match self.errors_unlisted {
                0 => Problem::warning(Code::MoreFindings, message),
                _ => Problem::error(Code::MoreFindings, message),
            };
            self.listed.push(problem.about(last.source));
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Place, Position, Source};

    fn finding(severity: Severity, line: u32) -> Diagnostic {
        let problem = Problem {
            severity,
            code: Code::Syntax,
            message: String::new(),
            help: None,
        };
        problem.at(Place {
            source: Source::Template,
            pointer: String::new(),
            position: Some(Position {
                line,
                column: 1,
                length: 1,
            }),
        })
    }

    #[test]
    fn a_hundred_are_listed_and_the_rest_is_counted() {
        let mut findings = Findings::default();
        for line in (0..150).rev() {
            findings.push_in_order(finding(Severity::Warning, line));
        }
        assert!(!findings.has_errors());
        let mut others = Findings::default();
        for line in 0..130 {
            others.push(finding(Severity::Error, line));
        }
        let mut few = Findings::default();
        few.append(findings);
        few.push(finding(Severity::Error, 1000));
        assert!(few.has_errors());
        let listed = few.finish();
        assert_eq!(listed.len(), 101);
        assert_eq!(
            listed[99].position.unwrap().line,
            1000,
            "an error takes the place of a warning"
        );
        assert_eq!(listed[0].position.unwrap().line, 50);
        assert_eq!(listed[100].message, "there are 51 more findings");
        assert_eq!(listed[100].severity, Severity::Warning);
        let listed = others.finish();
        assert_eq!((listed.len(), listed[100].severity), (101, Severity::Error));
        assert_eq!(listed[100].code, Code::MoreFindings);
        assert!(Findings::default().finish().is_empty());
    }

    #[test]
    fn what_has_no_place_is_said_once() {
        let mut findings = Findings::default();
        let finding = || Problem::error(Code::MalformedBuildId, "x").about(Source::Environment);
        findings.push(finding());
        findings.push(finding());
        assert_eq!(findings.finish(), [finding()]);
    }
}
