//! `min_packer_version`.

use crate::diagnostic::Code;
use crate::json::{Kind, Report, Value};
use crate::run::Run;

/// Refuses a template that is for a newer Packer than the one that runs it.
pub fn check(minimum: Option<&Value>, run: &Run, report: &mut Report) {
    let Some(Value {
        kind: Kind::String(text),
        span,
    }) = minimum
    else {
        return;
    };
    if text.is_empty() {
        return;
    }
    let Some(wanted) = numbers(text) else {
        let message = "`min_packer_version` is not a version";
        report.error_with_help(Code::PackerVersion, span, message, "write it as 1.2.5");
        return;
    };
    // A host may name its Packer in any way it likes; only what can be compared is.
    if numbers(run.packer_version()).is_some_and(|actual| actual < wanted) {
        let message = format!(
            "this template requires Packer version {text} or higher; this is {}",
            run.packer_version()
        );
        report.error(Code::PackerVersion, span, message);
    }
}

/// The numbers of a version such as `1.2.5`, `v1.2` or `1.2.5-dev`. What follows them is left out.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let core = version.split(['-', '+']).next()?;
    let mut numbers = [0; 3];
    let mut parts = core.split('.');
    for (number, part) in numbers.iter_mut().zip(&mut parts) {
        *number = part.parse().ok()?;
    }
    parts
        .all(|part| part.parse::<u64>().is_ok())
        .then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_compare_by_their_numbers() {
        assert_eq!(numbers("1.2.5"), Some([1, 2, 5]));
        assert_eq!(numbers("v0.10"), Some([0, 10, 0]));
        assert_eq!(numbers("1.2.5-dev (abc)"), Some([1, 2, 5]));
        assert!(numbers("0.9") < numbers("0.10.0"));
        for text in ["", "x", "1.x", "1..2"] {
            assert_eq!(numbers(text), None, "{text}");
        }
    }
}
