//! What Packer configures the post-processor with, as the component takes it.
//!
//! Packer hands over several maps. One is the block of the template; one holds what Packer says of the
//! build, under names that begin with `packer_`; a third one stands for what is known of a machine
//! only once it runs. Of HCL2 the block comes decoded, with its values in JSON.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use atlas_host::{Build, PostProcessor, Run};
use rmpv::Value;
use serde_json::{Map, Value as Json};

use crate::protocol::config_spec::{Argument, Type};

/// The arguments of a block in HCL2.
pub const ARGUMENTS: [Argument; 6] = [
    Argument {
        name: "artifact",
        of: Type::String,
    },
    Argument {
        name: "artifact_type",
        of: Type::String,
    },
    Argument {
        name: "artifact_type_override",
        of: Type::Bool,
    },
    Argument {
        name: "atlas_url",
        of: Type::String,
    },
    Argument {
        name: "metadata",
        of: Type::MapOfStrings,
    },
    Argument {
        name: "token",
        of: Type::String,
    },
];

/// What begins the names of what Packer says of the build.
const OF_PACKER: &str = "packer_";
/// In the map that stands for what is not known yet, this name has a value that begins so.
const PLACEHOLDER: (&str, &str) = ("PackerRunUUID", "Build_PackerRunUUID.");
/// Beyond it, not every whole number is a double.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// One configured post-processor.
pub struct Configuration {
    /// Its block of the template.
    pub post_processor: PostProcessor,
    /// What Packer says of the build.
    pub build: Build,
    /// The texts of the block, by their names.
    texts: Vec<(String, String)>,
}

impl Configuration {
    /// Reads what Packer has sent. The error says what of it can't be.
    pub fn read(configs: Vec<Value>) -> Result<Self, String> {
        let mut block = Map::new();
        let mut of_packer = Map::new();
        for config in configs {
            for (name, value) in fields(config)? {
                if name.starts_with(OF_PACKER) {
                    of_packer.insert(name, value);
                } else {
                    block.insert(name, value);
                }
            }
        }
        Ok(Self {
            texts: texts(&block).collect(),
            post_processor: PostProcessor {
                config: Json::from(block).to_string(),
                origin: None,
                chained: false,
            },
            build: build(&of_packer),
        })
    }

    /// The user variables and the texts of the block, by their names: what of them is secret is the
    /// component's to say.
    pub fn texts(&self) -> Vec<(String, String)> {
        [self.build.run.variables.as_slice(), &self.texts].concat()
    }
}

/// The fields of one of the maps; none of one that is a placeholder.
fn fields(config: Value) -> Result<Map<String, Json>, String> {
    let json = match config {
        Value::Nil => return Ok(Map::new()),
        Value::Binary(bytes) => of_hcl(&bytes)?,
        other => to_json(other)?,
    };
    match json {
        Json::Object(fields) if !is_placeholder(&fields) => Ok(fields),
        Json::Object(_) => Ok(Map::new()),
        _ => Err("Packer sent a configuration that is no map".to_owned()),
    }
}

fn is_placeholder(fields: &Map<String, Json>) -> bool {
    let (name, beginning) = PLACEHOLDER;
    let value = fields.get(name).and_then(Json::as_str);
    value.is_some_and(|value| value.starts_with(beginning))
}

/// A value of HCL2: `{"value": …, "type": …}`. In it null stands for what is not set, as it does for
/// the component.
fn of_hcl(bytes: &[u8]) -> Result<Json, String> {
    let mut document: Json = serde_json::from_slice(bytes)
        .map_err(|error| format!("Packer sent a block of HCL2 that is no JSON: {error}"))?;
    let value = document.get_mut("value").map(Json::take);
    value.ok_or_else(|| "Packer sent a block of HCL2 without its value".to_owned())
}

