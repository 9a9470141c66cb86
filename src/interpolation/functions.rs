//! Packer's own functions, as in Packer 1.2.5's `template/interpolate/funcs.go`.

use super::scope::Scope;
use super::{case, layout};
use crate::gotemplate::{Fault, Function, Library, Parameter, Value, to_string};

const NONE: &[Parameter] = &[];
const TEXT: &[Parameter] = &[Parameter::Text];

impl<'a> Scope<'a> {
    /// What templates can call.
    pub(super) const LIBRARY: &'a Library<'a, Self> = &Library {
        functions: &[
            Function::new("build_name", NONE, None, |_, scope| {
                text(there("build_name", scope.build_name)?)
            }),
            Function::new("build_type", NONE, None, |_, scope| {
                text(there("build_type", scope.build_type)?)
            }),
            Function::new("env", TEXT, None, env),
            Function::new("isotime", NONE, Some(Parameter::Text), isotime),
            Function::new("lower", TEXT, None, |a, _| {
                Ok(Value::text(case::lower(argument(a))))
            }),
            Function::new("packer_version", NONE, None, |_, scope| {
                text(scope.packer_version)
            }),
            Function::new("pwd", NONE, None, |_, scope| {
                text(there("pwd", scope.working_directory)?)
            }),
            Function::new("template_dir", NONE, None, |_, scope| {
                text(&template_directory(scope)?)
            }),
            Function::new("timestamp", NONE, None, |_, scope| {
                text(&scope.started_at.to_string())
            }),
            Function::new("upper", TEXT, None, |a, _| {
                Ok(Value::text(case::upper(argument(a))))
            }),
            Function::new("user", TEXT, None, user),
            Function::new("uuid", NONE, None, |_, scope| text(&uuid(scope))),
        ],
        reader: "user",
    };
}

fn text(text: &str) -> Result<Value, Fault> {
    Ok(Value::text(text.as_bytes()))
}

/// The string that a function takes.
fn argument(arguments: &[Value]) -> &[u8] {
    match arguments {
        [Value::Text(text), ..] => text,
        _ => &[],
    }
}

fn isotime(arguments: &[Value], scope: &Scope<'_>) -> Result<Value, Fault> {
    match arguments {
        [] => text(&layout::format(layout::RFC3339, scope.started_at)),
        [_] => {
            let time = layout::format_bytes(argument(arguments), scope.started_at);
            Ok(Value::text(time))
        }
        _ => {
            let message = format!("`isotime` takes one layout, not {}", arguments.len());
            Err(Fault::new(message).help("write {{isotime \"2006-01-02\"}}"))
        }
    }
}

fn user(arguments: &[Value], scope: &Scope<'_>) -> Result<Value, Fault> {
    let Some(variables) = scope.variables else {
        return Err(Fault::new("user variables are not available here")
            .help("write the value itself instead of `user`"));
    };
    let name = to_string(argument(arguments).to_vec());
    text(variables.get(&name).map_or("", String::as_str))
}

fn env(arguments: &[Value], scope: &Scope<'_>) -> Result<Value, Fault> {
    let Some(environment) = scope.environment else {
        return Err(Fault::new("environment variables are not allowed here").help(
            "`env` is for the defaults in `variables`: read it into a variable there, and write \
             `user` here",
        ));
    };
    let name = to_string(argument(arguments).to_vec());
    text(&environment(&name).unwrap_or_default())
}

/// The answer of a function that only has one in some places.
fn there<'a>(name: &str, value: Option<&'a str>) -> Result<&'a str, Fault> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Fault::new(format!("`{name}` is not available here"))
            .help("write the value itself, or read it from a user variable")
    })
}

/// The absolute directory of Packer's template, as Go's `filepath.Abs(filepath.Dir(path))` on Unix
/// has it.
fn template_directory(scope: &Scope<'_>) -> Result<String, Fault> {
    let path = there("template_dir", scope.template_path)?;
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    if path.starts_with('/') {
        return Ok(clean(directory));
    }
    let start = there("template_dir", scope.working_directory)?;
    Ok(clean(&format!("{start}/{directory}")))
}

/// The shortest way to write an absolute path, without looking at what is there: Go's
/// `filepath.Clean`.
fn clean(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A UUID that begins with the time, as Packer's `common/uuid` makes them.
fn uuid(scope: &Scope<'_>) -> String {
    // The time is cut to 32 bits, as Packer cuts it.
    let mut id = format!("{:08x}", scope.started_at & 0xffff_ffff);
    let mut random = [0_u8; 12];
    (scope.random)(&mut random);
    for (index, byte) in random.iter().enumerate() {
        if index % 2 == 0 && index <= 6 {
            id.push('-');
        }
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_paths_as_go_does() {
        for (path, cleaned) in [
            ("/", "/"),
            ("/a//b/./c/", "/a/b/c"),
            ("/a/../../b", "/b"),
            ("/a/b/../..", "/"),
        ] {
            assert_eq!(clean(path), cleaned, "{path}");
        }
    }
}
