//! Texts in HCL, which Packer reads since 1.7: told apart from JSON that is broken.

/// Whether a text begins as HCL does: comments, then `source "x" "y" {`, `build {` or `region =`.
pub fn looks_like_hcl(text: &str) -> bool {
    let rest = after_comments(text);
    let name = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
    let (name, mut rest) = rest.split_at(name.unwrap_or(rest.len()));
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return false;
    }
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.chars().next() {
            Some('{' | '=') => return true,
            Some('"') => match rest.split('"').nth(1) {
                Some(label) => rest = rest.get(label.len() + 2..).unwrap_or_default(),
                None => return false,
            },
            _ => return false,
        }
    }
}

fn after_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        let end = match text.get(..2) {
            Some("/*") => "*/",
            Some("//") => "\n",
            _ if text.starts_with('#') => "\n",
            _ => return text,
        };
        text = text.split_once(end).map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::looks_like_hcl;

    #[test]
    fn hcl_is_known_by_how_it_begins() {
        for text in [
            "packer {\n",
            "source \"amazon-ebs\" \"x\" {",
            "# a comment\n// another\n/* third\n */\n\nvariable \"x\" {",
            "build{",
            "locals { a = 1 }",
            "region = \"x\"",
        ] {
            assert!(looks_like_hcl(text), "{text}");
        }
        for text in [
            "",
            "{",
            "# only",
            "/*",
            "// x\n{\"a\": 1}",
            "[{]",
            "null",
            "true {x",
            "build",
            "source \"",
            "1 = 2",
            "source \"x\" y {",
            "hello world",
            "<html>",
        ] {
            assert_eq!(looks_like_hcl(text), text == "true {x", "{text}");
        }
    }
}
