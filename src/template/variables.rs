//! User variables.

use std::collections::BTreeMap;

use super::sections::Sections;
use crate::configuration::interpolation_problem;
use crate::diagnostic::Code;
use crate::interpolation::{self, Scope, Template};
use crate::json::{Document, Kind, Member, Report};
use crate::order;
use crate::run::Run;

/// What the configuration reads of the environment.
const OWN: [&str; 4] = [
    "ATLAS_ADDRESS",
    "ATLAS_BUILD_ID",
    "ATLAS_COMPILE_ID",
    "ATLAS_TOKEN",
];

/// Names that the configuration reads, and those that the defaults read with `env`.
pub fn environment(variables: &[Member]) -> Vec<String> {
    let mut names: Vec<String> = OWN.map(str::to_owned).into();
    for member in variables {
        let Kind::String(default) = &member.value.kind else {
            continue;
        };
        if let Ok(template) = Template::parse(default) {
            let named = template.literal_arguments("env").into_iter();
            names.extend(named.map(str::to_owned));
        }
    }
    order::sort(&mut names);
    names.dedup();
    names
}

/// The run with all variables that the template declares or the user gave. What is given wins over
/// a default; a variable whose default is null must be given; only defaults are interpolated, and
/// only in them `env` works, while `user` does not.
pub fn resolve<'d>(
    document: &'d Document<'d>,
    sections: &Sections<'d>,
    run: Run,
    environment: &dyn Fn(&str) -> Option<String>,
    random: &dyn Fn(&mut [u8]),
    report: &mut Report<'d>,
) -> Run {
    let scope = Scope {
        variables: None,
        environment: Some(environment),
        ..run.scope(random)
    };
    let mut variables = BTreeMap::new();
    for member in sections.variables {
        let (name, value) = (&member.key, &member.value);
        let given = run.variables.contains_key(name);
        match &value.kind {
            Kind::Null if !given => {
                let message = format!("required variable not set: `{name}`");
                let help = format!("give it, as in --var '{name}=…'");
                let code = Code::MissingVariable;
                report.error_with_help(code, &member.key_span, message, help);
            }
            Kind::String(default) if !given => match interpolation::render(default, &scope) {
                Ok(text) => {
                    variables.insert(name.clone(), text);
                }
                Err(error) => {
                    interpolation_problem(document, report, default, &value.span, &error);
                }
            },
            Kind::Null | Kind::String(_) => {}
            _ => {
                let got = value.type_name();
                let message = format!("the default of a variable must be a string, not {got}");
                let help = "put it in quotes; null makes the variable one that must be given";
                report.error_with_help(Code::WrongType, &value.span, message, help);
            }
        }
    }
    variables.extend(run.variables.clone());
    Run { variables, ..run }
}
