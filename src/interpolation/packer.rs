//! Packer's own functions, as in Packer 1.2.5's `template/interpolate/funcs.go`.

use super::error::Fault;
use super::functions::Function;
use super::layout;
use super::scope::Scope;
use super::text;
use super::value::Value;

/// What one of Packer's functions gives.
pub(super) fn call(
    function: Function,
    arguments: &[Value],
    scope: &Scope<'_>,
) -> Result<Vec<u8>, Fault> {
    let text = match (function, arguments) {
        (Function::BuildName, _) => there("build_name", scope.build_name)?.to_owned(),
        (Function::BuildType, _) => there("build_type", scope.build_type)?.to_owned(),
        (Function::PackerVersion, _) => scope.packer_version.to_owned(),
        (Function::Pwd, _) => there("pwd", scope.working_directory)?.to_owned(),
        (Function::TemplateDir, _) => template_directory(scope)?,
        (Function::Timestamp, _) => scope.started_at.to_string(),
        (Function::Uuid, _) => uuid(scope),
        (Function::Isotime, []) => layout::format(layout::RFC3339, scope.started_at),
        (Function::Isotime, [Value::Text(layout)]) => {
            return Ok(layout::format_bytes(layout, scope.started_at));
        }
        (Function::Isotime, _) => {
            let message = format!("`isotime` takes one layout, not {}", arguments.len());
            return Err(Fault::new(message).help("write {{isotime \"2006-01-02\"}}"));
        }
        (Function::User, [Value::Text(name)]) => {
            let Some(variables) = scope.variables else {
                return Err(Fault::new("user variables are not available here")
                    .help("write the value itself instead of `user`"));
            };
            let name = text::to_string(name.to_vec());
            variables.get(&name).cloned().unwrap_or_default()
        }
        (Function::Env, [Value::Text(name)]) => {
            let Some(environment) = scope.environment else {
                return Err(Fault::new("environment variables are not allowed here").help(
                    "`env` is for the defaults in `variables`: read it into a variable there, and \
                     write `user` here",
                ));
            };
            environment(&text::to_string(name.to_vec())).unwrap_or_default()
        }
        // No other function comes here: `functions::call` carries them out.
        _ => String::new(),
    };
    Ok(text.into())
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
