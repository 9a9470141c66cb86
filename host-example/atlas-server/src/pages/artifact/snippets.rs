//! Ready text for other tools: how a type is used, and how it is published.
//!
//! Names are quoted in each tool's own way, so that whatever they are, they stay names.

use maud::{Markup, html};
use serde_json::json;

use super::TypeView;
use crate::{
    boxes, links,
    slug::{ArtifactSlug, TypeSlug},
    version::Version,
};

/// How a type is used and published.
pub(super) fn of(of: &TypeView, address: &str, is_open: bool) -> Markup {
    let slug = &of.slug;
    let usable = |version: &&Version| version.is_complete() && !version.is_revoked();
    let newest = of.versions.iter().map(|view| &view.version).find(usable);
    let wanted = match of.channels.iter().find(|(name, _)| name == "production") {
        Some((channel, _)) => channel,
        None => "latest",
    };
    html! {
        aside.snippets aria-label="How to use it" {
            @if let Some(newest) = newest {
                @let (title, verb) = if newest.file.is_some() { ("Download", "download") } else { ("Find", "find") };
                (snippet(title, true, &fetch(verb, slug, newest.number, address)))
            }
            (snippet("Terraform", is_open, &terraform(slug, wanted)))
            @if slug.artifact_type.as_str() == boxes::BOX_TYPE {
                @let newest = newest.filter(|newest| newest.file.is_some()).map(boxes::number);
                (snippet("Vagrant", is_open, &vagrant(&slug.artifact, newest.as_deref(), address)))
            }
            (snippet("Publish", is_open, &publish(&slug.artifact, slug.artifact_type.as_str(), address)))
        }
    }
}

/// How the first version is published.
pub(super) fn first(slug: &ArtifactSlug, address: &str) -> Markup {
    snippet("Publish", true, &publish(slug, boxes::BOX_TYPE, address))
}

fn snippet(title: &str, is_open: bool, text: &str) -> Markup {
    html! {
        details.snippet open[is_open] {
            summary { (title) }
            pre tabindex="0" { (text) }
        }
    }
}

fn fetch(verb: &str, slug: &TypeSlug, version: i64, address: &str) -> String {
    let name = shell(&format!("{slug}/{version}"));
    format!(
        "export ATLAS_ADDRESS={}\natlas-host {verb} {name}",
        shell(address)
    )
}

fn terraform(slug: &TypeSlug, version: &str) -> String {
    let [name, artifact_type, version] = [
        &slug.artifact.to_string(),
        slug.artifact_type.as_str(),
        version,
    ]
    .map(hcl);
    format!(
        "data \"atlas_artifact\" \"this\" {{\n  name    = {name}\n  type    = {artifact_type}\n  version = {version}\n}}"
    )
}

fn vagrant(slug: &ArtifactSlug, version: Option<&str>, address: &str) -> String {
    let url = format!("{address}{}", links::artifact(slug));
    let [name, url] = [slug.to_string(), url].map(|text| ruby(&text));
    let version = version.map(|version| format!("  config.vm.box_version = {}\n", ruby(version)));
    let version = version.unwrap_or_default();
    format!(
        "Vagrant.configure(\"2\") do |config|\n  config.vm.box = {name}\n  config.vm.box_url = {url}\n{version}end"
    )
}

/// The post-processor's configuration in a file, and the command that reads it. The token comes from
/// the environment.
fn publish(slug: &ArtifactSlug, artifact_type: &str, address: &str) -> String {
    let configuration = json!({
        "type": "atlas",
        "artifact": slug.to_string(),
        "artifact_type": artifact_type,
        "atlas_url": address,
    });
    let configuration = shell(&format!("{configuration:#}"));
    format!(
        "export ATLAS_TOKEN=…\nprintf %s {configuration} > atlas.json\natlas-host publish --config atlas.json --manifest packer-manifest.json"
    )
}

/// One word of a POSIX shell.
fn shell(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A string of Terraform's language: `${` and `%{` begin templates in it.
fn hcl(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
}

/// A string of Ruby that interpolates nothing.
fn ruby(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_gets_the_name_as_it_is() {
        let slug = TypeSlug::parse("me", r#"a'b"$(c)${d}%{e}"#, "vagrant.box").unwrap();
        let address = "http://127.0.0.1:8000";
        assert_eq!(
            fetch("download", &slug, 7, address),
            "export ATLAS_ADDRESS=http://127.0.0.1:8000\natlas-host download 'me/a'\\''b\"$(c)${d}%{e}/vagrant.box/7'"
        );
        assert!(terraform(&slug, "latest").contains(r#"name    = "me/a'b\"$(c)$${d}%%{e}""#));
        let vagrant = vagrant(&slug.artifact, Some("1.2.3"), address);
        assert!(
            vagrant.contains(r#"config.vm.box = 'me/a\'b"$(c)${d}%{e}'"#),
            "{vagrant}"
        );
        assert!(vagrant.contains(
            "config.vm.box_url = 'http://127.0.0.1:8000/me/a%27b%22%24%28c%29%24%7Bd%7D%25%7Be%7D'\n  config.vm.box_version = '1.2.3'\nend"
        ));
    }

    #[test]
    fn the_shell_gets_a_configuration_that_is_json() {
        let slug = ArtifactSlug::parse("me", "it's \"x\"").unwrap();
        let script = publish(&slug, "aws.ami", "http://a").replace("atlas-host publish", "true");
        let script = script.replace("> atlas.json", "");
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .output()
            .unwrap();
        let configuration: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            configuration,
            json!({"type": "atlas", "artifact": "me/it's \"x\"", "artifact_type": "aws.ami", "atlas_url": "http://a"})
        );
    }

    #[test]
    fn plain_words_need_no_quotes() {
        assert_eq!(shell("hashicorp/web/aws.ami/7"), "hashicorp/web/aws.ami/7");
        for (word, quoted) in [("", "''"), ("-x", "'-x'"), ("a b", "'a b'"), ("é", "'é'")] {
            assert_eq!(shell(word), quoted);
        }
    }
}
