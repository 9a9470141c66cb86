//! What the component says about itself: the standard sections of its metadata, from the manifest of the
//! package that it is built of.

use std::collections::BTreeMap;

use serde_json::Value;
use wasm_encoder::{Component, ComponentNameSection, CustomSection, RawSection};
use wasmparser::{Parser, Payload};

/// Sections of the component model's registry of metadata, and the fields of `cargo metadata` that fill them.
const SECTIONS: [(&str, &str); 5] = [
    ("version", "version"),
    ("description", "description"),
    ("licenses", "license"),
    ("source", "repository"),
    ("homepage", "homepage"),
];

/// The metadata of a package: what its manifest leaves out is left out.
pub struct Metadata {
    name: String,
    sections: BTreeMap<&'static str, String>,
}

impl Metadata {
    /// Of a package in what `cargo metadata` printed.
    pub fn of_package(name: &str, printed: &[u8]) -> Result<Self, String> {
        let workspace: Value = serde_json::from_slice(printed).map_err(|e| e.to_string())?;
        let mut packages = workspace
            .get("packages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let package = packages
            .find(|package| package.get("name").is_some_and(|it| it == name))
            .ok_or_else(|| format!("`cargo metadata` knows no package {name}"))?;
        let sections = SECTIONS.into_iter().filter_map(|(section, field)| {
            let text = package.get(field)?.as_str()?;
            Some((section, text.to_owned()))
        });
        Ok(Self {
            name: name.to_owned(),
            sections: sections.collect(),
        })
    }

    /// The component with this metadata, and without the names of what is in it, which nothing reads.
    pub fn put_into(&self, component: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = Component::new();
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(component) {
            let payload = payload.map_err(|e| e.to_string())?;
            let named = matches!(&payload, Payload::CustomSection(custom) if custom.name() == "component-name");
            // What is nested is copied with the section around it.
            if depth == 0
                && !named
                && let Some((id, range)) = payload.as_section()
            {
                let data = component
                    .get(range)
                    .ok_or("a section ends after the component")?;
                out.section(&RawSection { id, data });
            }
            match payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let mut name = ComponentNameSection::new();
        name.component(&self.name);
        out.section(&name);
        for (section, text) in &self.sections {
            out.section(&CustomSection {
                name: (*section).into(),
                data: text.as_bytes().into(),
            });
        }
        Ok(out.finish())
    }
}
