//! `resource "atlas_artifact"`: it was deprecated when Terraform got data sources, and is no more. Whoever has
//! it in a configuration is told what to write instead; whoever still has it in a state can let it go.

use std::collections::BTreeMap;

use crate::diagnostics::error;
use crate::protocol::messages::{Diagnostic, DynamicValue, RawState};
use crate::protocol::value::{Block, ValueError};
use crate::schemas::artifact_names;

/// What is told.
pub fn what_instead() -> Diagnostic {
    let detail = "Write `data \"atlas_artifact\"` in place of `resource \"atlas_artifact\"`, with the same arguments, \
                  and `data.atlas_artifact.NAME` where `atlas_artifact.NAME` stands. Nothing has to be done about \
                  the state: the old resource is let go by the next apply.";
    error("The resource `atlas_artifact` is now a data source", detail)
}

/// The state of an old resource, as the schema has it.
pub fn upgrade(raw: Option<RawState>) -> Result<Block, ValueError> {
    let raw = raw.ok_or(ValueError::Missing)?;
    let block = match raw.json.as_slice() {
        [] => {
            let mut block = Block::default();
            // Of lists and maps there is `NAME.…` in it, which nobody needs any more.
            let texts: BTreeMap<_, _> = raw.flatmap.into_iter().collect();
            for (name, text) in texts {
                block.set(&name, text);
            }
            block
        }
        _ => {
            let value = DynamicValue {
                json: raw.json,
                ..DynamicValue::default()
            };
            Block::read(Some(&value))?.ok_or(ValueError::Missing)?
        }
    };
    Ok(block.of_names(artifact_names()))
}
