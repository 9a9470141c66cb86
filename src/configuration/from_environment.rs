//! What the configuration takes from the environment alone: ATLAS_BUILD_ID and ATLAS_COMPILE_ID.

use super::go_integer::go_integer;
use crate::diagnostic::{Code, Problem, Source};
use crate::json::Report;
use crate::platform::Platform;

/// A number, 0 if there is none. `None` if it was reported.
pub fn number(name: &str, platform: &dyn Platform, report: &mut Report) -> Option<i64> {
    let Some(text) = platform.variable(name) else {
        return Some(0);
    };
    let number = go_integer(&text);
    if number.is_none() {
        let message = format!("{name} in the environment is not a whole number");
        let help = format!("set it to a number such as 42, or unset {name}");
        let problem = Problem::error(Code::MalformedBuildId, message).help(help);
        report.add_elsewhere(problem.about(Source::Environment));
    }
    number
}
