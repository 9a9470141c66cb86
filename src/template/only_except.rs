//! `only` and `except`: for which builds a provisioner or post-processor runs.

use super::builders::{Builder, Builders, member};
use super::sections::Sections;
use crate::diagnostic::{Code, Problem};
use crate::json::{Kind, Report, Value};

/// For which builds something runs.
#[derive(Default)]
pub struct OnlyExcept<'d> {
    only: Vec<&'d str>,
    except: Vec<&'d str>,
}

impl<'d> OnlyExcept<'d> {
    /// Reads the two keys of an object, and reports names that no builder has.
    pub fn read(object: &'d Value, builders: &Builders, report: &mut Report) -> Self {
        let only = names(object, "only", builders, report);
        let except = names(object, "except", builders, report);
        if !only.is_empty() && !except.is_empty() {
            let span = member(object, "except").map_or(&object.span, |v| &v.span);
            let message = "only one of `only` or `except` may be specified";
            report.error(Code::OnlyExcept, span, message);
        }
        Self { only, except }
    }

    /// Whether it runs for the build of this builder.
    pub fn includes(&self, builder: &Builder) -> bool {
        let name = builder.raw_name.as_str();
        match self.only.as_slice() {
            [] => !self.except.contains(&name),
            only => only.contains(&name),
        }
    }
}

fn names<'d>(
    object: &'d Value,
    key: &str,
    builders: &Builders,
    report: &mut Report,
) -> Vec<&'d str> {
    let Some(value) = member(object, key) else {
        return Vec::new();
    };
    let items = match &value.kind {
        Kind::Array(items) => items.as_slice(),
        Kind::Null => &[],
        _ => {
            let message = format!("`{key}` must be a list of names, not {}", value.type_name());
            report.error(Code::WrongType, &value.span, message);
            &[]
        }
    };
    let mut names = Vec::new();
    for item in items {
        let Kind::String(name) = &item.kind else {
            let message = format!("`{key}` must hold names, not {}", item.type_name());
            report.error(Code::WrongType, &item.span, message);
            continue;
        };
        if !builders.has_raw_name(name) {
            let message = format!("`{key}` names the builder `{name}`, which is not found");
            let meant = report.has_room().then(|| builders.nearest_raw_name(name));
            let problem = Problem::error(Code::OnlyExcept, message);
            let problem = match meant.flatten() {
                Some(meant) => problem.help(format!("did you mean `{meant}`?")),
                None => problem,
            };
            report.add(&item.span, problem);
        }
        names.push(name.as_str());
    }
    names
}

/// Provisioners mean nothing here, but a template whose provisioners are wrong runs in no Packer.
pub fn check_provisioners(sections: &Sections, builders: &Builders, report: &mut Report) {
    for provisioner in sections.provisioners {
        if !matches!(provisioner.kind, Kind::Object(_)) {
            let got = provisioner.type_name();
            let message = format!("a provisioner must be an object, not {got}");
            report.error(Code::WrongType, &provisioner.span, message);
            continue;
        }
        require_type(provisioner, "a provisioner", report);
        OnlyExcept::read(provisioner, builders, report);
    }
}

/// The `type` of a provisioner or post-processor. `None` if it has none, which was reported.
pub fn require_type<'d>(object: &'d Value, what: &str, report: &mut Report) -> Option<&'d str> {
    match member(object, "type").map(|value| (value, &value.kind)) {
        Some((_, Kind::String(name))) if !name.is_empty() => return Some(name),
        Some((_, Kind::String(_) | Kind::Null)) | None => {
            let brace = object.span.start..object.span.start + 1;
            let message = format!("{what}'s `type` must be set");
            report.error(Code::MissingField, &brace, message);
        }
        Some((value, _)) => {
            let got = value.type_name();
            let message = format!("{what}'s `type` must be a string, not {got}");
            report.error(Code::WrongType, &value.span, message);
        }
    }
    None
}
