//! A configuration that stands in no template, with what is set in it from outside.

use crate::diagnostic::{Code, Diagnostic, Problem, Source};
use crate::json::{self, Kind, Member, Span, Value};
use crate::post_processor::PostProcessor;

/// What stands before a key of the metadata.
const METADATA: &str = "metadata";

/// Makes a post-processor of a configuration. Each of `set` takes the place of what the text says, on
/// the same line, so that all the rest stays where it is.
///
/// # Errors
/// The text is no JSON object, or a key can't be set in it.
pub fn from_text(text: &str, set: &[(String, String)]) -> Result<PostProcessor, Vec<Diagnostic>> {
    let mut config = text.to_owned();
    with_object(&config, |_| ())?;
    let mut findings = Vec::new();
    for (key, value) in set {
        match with_object(&config, |members| splice(members, key, value))? {
            Ok((span, new)) => config.replace_range(span, &new),
            Err(problem) => findings.push(problem.about(Source::Configuration)),
        }
    }
    match findings.is_empty() {
        true => Ok(PostProcessor {
            config,
            origin: None,
            chained: false,
        }),
        false => Err(findings),
    }
}

/// What is made of the object that a text is.
fn with_object<T>(text: &str, read: impl FnOnce(&Value) -> T) -> Result<T, Vec<Diagnostic>> {
    let document = json::parse(text, Source::Configuration, None).map_err(|f| vec![f])?;
    let root = document.root();
    if let Kind::Object(_) = root.kind {
        return Ok(read(root));
    }
    let message = format!("a configuration is an object, not {}", root.type_name());
    let problem = Problem::error(Code::WrongType, message);
    Err(vec![problem.at(document.place(&root.span))])
}

/// Which bytes of the text are replaced, and by what.
fn splice(root: &Value, key: &str, value: &str) -> Result<(Span, String), Problem> {
    let same = |member: &&Member| member.key.eq_ignore_ascii_case(key);
    if let Some(member) = members(root).iter().find(same) {
        return Ok((member.value.span.clone(), quoted(value)));
    }
    let Some((METADATA, below)) = key.split_once('.') else {
        return Ok(append(root, &format!("{}: {}", quoted(key), quoted(value))));
    };
    let pair = format!("{}: {}", quoted(below), quoted(value));
    let metadata = members(root)
        .iter()
        .find(|member| member.key.eq_ignore_ascii_case(METADATA));
    let Some(Member { value: there, .. }) = metadata else {
        let new = format!("{}: {{{pair}}}", quoted(METADATA));
        return Ok(append(root, &new));
    };
    match &there.kind {
        Kind::Object(all) => Ok(match all.iter().find(|member| member.key == below) {
            Some(member) => (member.value.span.clone(), quoted(value)),
            None => append(there, &pair),
        }),
        // Maps in a list are merged, and the last one wins.
        Kind::Array(_) => Ok(append(there, &format!("{{{pair}}}"))),
        Kind::Null => Ok((there.span.clone(), format!("{{{pair}}}"))),
        _ => {
            let message = format!(
                "`{}` can't be set: `metadata` is {}, not an object",
                key.escape_debug(),
                there.type_name()
            );
            Err(Problem::error(Code::WrongType, message))
        }
    }
}

fn members(object: &Value) -> &[Member] {
    match &object.kind {
        Kind::Object(members) => members,
        _ => &[],
    }
}

/// Puts something at the end of an object or array, on the line of its last member.
fn append(container: &Value, new: &str) -> (Span, String) {
    let last = match &container.kind {
        Kind::Object(members) => members.iter().map(|m| m.value.span.end).max(),
        Kind::Array(items) => items.last().map(|item| item.span.end),
        _ => None,
    };
    match last {
        Some(end) => (end..end, format!(", {new}")),
        None => {
            let start = container.span.start + 1;
            (start..start, new.into())
        }
    }
}

/// A JSON string. No text fails to be one.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, set: &[(&str, &str)]) -> Result<String, Vec<&'static str>> {
        let set: Vec<_> = set
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        from_text(text, &set)
            .map(|post_processor| post_processor.config)
            .map_err(|findings| findings.iter().map(|f| f.code.as_str()).collect())
    }

    #[test]
    fn what_is_set_stands_where_the_other_stood() {
        let text = "{\n  \"artifact\": \"a/b\",\n  \"metadata\": {\"os\": 1}\n}";
        let all = [
            ("Artifact", "c/\"d\n"),
            ("token", "t"),
            ("metadata.os", "linux"),
            ("metadata.a.b", "c"),
        ];
        let wanted = "{\n  \"artifact\": \"c/\\\"d\\n\",\n  \"metadata\": {\"os\": \"linux\", \"a.b\": \"c\"}, \
                      \"token\": \"t\"\n}";
        assert_eq!(set(text, &all).unwrap(), wanted);
        assert_eq!(set(text, &[]).unwrap(), text);
    }

    #[test]
    fn metadata_of_every_form() {
        let with = |text| set(text, &[("metadata.a", "b")]);
        assert_eq!(with("{}").unwrap(), r#"{"metadata": {"a": "b"}}"#);
        let null = r#"{"metadata": null}"#;
        assert_eq!(with(null).unwrap(), r#"{"metadata": {"a": "b"}}"#);
        let list = with(r#"{"metadata": [{"a": 1}]}"#).unwrap();
        assert_eq!(list, r#"{"metadata": [{"a": 1}, {"a": "b"}]}"#);
        assert_eq!(with(r#"{"metadata": 5}"#), Err(vec!["wrong-type"]));
    }

    #[test]
    fn what_is_set_counts_though_a_key_stands_twice() {
        let text = r#"{"token": "a", "token": "b"}"#;
        let wanted = r#"{"token": "a", "token": "c"}"#;
        assert_eq!(set(text, &[("token", "c")]).unwrap(), wanted);
    }

    #[test]
    fn what_is_no_configuration() {
        assert_eq!(set("{", &[]), Err(vec!["syntax"]));
        assert_eq!(set("[]", &[("a", "b")]), Err(vec!["wrong-type"]));
        assert_eq!(set("", &[]), Err(vec!["syntax"]));
    }
}