/// Go's values are those of JSON. Its numbers are doubles, also where the template has whole ones.
fn to_json(value: Value) -> Result<Json, String> {
    Ok(match value {
        Value::Nil => Json::Null,
        Value::Boolean(boolean) => boolean.into(),
        Value::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
            (Some(number), _) => number.into(),
            (None, number) => number.into(),
        },
        Value::F32(number) => number_to_json(f64::from(number)),
        Value::F64(number) => number_to_json(number),
        Value::String(text) => text
            .into_str()
            .ok_or("Packer sent a text that is no UTF-8")?
            .into(),
        Value::Binary(bytes) => String::from_utf8(bytes)
            .map_err(|_| "Packer sent a text that is no UTF-8")?
            .into(),
        Value::Array(values) => Json::Array(
            values
                .into_iter()
                .map(to_json)
                .collect::<Result<_, String>>()?,
        ),
        Value::Map(entries) => {
            let mut fields = Map::new();
            for (name, value) in entries {
                let name = match to_json(name)? {
                    Json::String(name) => name,
                    other => other.to_string(),
                };
                fields.insert(name, to_json(value)?);
            }
            fields.into()
        }
        Value::Ext(..) => return Err("Packer sent a value of an unknown type".to_owned()),
    })
}

fn number_to_json(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() <= LARGEST_WHOLE {
        (number as i64).into()
    } else {
        number.into()
    }
}

fn build(of_packer: &Map<String, Json>) -> Build {
    let text = |name: &str| {
        let value = of_packer.get(name)?.as_str()?;
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    let variables = of_packer
        .get("packer_user_variables")
        .and_then(Json::as_object);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Build {
        name: text("packer_build_name").unwrap_or_default(),
        builder_type: text("packer_builder_type").unwrap_or_default(),
        run: Run {
            template_path: text("packer_template_path"),
            working_directory: env::current_dir()
                .ok()
                .and_then(|path| path.into_os_string().into_string().ok()),
            packer_version: text("packer_core_version"),
            started_at: now.ok().map(|now| now.as_secs()),
            variables: variables.into_iter().flat_map(texts).collect(),
        },
    }
}

/// The fields that are texts.
fn texts(fields: &Map<String, Json>) -> impl Iterator<Item = (String, String)> {
    let text = |(name, value): (&String, &Json)| Some((name.clone(), value.as_str()?.to_owned()));
    fields.iter().filter_map(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(fields: &[(&str, Value)]) -> Value {
        let fields = fields.iter();
        Value::Map(
            fields
                .map(|(name, value)| (Value::from(*name), value.clone()))
                .collect(),
        )
    }

    fn block(configuration: &Configuration) -> Json {
        serde_json::from_str(&configuration.post_processor.config).unwrap()
    }

    #[test]
    fn a_block_of_a_json_template() {
        let metadata = map(&[("n", Value::F64(5.0)), ("f", Value::F64(0.5))]);
        let of_packer = map(&[
            ("packer_build_name", "web".into()),
            ("packer_builder_type", "null".into()),
            ("packer_debug", false.into()),
            ("packer_core_version", "1.6.6".into()),
            ("packer_template_path", "t.json".into()),
            ("packer_user_variables", map(&[("a", "b".into())])),
        ]);
        let placeholder = map(&[
            ("PackerRunUUID", "Build_PackerRunUUID. …".into()),
            ("ID", "Build_ID. …".into()),
        ]);
        let configs = vec![
            map(&[("artifact", "a/b".into()), ("metadata", metadata)]),
            of_packer,
            placeholder,
        ];
        let configuration = Configuration::read(configs).unwrap();
        assert_eq!(
            block(&configuration),
            json!({"artifact": "a/b", "metadata": {"n": 5, "f": 0.5}})
        );
        let build = configuration.build;
        assert_eq!(
            (build.name.as_str(), build.builder_type.as_str()),
            ("web", "null")
        );
        assert_eq!(build.run.packer_version.as_deref(), Some("1.6.6"));
        assert_eq!(build.run.template_path.as_deref(), Some("t.json"));
        assert_eq!(build.run.variables, [("a".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn a_block_of_hcl2() {
        let value = json!({
            "value": {"artifact": "a/b", "token": null, "metadata": {"k": "v"}},
            "type": ["object", {}],
        });
        let configs = vec![
            map(&[("packer_build_name", "web".into())]),
            Value::Binary(value.to_string().into_bytes()),
        ];
        let configuration = Configuration::read(configs).unwrap();
        assert_eq!(
            block(&configuration),
            json!({"artifact": "a/b", "token": null, "metadata": {"k": "v"}})
        );
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        for (config, wanted) in [
            (Value::from(1), "no map"),
            (Value::Binary(b"{".to_vec()), "no JSON"),
            (Value::Binary(b"{}".to_vec()), "without its value"),
            (map(&[("a", Value::Ext(1, vec![]))]), "unknown type"),
        ] {
            let error = Configuration::read(vec![config]).map(drop).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
