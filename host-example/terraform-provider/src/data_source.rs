//! `data "atlas_artifact"`: which version is looked for, and what is told of it.

use std::collections::BTreeMap;

use atlas_host::{Diagnostic as Finding, Query, Version};
use rmpv::Value;

use crate::diagnostics::{error, finding, warning};
use crate::protocol::messages::Diagnostic;
use crate::protocol::value::{Block, Given, ValueError};
use crate::schemas::artifact_names;

/// What stands in the block.
#[derive(Debug)]
pub struct Arguments {
    block: Block,
    name: Given<String>,
    artifact_type: Given<String>,
    version: Given<String>,
    build: Given<String>,
    channel: Given<String>,
    metadata: Given<BTreeMap<String, String>>,
    metadata_keys: Given<Vec<String>>,
}

impl Arguments {
    /// Reads the block.
    pub fn read(block: Block) -> Result<Self, ValueError> {
        // The original took an empty text for none.
        let text = |name| {
            Ok::<_, ValueError>(match block.text(name)? {
                Given::Known(text) if text.is_empty() => Given::Absent,
                given => given,
            })
        };
        Ok(Self {
            name: block.text("name")?,
            artifact_type: block.text("type")?,
            version: text("version")?,
            build: text("build")?,
            channel: text("channel")?,
            metadata: block.map("metadata")?,
            metadata_keys: block.texts("metadata_keys")?,
            block,
        })
    }

    /// What is looked for, as far as it is known. The errors are about what only this block can have
    /// wrong: the rest is the component's to say.
    pub fn query(&self) -> Result<Query, Diagnostic> {
        // What is not known yet is taken for something that is right.
        let part = |given: &Given<String>, otherwise: &str| match given {
            Given::Known(text) => text.clone(),
            Given::Absent | Given::Unknown => otherwise.to_owned(),
        };
        let name = part(&self.name, "user/name");
        let artifact_type = part(&self.artifact_type, "type");
        // Joined with a slash, they must come apart as they were.
        if name.split('/').count() != 2 {
            let detail = "It is the user or organization and the name, as in hashicorp/foobar.";
            let summary = format!("`{}` is not of the form `user/name`", name.escape_debug());
            return Err(error(summary, detail).at("name"));
        }
        if artifact_type.contains('/') {
            let summary = format!("`{}` is not a type", artifact_type.escape_debug());
            let detail = "Types have no slash in them: aws.ami, vagrant.box.";
            return Err(error(summary, detail).at("type"));
        }
        let (version, channel) = (self.version.clone().known(), self.channel.clone().known());
        if let (Some(version), Some(_)) = (&version, &channel) {
            let summary = "`version` and `channel` say the same in two ways";
            let detail = format!(
                "Leave one of them away: `version` is `{}`.",
                version.escape_debug()
            );
            return Err(error(summary, detail).at("channel"));
        }
        let build = self.build.clone().known();
        let version = version.or(channel);
        Ok(Query {
            slug: format!("{name}/{artifact_type}"),
            // The original looked at the build only if there was no version.
            build: build.filter(|_| version.is_none()),
            version,
            metadata: self.wanted_metadata(),
            field: None,
        })
    }

    /// A key with a value asks for more than the key alone.
    fn wanted_metadata(&self) -> Vec<(String, Option<String>)> {
        let keys = self.metadata_keys.clone().known().unwrap_or_default();
        let mut wanted: BTreeMap<_, _> = keys.into_iter().map(|key| (key, None)).collect();
        let pairs = self.metadata.clone().known().unwrap_or_default();
        wanted.extend(pairs.into_iter().map(|(key, value)| (key, Some(value))));
        wanted.into_iter().collect()
    }

    /// What is right, and yet not what it seems.
    pub fn warnings(&self) -> Option<Diagnostic> {
        let has = |given: &Given<String>| *given != Given::Absent;
        let is_idle = has(&self.build) && (has(&self.version) || has(&self.channel));
        is_idle.then(|| {
            let summary = "`build` is not looked at";
            let detail = "A version or a channel is given, which decides: leave `build` away.";
            warning(summary, detail).at("build")
        })
    }

    /// What the component finds wrong with the query, about the attribute that it comes from.
    pub fn finding(&self, found: &Finding) -> Diagnostic {
        let attribute = match (found.pointer.as_str(), found.code.as_str()) {
            ("/slug", "malformed-type") => "type",
            ("/slug", _) => "name",
            ("/version", _) if self.channel != Given::Absent => "channel",
            ("/version", _) => "version",
            ("/build", _) => "build",
            ("/metadata", _) => match self.metadata_keys.clone().known() {
                Some(keys) if keys.iter().any(String::is_empty) => "metadata_keys",
                _ => "metadata",
            },
            // It is about the provider's block.
            _ => return finding(found),
        };
        finding(found).at(attribute)
    }

    /// The block with what is known of the version that was found.
    pub fn state(self, version: &Version) -> Block {
        let mut state = self.block;
        let number = version.version;
        let id = match version.id.as_str() {
            "" => format!("{} {number}", version.tag),
            id => id.to_owned(),
        };
        let own_url = version.url.as_deref();
        let any_url = own_url.and_then(|url| url.strip_suffix(&format!("/{number}/file")));
        state.set("id", id);
        state.set("version_real", number.to_string());
        let metadata = version.metadata.iter();
        state.set(
            "metadata_full",
            texts(metadata.map(|(key, value)| (shown_key(key), value.as_str()))),
        );
        state.set("slug", version.slug.as_str());
        state.set(
            "file_url",
            any_url.map_or(String::new(), |url| format!("{url}/file")),
        );
        let amis = version.amis.iter();
        state.set(
            "amis",
            texts(amis.map(|(region, ami)| (region.clone(), ami.as_str()))),
        );
        state.set("url", nullable(own_url));
        state.set("sha256", nullable(version.sha256.as_deref()));
        state.set("size", nullable(version.size));
        state.set("revoke_at", nullable(version.revoke_at.as_deref()));
        state.of_names(artifact_names())
    }
}

/// That a version is there, but should not be used any more.
pub fn revoked(version: &Version) -> Option<Diagnostic> {
    let at = version.revoke_at.as_deref()?;
    let summary = format!("{} is revoked", version.slug);
    let detail =
        format!("From {at} on it should not be used. Only its number finds it after that.");
    Some(warning(summary, detail).at("version"))
}

/// A key of metadata, as it can stand in Terraform's language.
fn shown_key(key: &str) -> String {
    let shown = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "_-".contains(c) => c,
        _ => '-',
    };
    key.chars().map(shown).collect()
}

fn texts<'v>(entries: impl Iterator<Item = (String, &'v str)>) -> Value {
    let entries: BTreeMap<_, _> = entries.collect();
    let entries = entries.into_iter();
    Value::Map(
        entries
            .map(|(key, value)| (key.into(), value.into()))
            .collect(),
    )
}

fn nullable(value: Option<impl Into<Value>>) -> Value {
    value.map_or(Value::Nil, Into::into)
}
